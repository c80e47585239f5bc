"""What was lost, not heard or not understood. No Qt."""

from collections.abc import Iterator

from desktop_app.monitor.rows import Loss
from desktop_app.ui import formats
from desktop_app.views.overview.concern import SHOW_QUEUES, SHOW_UNFINISHED, Concern, Remedy, ago
from desktop_app.views.overview.picture import HOUR, Picture
from worker_core import catalog, settings


def of_loss(loss: Loss | None, now: float) -> Iterator[Concern]:
    """What waited is gone with the broker's memory."""
    if loss is None or loss.at <= now - HOUR:
        return
    count = sum(loss.waiting.values())
    where = next(iter(loss.waiting))
    if len(loss.waiting) > 1:
        where = formats.plural(len(loss.waiting), "queue")
    gone = formats.plural(count, "message that waited is gone", "messages that waited are gone")
    what = "Someone emptied the broker" if loss.by_command else "The broker came back empty"
    yield Concern(
        "loss",
        "danger",
        f"{what} at {formats.clock(loss.at)}: {gone}",
        f"Last counted at {formats.clock(loss.counted)}, in {where}. {_what_comes_back(loss)}",
        SHOW_QUEUES,
    )


def _what_comes_back(loss: Loss) -> str:
    ours = loss.waiting.keys() & catalog.QUEUES.keys()
    values = settings.current()
    foreign = "Nothing sends those of other applications again but who sent them."
    if not ours or not values.ledger:
        return "Nothing sends them again but who sent them."
    sweep = formats.age(values.sweep_grace_s + values.sweep_every_s)
    own = (
        "Tasks that stand in this system's ledger are found by its sweep and sent again by "
        f"themselves, within {sweep} once its scheduler and a worker run."
    )
    return own if ours == loss.waiting.keys() else f"{own} {foreign}"


def of_gaps(picture: Picture, now: float) -> Iterator[Concern]:
    """Events that nobody heard."""
    gaps = picture.recent_gaps(now)
    if not gaps:
        return
    last = gaps[-1]
    seconds = sum(gap.end - gap.start for gap in gaps)
    times = "" if len(gaps) == 1 else f", {len(gaps)} times"
    known = [gap.dropped for gap in gaps]
    lost = sum(count for count in known if count is not None)
    sentence = f"Events were missed for {formats.age(max(seconds, 1))} in the last hour{times}"
    if None not in known:
        sentence = f"{formats.plural(lost, 'event message')} were missed in the last hour"
    yield Concern(
        "gaps",
        "warning",
        sentence,
        f"Last until {formats.clock(last.end)}. Tasks that ended meanwhile may still be "
        "shown as running, and the charts have a hole.",
        SHOW_UNFINISHED,
    )


def of_unread(picture: Picture, now: float) -> Iterator[Concern]:
    """Someone sends what is no event."""
    at = picture.unread_at
    if at is None or at <= now - HOUR:
        return
    count = formats.plural(picture.counters.malformed, "event message")
    yield Concern(
        "unread",
        "warning",
        f"{count} could not be read",
        f"Last {ago(at, now)}. They are no JSON, or lack what an event of Celery has; what they "
        "told is in no list. The others are not touched by it.",
        Remedy("Show workers", "workers"),
    )
