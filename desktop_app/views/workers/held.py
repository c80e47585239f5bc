"""The callout for tasks that one worker holds while another has nothing to do."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop_app.qt_models.words import clean
from desktop_app.ui import formats
from desktop_app.ui.cards import VerdictBanner
from desktop_app.ui.tokens import Tone
from worker_core.operations.prefetch import HeldUp


class HeldCallout(VerdictBanner):
    """Hidden unless the same was found twice in a row: a task that has just arrived at a worker
    is not held up."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before: set[tuple[str, str]] = set()
        self.hide()

    def show_found(self, found: Sequence[HeldUp]) -> bool:
        """Returns whether something was found for the first time, and should be looked at
        again."""
        lasting = [entry for entry in found if (entry.node, entry.queue) in self._before]
        self._before = {(entry.node, entry.queue) for entry in found}
        self.setVisible(bool(lasting))
        if lasting:
            self._tell(lasting)
        return len(lasting) < len(found)

    def _tell(self, lasting: Sequence[HeldUp]) -> None:
        first, more = lasting[0], len(lasting) - 1
        verb = "waits" if first.tasks == 1 else "wait"
        number = formats.plural(first.tasks, "task")
        sentence = (
            f"{number} of {clean(first.queue)} {verb} in {clean(first.node)} while {_idle(first)}"
        )
        others = f" The same holds for {formats.plural(more, 'other queue')}." if more else ""
        self.set_verdict(
            Tone.WARNING,
            sentence,
            "It took them ahead, and only it can run them now. A worker_prefetch_multiplier of 1 "
            f"with late acknowledgement leaves them in the queue for whoever is free.{others}",
        )


def _idle(entry: HeldUp) -> str:
    (node, free), more = entry.idle[0], len(entry.idle) - 1
    slots = formats.plural(free, "free slot")
    if more:
        return f"{clean(node)} and {formats.plural(more, 'other')} are idle"
    return f"{clean(node)} has {slots}"
