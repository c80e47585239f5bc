"""What stands between the rows of the table: spans in which events were missed, and where the
history begins."""

import time
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from operator import attrgetter

from desktop_app.monitor.rows import Gap, TaskRow
from desktop_app.qt_models.task_table import TaskTableModel
from desktop_app.ui import formats
from desktop_app.views.tasks.table import Mark

_by_end = attrgetter("end")


class Between:
    """Rows are newest first, so that a span stands above the newest task from before its end."""

    def __init__(self, model: TaskTableModel) -> None:
        self._model = model
        # Each once, by its end.
        self._gaps: list[Gap] = []

    def add(self, gaps: Iterable[Gap]) -> None:
        # The live batch and the history tell of the same ones.
        known = {(gap.start, gap.end): gap for gap in self._gaps}
        known |= {(gap.start, gap.end): gap for gap in gaps}
        self._gaps = sorted(known.values(), key=_by_end)

    def clear(self) -> None:
        self._gaps = []

    def mark_above(self, row: int) -> Mark | None:
        """What stands between that row and the one above it."""
        model = self._model
        if self._gaps and row:
            gaps = self._missed(model.row_at(row), model.row_at(row - 1))
            if gaps:
                return Mark(said(gaps, time.time()), "warning")
        if row and row == model.shown:
            return Mark("Older tasks, from the history", "text_muted")
        return None

    def at_the_end(self) -> str:
        """What is said of the spans after which no task has been heard of yet."""
        newest = self._model.newest
        gaps = () if newest is None or not self._gaps else self._missed(newest, None)
        return f"{said(gaps, time.time())}." if gaps else ""

    def _missed(self, older: TaskRow, newer: TaskRow | None) -> Sequence[Gap]:
        """Those that ended after one task was first heard of and not after the other was; without
        ``newer``, all that ended later."""
        first = bisect_right(self._gaps, older.first_seen, key=_by_end)
        if newer is None:
            return self._gaps[first:]
        return self._gaps[first : bisect_right(self._gaps, newer.first_seen, key=_by_end)]


def said(gaps: Sequence[Gap], now: float) -> str:
    """What stands between two rows for the gaps between them."""
    last = gaps[-1]
    start, end = formats.moment(last.start, now), formats.moment(last.end, now)
    if last.reason == "overflow" and last.dropped:
        lost = formats.plural(last.dropped, "message")
        told = f"Events are missing from {start} to {end}: {lost} came too fast and were left out"
    elif last.reason == "trimmed":
        lost = formats.plural(last.dropped, "message") + " were" if last.dropped else "they were"
        told = f"Events are missing from {start} to {end}: {lost} no longer in the broker"
    else:
        told = f"No events from {start} to {end}: there was no connection"
    more = len(gaps) - 1
    return told + (f", and {formats.plural(more, 'gap')} before" if more else "")
