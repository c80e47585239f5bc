"""The rows of the task table: a million of them at the cost of what changes."""

import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Signal,
)

from desktop_app.monitor.query import EVERYTHING, Query, compile_rows
from desktop_app.monitor.rows import Batch, TaskRow
from desktop_app.qt_models.task_columns import Column
from desktop_app.qt_models.task_store import Hits, TaskStore, runs
from desktop_app.qt_models.task_walk import Walk

# One row in so many must have left memory before they leave the table, all at once: by then
# they are neighbours, and one removal does.
_LEAVE_TOGETHER: Final = 100
# Each removal makes every view lay itself out, so from here on a reset is cheaper.
_MANY_REMOVALS: Final = 8
# Milliseconds between slices of a look that nobody waits for: a tenth of the time at most.
_UNHURRIED: Final = 30
_TOP: Final = QModelIndex()
_by_seq = attrgetter("seq")

AnyIndex = QModelIndex | QPersistentModelIndex


class TaskRows(QAbstractTableModel):
    """Which task stands in which row: all newest first, or what a filter lets through, where the
    latest hit stands on top.

    While held, new rows wait outside and only ``rows_pending`` grows, so that what is being read
    stays where it is.
    """

    pending_changed = Signal(int)
    scanning_changed = Signal(bool)

    def __init__(
        self, parent: QObject | None = None, *, now: Callable[[], float] = time.time
    ) -> None:
        super().__init__(parent)
        self._now = now
        self._store = TaskStore()
        self._filter = EVERYTHING
        self._matches = compile_rows(EVERYTHING, now())
        # None while everything is shown: rows then follow from positions by arithmetic.
        self._hits: Hits | None = None
        self._held = False
        # New rows not shown yet: of all tasks their number, of a filter the hits themselves.
        self._pending = 0
        self._pending_hits: list[int] = []
        self._gone: list[int] = []
        self._walk = Walk(
            lambda places: self._store.mark(places, self._matches), self._found_below, self
        )
        self._walk.running_changed.connect(self.scanning_changed)
        self._second_look = Walk(
            lambda places: self._store.wrongly_marked(places, self._matches),
            self._review_seqs,
            self,
            pause=_UNHURRIED,
        )

    def rowCount(self, parent: AnyIndex = _TOP) -> int:
        return 0 if parent.isValid() else self.shown

    def columnCount(self, parent: AnyIndex = _TOP) -> int:
        return 0 if parent.isValid() else len(Column)

    @property
    def shown(self) -> int:
        """Rows of the table that stand for tasks held."""
        return len(self._store) - self._pending if self._hits is None else len(self._hits)

    @property
    def total(self) -> int:
        """Tasks held, shown or not."""
        return len(self._store)

    @property
    def filter(self) -> Query:
        return self._filter

    @property
    def scanning(self) -> bool:
        """Whether older rows are still being looked through for hits."""
        return self._walk.running

    @property
    def rows_pending(self) -> int:
        return self._pending if self._hits is None else len(self._pending_hits)

    def row_at(self, row: int) -> TaskRow:
        """The task in a row of the table."""
        if self._hits is None:
            return self._store.rows[self.shown - 1 - row]
        place = self._store.position(self._hits.seq(row))
        assert place is not None  # noqa: S101 - hits leave before their rows do
        return self._store.rows[place]

    def row_of(self, seq: int) -> int | None:
        """The row in which that task is shown."""
        if self._hits is not None:
            return next(iter(self._hits.rows([seq])), None)
        place = self._store.position(seq)
        row = -1 if place is None else self.shown - 1 - place
        return row if row >= 0 else None

    def matching(self) -> Iterator[TaskRow]:
        """All tasks held that the filter lets through, newest first."""
        return filter(self._matches, reversed(self._store.rows))

    def apply(self, batch: Batch) -> None:
        """Take in a batch of the bridge. A row taken in twice does no harm."""
        if batch.reset:
            self._start_anew(TaskStore(batch.tasks))
            return
        self._gone += batch.evicted
        if self._gone and len(self._gone) >= len(self._store) // _LEAVE_TOGETHER:
            self._let_go()
        if batch.tasks:
            known = bisect_right(batch.tasks, self._store.last_seq, key=_by_seq)
            self._update(batch.tasks[:known])
            self._extend(batch.tasks[known:])

    def set_filter(self, wanted: Query) -> None:
        """Show what ``wanted`` finds. Hits among the newest rows are there at once, the others as
        they are found."""
        if wanted != self._filter:
            self._filter, self._matches = wanted, compile_rows(wanted, self._now())
            self._start_anew(self._store)

    def look_again(self) -> None:
        """Time has passed. Where the filter depends on it, rows that it now lets through come in
        and the others go, by and by."""
        if self._filter.moves and not (self._walk.running or self._second_look.running):
            self._matches = compile_rows(self._filter, self._now())
            self._second_look.start(self._store)

    def leave_it(self) -> None:
        """End a look that ``look_again`` began."""
        self._second_look.stop()

    def set_held(self, held: bool) -> None:
        """Whether new rows wait outside. Letting go lets them in."""
        self._held = held
        if held or not self.rows_pending:
            return
        self.beginInsertRows(_TOP, 0, self.rows_pending - 1)
        if self._hits is None:
            self._pending = 0
        else:
            self._hits.put_on_top(self._pending_hits)
            self._pending_hits = []
        self.endInsertRows()
        self.pending_changed.emit(0)

    def _start_anew(self, store: TaskStore) -> None:
        had_pending = self.rows_pending
        self.beginResetModel()
        self._store, self._gone = store, []
        store.marks = bytearray(len(store))
        self._pending, self._pending_hits = 0, []
        self._hits = None if self._filter.everything else Hits()
        self.endResetModel()
        if had_pending:
            self.pending_changed.emit(0)
        self._second_look.stop()
        if self._hits is None:
            self._walk.stop()
        else:
            self._walk.start(store)

    def _extend(self, rows: Sequence[TaskRow]) -> None:
        if not rows:
            return
        if self._hits is not None:
            self._store.append(rows)
            self._join([row.seq for row in rows if self._matches(row)])
        elif self._held:
            self._store.append(rows)
            self._pending += len(rows)
            self.pending_changed.emit(self._pending)
        else:
            self.beginInsertRows(_TOP, 0, len(rows) - 1)
            self._store.append(rows)
            self.endInsertRows()

    def _update(self, rows: Sequence[TaskRow]) -> None:
        store = self._store
        places = []
        for row in rows:
            place = store.position(row.seq)
            if place is not None:
                store.rows[place] = row
                places.append(place)
        if self._hits is not None:
            self._review(places)
            return
        last = self.shown - 1
        if places and places[0] <= last:
            self._changed(max(last - places[-1], 0), last - places[0])

    def _review(self, places: Sequence[int]) -> None:
        """Let rows that have changed into the filter, or out of it."""
        store = self._store
        joining, leaving, staying = [], [], False
        for place in places:
            seq, marked, hit = (
                store.seqs[place],
                store.marks[place],
                self._matches(store.rows[place]),
            )
            if hit and not marked:
                joining.append(seq)
            elif marked and not hit:
                store.marks[place] = 0
                leaving.append(seq)
            else:
                staying = staying or bool(marked)
        self._leave(leaving)
        self._join(joining)
        if staying and self.shown:
            self._changed(0, self.shown - 1)

    def _join(self, seqs: Sequence[int]) -> None:
        if not seqs or self._hits is None:
            return
        for seq in seqs:
            place = self._store.position(seq)
            if place is not None:
                self._store.marks[place] = 1
        if self._held:
            self._pending_hits += seqs
            self.pending_changed.emit(len(self._pending_hits))
            return
        self.beginInsertRows(_TOP, 0, len(seqs) - 1)
        self._hits.put_on_top(seqs)
        self.endInsertRows()

    def _leave(self, seqs: Sequence[int]) -> None:
        if not seqs or self._hits is None:
            return
        if self._pending_hits:
            leaving = set(seqs)
            kept = [seq for seq in self._pending_hits if seq not in leaving]
            if len(kept) < len(self._pending_hits):
                self._pending_hits = kept
                self.pending_changed.emit(len(kept))
        self._remove(self._hits.rows(seqs), self._hits.delete)

    def _let_go(self) -> None:
        """Drop the rows that have left memory."""
        store, gone = self._store, sorted(self._gone)
        self._gone = []
        places = [place for place in map(store.position, gone) if place is not None]
        left = [store.rows[place] for place in places]
        self._drop(places)
        self._have_left(left)

    def _have_left(self, rows: Sequence[TaskRow]) -> None:
        """These rows, by rising ``seq``, are no longer held."""

    def _drop(self, places: Sequence[int]) -> None:
        store = self._store
        if self._hits is not None:
            self._leave([store.seqs[place] for place in places if store.marks[place]])
            store.delete(places)
            return
        shown = self.shown
        split = bisect_left(places, shown)
        if split < len(places):
            store.delete(places[split:])
            self._pending -= len(places) - split
            self.pending_changed.emit(self._pending)
        rows = [shown - 1 - place for place in reversed(places[:split])]
        self._remove(rows, self._delete_shown)

    def _delete_shown(self, rows: Sequence[int]) -> None:
        last = self.shown - 1
        self._store.delete([last - row for row in reversed(rows)])

    def _remove(self, rows: Sequence[int], delete: Callable[[Sequence[int]], None]) -> None:
        spans = runs(rows)
        if len(spans) > _MANY_REMOVALS:
            self.beginResetModel()
            delete(rows)
            self.endResetModel()
            return
        for first, last in reversed(spans):
            self.beginRemoveRows(_TOP, first, last)
            delete(range(first, last + 1))
            self.endRemoveRows()

    def _changed(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))

    def _review_seqs(self, seqs: list[int]) -> None:
        places = [self._store.position(seq) for seq in reversed(seqs)]
        self._review([place for place in places if place is not None])

    def _found_below(self, seqs: Sequence[int]) -> None:
        if self._hits is not None:
            shown = len(self._hits)
            self.beginInsertRows(_TOP, shown, shown + len(seqs) - 1)
            self._hits.put_below(seqs)
            self.endInsertRows()
