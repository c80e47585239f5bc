"""Is it well? The whole system in one sentence. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from desktop_app.ui import formats
from desktop_app.views.overview.concern import CHOOSE_BROKER, Concern, Remedy, Severity
from desktop_app.views.overview.picture import Picture

PROCESS_A_FILING: Final = Remedy("Process a filing", "documents")


@dataclass(frozen=True, slots=True)
class Verdict:
    """``remedy`` is the next step where no concern has one."""

    severity: Severity
    sentence: str
    detail: str
    remedy: Remedy | None = None


def verdict(picture: Picture, found: Sequence[Concern]) -> Verdict:
    """The whole system in one sentence.

    :param found: the concerns of the same picture, from :func:`concerns.concerns`
    """
    link = picture.connection
    if link.status == "idle":
        return Verdict(
            "waiting",
            "No broker has been chosen",
            "Tasks and workers are seen through their broker.",
            CHOOSE_BROKER,
        )
    if link.status == "connecting":
        return Verdict("running", f"Connecting to {link.url_label}", link.message)
    if found:
        worst, more = found[0], len(found) - 1
        also = f" {formats.plural(more, 'more thing needs', 'more things need')} attention."
        return Verdict(worst.severity, worst.sentence, f"{worst.meaning}{also if more else ''}")
    if not picture.online:
        return Verdict(
            "running", "Connected, listening for workers", "The first are heard within seconds."
        )
    return _well(picture)


def _well(picture: Picture) -> Verdict:
    counters = picture.counters
    sentence = f"All is well: {formats.plural(len(picture.online), 'worker')} online, "
    if counters.running:
        sentence += f"{formats.plural(counters.running, 'task')} running, "
    if counters.waiting is None:
        sentence += "what waits is not counted yet"
    elif counters.waiting:
        sentence += f"{formats.count(counters.waiting)} waiting"
    else:
        sentence += "nothing waits"
    if counters.held + counters.evicted == 0:
        return Verdict(
            "ok",
            sentence,
            "Nothing has run yet. Drop a filing on this window to see one go through.",
            PROCESS_A_FILING,
        )
    ended = picture.hour.ended if picture.hour else 0
    detail = "No task has ended in the last hour."
    if ended:
        detail = f"{formats.plural(ended, 'task')} ended in the last hour, none failed."
    return Verdict("ok", sentence, detail)
