"""Tasks in order of arrival, and which of them a filter found. No Qt."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from itertools import compress
from typing import Final, Literal

import numpy as np

from desktop_app.monitor.rows import TaskRow

# Bytes that a look-up table of wanted numbers may take.
_TABLE_SPAN: Final = 10_000_000


class TaskStore:
    """Rows by rising ``seq``. A position shifts when older rows leave; a ``seq`` stays.

    ``marks`` has a byte for each row, 1 for the hits of the current filter.
    """

    def __init__(self, rows: Iterable[TaskRow] = ()) -> None:
        self.rows = list(rows)
        self.seqs = array("q", [row.seq for row in self.rows])
        self.marks = bytearray(len(self.rows))

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def last_seq(self) -> int:
        return self.seqs[-1] if self.seqs else -1

    def position(self, seq: int) -> int | None:
        """Where the row of that ``seq`` is, None if it is not held."""
        seqs = self.seqs
        if not seqs:
            return None
        place = seq - seqs[0]
        # Without holes the place follows from the first one.
        if not (0 <= place < len(seqs) and seqs[place] == seq):
            place = bisect_left(seqs, seq)
            if place == len(seqs) or seqs[place] != seq:
                return None
        return place

    def first_from(self, seq: int) -> int:
        """The position of the first row whose ``seq`` is not below that."""
        return bisect_left(self.seqs, seq)

    def missing_below(self, seq: int) -> int:
        """The highest number below ``seq`` whose row is not held; -1 where all are."""
        seqs = self.seqs
        end = self.first_from(seq)
        if not end or seqs[end - 1] != seq - 1:
            return seq - 1
        # In a run without holes a number and its place differ by the same everywhere.
        run = seqs[end - 1] - (end - 1)
        return seqs[bisect_left(range(end), run, key=lambda place: seqs[place] - place)] - 1

    def mark(self, places: Iterable[int], matches: Callable[[TaskRow], bool]) -> list[int]:
        """Marks what matches and is not marked yet, and gives its ``seq``."""
        found = []
        for place in places:
            if not self.marks[place] and matches(self.rows[place]):
                self.marks[place] = 1
                found.append(self.seqs[place])
        return found

    def wrongly_marked(
        self, places: Iterable[int], matches: Callable[[TaskRow], bool]
    ) -> list[int]:
        """The ``seq`` of each that is marked and does not match, or the other way round."""
        rows, marks = self.rows, self.marks
        return [self.seqs[place] for place in places if matches(rows[place]) != marks[place]]

    def append(self, rows: Sequence[TaskRow]) -> None:
        self.rows += rows
        self.seqs.extend(row.seq for row in rows)
        self.marks.extend(bytes(len(rows)))

    def delete(self, places: Sequence[int]) -> None:
        """Drop the rows at these rising positions, in time that their number does not multiply."""
        if not places:
            return
        first, end = places[0], places[-1] + 1
        keep = bytearray(b"\x01") * (end - first)
        for place in places:
            keep[place - first] = 0
        self.rows[first:end] = compress(self.rows[first:end], keep)
        self.seqs[first:end] = array("q", compress(self.seqs[first:end], keep))
        self.marks[first:end] = bytes(compress(self.marks[first:end], keep))


class Hits:
    """What a filter found, by ``seq``, in the order of the table's rows: on top those that became
    hits while the table was watched, the latest first, below them those that a walk from the
    newest row to the oldest came upon.

    Both parts are appended to, so a hit costs the same whether there are ten or a million.
    """

    def __init__(self) -> None:
        self._fresh = array("q")
        self._walked = array("q")

    def __len__(self) -> int:
        return len(self._fresh) + len(self._walked)

    @property
    def fresh(self) -> int:
        """How many of the top ones became hits while the table was watched."""
        return len(self._fresh)

    def put_on_top(self, seqs: Iterable[int]) -> None:
        self._fresh.extend(seqs)

    def put_below(self, seqs: Iterable[int]) -> None:
        self._walked.extend(seqs)

    def seq(self, row: int) -> int:
        """What stands in that row."""
        fresh = len(self._fresh)
        return self._fresh[fresh - 1 - row] if row < fresh else self._walked[row - fresh]

    def rows(self, seqs: Sequence[int]) -> list[int]:
        """The rising rows in which these stand."""
        fresh = len(self._fresh)
        above = [fresh - 1 - place for place in reversed(places_of(self._fresh, seqs))]
        return above + [fresh + place for place in places_of(self._walked, seqs)]

    def delete(self, rows: Iterable[int]) -> None:
        fresh = len(self._fresh)
        above, below = [], []
        for row in rows:
            if row < fresh:
                above.append(fresh - 1 - row)
            else:
                below.append(row - fresh)
        self._fresh = without(self._fresh, above)
        self._walked = without(self._walked, below)


def places_of(seqs: "array[int]", wanted: Sequence[int]) -> list[int]:
    """The rising places in ``seqs`` at which one of ``wanted`` stands."""
    if not seqs or not wanted:
        return []
    # Left to itself, numpy would often sort, which takes 40 times as long for a million.
    kind: Literal["table"] | None = "table" if max(wanted) - min(wanted) < _TABLE_SPAN else None
    # A view that lived longer would forbid the array to grow.
    hits = np.isin(np.frombuffer(seqs, np.int64), wanted, kind=kind)
    found: list[int] = np.flatnonzero(hits).tolist()
    return found


def without(seqs: "array[int]", places: Sequence[int]) -> "array[int]":
    """``seqs`` less what stands at ``places``."""
    if not places:
        return seqs
    return array("q", np.delete(np.frombuffer(seqs, np.int64), places).tobytes())


def runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """Rising places as spans of neighbours, each with its first and last."""
    spans: list[tuple[int, int]] = []
    for place in places:
        if spans and spans[-1][1] == place - 1:
            spans[-1] = spans[-1][0], place
        else:
            spans.append((place, place))
    return spans
