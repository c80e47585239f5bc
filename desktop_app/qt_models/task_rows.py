"""The rows of the task table: a million of them at the cost of what changes."""

import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import Final

from PySide6.QtCore import QObject, Signal

from desktop_app.monitor.query import EVERYTHING, Query, compile_rows
from desktop_app.monitor.rows import Batch, TaskRow
from desktop_app.qt_models.task_gaps import RowsWithGaps
from desktop_app.qt_models.task_store import Hits, TaskStore, runs
from desktop_app.qt_models.task_walk import Walk

# One row in so many must have left memory before they leave the table, all at once: by then
# they are neighbours, and one removal does.
_LEAVE_TOGETHER: Final = 100
# Each removal makes every view lay itself out, so from here on a reset is cheaper.
_MANY_REMOVALS: Final = 8
# Milliseconds between slices of a look that nobody waits for: a tenth of the time at most.
_UNHURRIED: Final = 30
_by_seq = attrgetter("seq")


class TaskRows(RowsWithGaps):
    """Which task stands in which place: all newest first, or what a filter lets through, where the
    latest hit stands on top."""

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

    @property
    def shown(self) -> int:
        """Rows of the table that stand for tasks held."""
        return len(self._store) if self._hits is None else len(self._hits)

    def _count(self) -> int:
        return self.shown

    def _unordered(self) -> int:
        return 0 if self._hits is None else self._hits.fresh

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

    def _task(self, place: int) -> TaskRow:
        if self._hits is None:
            return self._store.rows[self.shown - 1 - place]
        position = self._store.position(self._hits.seq(place))
        assert position is not None  # noqa: S101 - hits leave before their rows do
        return self._store.rows[position]

    def _place_of(self, seq: int) -> int | None:
        if self._hits is not None:
            return next(iter(self._hits.rows([seq])), None)
        position = self._store.position(seq)
        return None if position is None else self.shown - 1 - position

    def row_of(self, seq: int) -> int | None:
        """The row in which that task is shown."""
        place = self._place_of(seq)
        return None if place is None else self._row(place)

    def matching(self) -> Iterator[TaskRow]:
        """All tasks held that the filter lets through, newest first."""
        return filter(self._matches, reversed(self._store.rows))

    def apply(self, batch: Batch) -> None:
        """Take in a batch of the bridge. A row taken in twice does no harm."""
        if batch.reset:
            self._forget_gaps()
            self._start_anew(TaskStore(batch.tasks))
            self.add_gaps(batch.gaps)
            return
        self._gone += batch.evicted
        if self._gone and len(self._gone) >= len(self._store) // _LEAVE_TOGETHER:
            self._let_go()
        if batch.tasks:
            known = bisect_right(batch.tasks, self._store.last_seq, key=_by_seq)
            self._update(batch.tasks[:known])
            self._extend(batch.tasks[known:])
        self.add_gaps(batch.gaps, live=True)

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

    def _start_anew(self, store: TaskStore) -> None:
        with self._resetting():
            self._store, self._gone = store, []
            store.marks = bytearray(len(store))
            self._hits = None if self._filter.everything else Hits()
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
        else:
            with self._inserting(0, len(rows), latest=True):
                self._store.append(rows)

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
        with self._inserting(0, len(seqs), latest=True):
            self._hits.put_on_top(seqs)

    def _leave(self, seqs: Sequence[int]) -> None:
        if not seqs or self._hits is None:
            return
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
        last = self.shown - 1
        self._remove([last - place for place in reversed(places)], self._delete_shown)

    def _delete_shown(self, places: Sequence[int]) -> None:
        last = self.shown - 1
        self._store.delete([last - place for place in reversed(places)])

    def _remove(self, places: Sequence[int], delete: Callable[[Sequence[int]], None]) -> None:
        spans = runs(places)
        if len(spans) > _MANY_REMOVALS:
            with self._resetting():
                delete(places)
            return
        for first, last in reversed(spans):
            self._removing(first, last, delete)

    def _review_seqs(self, seqs: list[int]) -> None:
        places = [self._store.position(seq) for seq in reversed(seqs)]
        self._review([place for place in places if place is not None])

    def _found_below(self, seqs: Sequence[int]) -> None:
        if self._hits is not None:
            shown = len(self._hits)
            with self._inserting(shown, len(seqs)):
                self._hits.put_below(seqs)
