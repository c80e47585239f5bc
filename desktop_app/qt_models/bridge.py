"""The one way from the monitor's threads into the window."""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Final, Protocol

from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.monitor.rows import Batch, TaskRow

INTERVAL_MS: Final = 100
MOST_ROWS: Final = 500
"""Tasks of one batch at most: what a page with a filter takes in within about 8 ms."""

_by_seq = attrgetter("seq")


class Source(Protocol):
    """Where batches come from: a ``Monitor``."""

    def take(self) -> Batch | None: ...

    def snapshot(self) -> Batch: ...


class Bridge(QObject):
    """Takes what has changed ten times a second and emits it as one ``batch``, in the window's
    thread; where that is much, as several, one in each turn of the event loop, so that painting
    and clicks come in between. While paused nothing is taken or emitted; the source keeps the
    latest version of everything, so what comes after ``resume`` brings it all."""

    batch = Signal(object)
    """A ``Batch``; not emitted when nothing changed."""

    paused_changed = Signal(bool)

    def __init__(
        self, source: Source, parent: QObject | None = None, interval_ms: int = INTERVAL_MS
    ) -> None:
        super().__init__(parent)
        self._source = source
        self._paused = False
        self._running = False
        self._slices: deque[Batch] = deque()
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._pass_on_slice)
        self._timer = QTimer(self)
        self._timer.setInterval(interval_ms)
        self._timer.timeout.connect(self._pass_on)

    @property
    def paused(self) -> bool:
        return self._paused

    def start(self) -> None:
        self._running = True
        if not self._paused:
            self._go_on()

    def stop(self) -> None:
        self._running = False
        self._halt()

    def pause(self) -> None:
        if not self._paused:
            self._paused = True
            self._halt()
            self.paused_changed.emit(True)

    def resume(self) -> None:
        if self._paused:
            self._paused = False
            if self._running:
                self._go_on()
                self._pass_on()
            self.paused_changed.emit(False)

    def snapshot(self) -> Batch:
        """All there is, for a page that is built late: apply this, then connect to ``batch``.
        Nothing that is emitted later is older than what this holds."""
        whole = self._source.snapshot()
        self._slices = deque(_brought_up_to(whole, slice_) for slice_ in self._slices)
        return whole

    def _go_on(self) -> None:
        self._timer.start()
        if self._slices:
            self._next.start()

    def _halt(self) -> None:
        self._timer.stop()
        self._next.stop()

    def _pass_on(self) -> None:
        # What the source hands out next may only follow what it handed out before.
        if self._slices:
            return
        batch = self._source.take()
        if batch is not None:
            self._slices.extend(_sliced(batch))
            self._pass_on_slice()

    def _pass_on_slice(self) -> None:
        batch = self._slices.popleft()
        if self._slices:
            self._next.start()
        self.batch.emit(batch)


def _sliced(batch: Batch) -> Iterator[Batch]:
    """The batch in parts of ``MOST_ROWS`` tasks. What left memory goes first: it was handed out
    before, and none of it is among these tasks. All that is no task comes last, when the tasks that
    it speaks of are there. A reset is one step for whoever holds rows, and stays whole."""
    tasks = batch.tasks
    if batch.reset or len(tasks) <= MOST_ROWS:
        yield batch
        return
    evicted = batch.evicted
    last = (len(tasks) - 1) // MOST_ROWS * MOST_ROWS
    for first in range(0, last, MOST_ROWS):
        part = tasks[first : first + MOST_ROWS]
        yield Batch(batch.connection, batch.counters, tasks=part, evicted=evicted)
        evicted = []
    yield replace(batch, tasks=tasks[last:], evicted=[])


def _brought_up_to(whole: Batch, part: Batch) -> Batch:
    """A part that waits, as if it had been taken together with the snapshot ``whole``: with the
    versions that are there, and without tasks that are not (or are another broker's)."""
    return replace(
        part,
        connection=whole.connection,
        counters=whole.counters,
        tasks=[row for old in part.tasks if (row := _version(whole.tasks, old)) is not None],
        workers=None if part.workers is None else whole.workers,
        queues=None if part.queues is None else whole.queues,
        series=None if part.series is None else whole.series,
        history=None if part.history is None else whole.history,
    )


def _version(rows: Sequence[TaskRow], wanted: TaskRow) -> TaskRow | None:
    place = bisect_left(rows, wanted.seq, key=_by_seq)
    if place == len(rows) or rows[place].uuid != wanted.uuid:
        return None
    return rows[place]
