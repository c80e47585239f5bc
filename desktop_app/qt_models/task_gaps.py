"""Rows between those of the tasks: spans in which events were missed."""

from abc import abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from operator import attrgetter
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex

from desktop_app.monitor.rows import Gap, TaskRow
from desktop_app.qt_models.task_columns import Column

_TOP: Final = QModelIndex()
_by_end = attrgetter("end")

AnyIndex = QModelIndex | QPersistentModelIndex


class RowsWithGaps(QAbstractTableModel):
    """A *place* counts tasks from the top, a *row* tasks and gaps.

    A gap stands above the newest task shown that was first heard of before its end, so that there
    is always a task beneath it; until one is shown it waits. Its place is kept by counting what
    comes and goes above it, since the hits of a filter are not in the order of time.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: dict[tuple[float, float], Gap] = {}
        # Keys of those that have a row, from the top, the place of the task below each, and its
        # own row.
        self._standing: list[tuple[float, float]] = []
        self._above: list[int] = []
        self._gap_rows: list[int] = []

    @abstractmethod
    def _count(self) -> int:
        """How many tasks are shown."""

    @abstractmethod
    def _task(self, place: int) -> TaskRow:
        """The task in a place."""

    @abstractmethod
    def _unordered(self) -> int:
        """How many of the topmost tasks are not in the order of time."""

    def rowCount(self, parent: AnyIndex = _TOP) -> int:
        return 0 if parent.isValid() else self._count() + len(self._gap_rows)

    def columnCount(self, parent: AnyIndex = _TOP) -> int:
        return 0 if parent.isValid() else len(Column)

    def gap_at(self, row: int) -> Gap | None:
        """The gap that stands in a row, None where a task does."""
        number = bisect_left(self._gap_rows, row)
        if number < len(self._gap_rows) and self._gap_rows[number] == row:
            return self._known[self._standing[number]]
        return None

    def row_at(self, row: int) -> TaskRow:
        """The task in a row of the table; in that of a gap, the next one below it."""
        number = bisect_left(self._gap_rows, row)
        while number < len(self._gap_rows) and self._gap_rows[number] == row:
            number, row = number + 1, row + 1
        return self._task(row - number)

    @property
    def gaps(self) -> list[Gap]:
        """All that are known, the latest first, whether they have a row or not."""
        return sorted(self._known.values(), key=_by_end, reverse=True)

    def add_gaps(self, gaps: Iterable[Gap], *, live: bool = False) -> None:
        """Take in gaps, or what is newly known of them. What is told ``live`` is later than all
        that a filter has found so far."""
        for gap in gaps:
            key = gap.start, gap.end
            known = self._known.get(key)
            if known is None or (gap.found is not None and gap.found != known.found):
                self._known[key] = gap
            if known is None and live and self._unordered():
                self._stand(key, 0)
            elif key in self._standing:
                row = self._gap_rows[self._standing.index(key)]
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))
        self._place_gaps()

    def _forget_gaps(self) -> None:
        """They are another system's. A reset must follow."""
        self._known = {}

    # For those who know the tasks

    def _row(self, place: int) -> int:
        return place + bisect_right(self._above, place)

    @contextmanager
    def _resetting(self) -> Iterator[None]:
        self.beginResetModel()
        self._standing, self._above, self._gap_rows = [], [], []
        yield
        self.endResetModel()
        self._place_gaps()

    @contextmanager
    def _inserting(self, place: int, number: int, *, latest: bool = False) -> Iterator[None]:
        """So many tasks come in at a place: the ``latest`` above every gap, others in the order of
        time."""
        while not latest and place in self._above:
            self._withdraw(self._above.index(place))
        row = place + bisect_left(self._above, place)
        self.beginInsertRows(_TOP, row, row + number - 1)
        yield
        self._shift(place, number)
        self.endInsertRows()
        self._place_gaps()

    def _removing(self, first: int, last: int, delete: Callable[[Sequence[int]], None]) -> None:
        """Have the tasks from a place to another deleted, in pieces that have no gap inside."""
        cuts = [place for place in self._above if first < place <= last]
        for start in reversed([first, *dict.fromkeys(cuts)]):
            row = self._row(start)
            self.beginRemoveRows(_TOP, row, row + last - start)
            delete(range(start, last + 1))
            self._shift(last + 1, start - last - 1)
            self.endRemoveRows()
            last = start - 1
        while self._above and self._above[-1] >= self._count():
            self._withdraw(len(self._above) - 1)

    def _changed(self, first: int, last: int) -> None:
        """The tasks from a place to another are others now."""
        self.dataChanged.emit(
            self.index(self._row(first), 0), self.index(self._row(last), len(Column) - 1)
        )

    # Gaps that come and go

    def _shift(self, place: int, by: int) -> None:
        first = bisect_left(self._above, place)
        if first < len(self._above):
            self._above[first:] = [one + by for one in self._above[first:]]
            self._count_rows()

    def _place_gaps(self) -> None:
        if len(self._standing) == len(self._known):
            return
        standing = set(self._standing)
        for gap in self.gaps:
            key = gap.start, gap.end
            if key in standing:
                continue
            place = self._first_before(gap)
            if place == self._count():
                return  # what ended earlier has no task beneath it either
            self._stand(key, place)

    def _first_before(self, gap: Gap) -> int:
        def before(place: int) -> bool:
            return self._task(place).first_seen <= gap.end

        places = range(self._unordered(), self._count())
        return places.start + bisect_left(places, True, key=before)

    def _stand(self, key: tuple[float, float], place: int) -> None:
        # Of several without a task between them the latest stands on top.
        number = bisect_left(self._above, place)
        while (
            number < len(self._above)
            and self._above[number] == place
            and self._standing[number][1] > key[1]
        ):
            number += 1
        row = place + number
        self.beginInsertRows(_TOP, row, row)
        self._standing.insert(number, key)
        self._above.insert(number, place)
        self._count_rows()
        self.endInsertRows()

    def _withdraw(self, number: int) -> None:
        row = self._gap_rows[number]
        self.beginRemoveRows(_TOP, row, row)
        del self._standing[number], self._above[number]
        self._count_rows()
        self.endRemoveRows()

    def _count_rows(self) -> None:
        self._gap_rows = [place + number for number, place in enumerate(self._above)]
