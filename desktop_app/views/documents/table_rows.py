"""Where the cells of a table stand: a document keeps a row as one line with a tab between cells.

A row does not say which of its cells were empty. So a row with as many cells as most of its table
stands in the table's columns; any other has its cells apart, and under no column that it may not
belong to.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

MOST_CELLS = 64
"""Of a row: a line of thousands of them would take long to be laid out."""

_BRIDGED, _SHORT = 2, 60
_CLOSEST = 0.5
_WIDE_HEAD = 2.0
_BEYOND = 8
_SLACK = 4.0
"""Pixels: a line that is full to its last one is wrapped."""
_FIGURE = re.compile(r"[^A-Za-z]*\d[^A-Za-z]*|[-–—]+ ?%?|N/?[AM]|nm|\*", re.I)


class Stop(NamedTuple):
    """Where a cell ends, if ``right``, else where it begins; from the start of its line."""

    at: float
    right: bool


class Stops(NamedTuple):
    """How far the first line of a row and its further lines are moved in, and the stops of its
    cells after the first."""

    indent: float
    cells: tuple[Stop, ...]
    hanging: float = 0.0


class Cell(NamedTuple):
    """``width``: of the last line, where the words are too many for one."""

    width: float
    is_figure: bool
    wraps: bool = False


def is_figure(cell: str) -> bool:
    """Whether a cell is a number, or what stands for none."""
    return _FIGURE.fullmatch(cell.strip()) is not None


def runs(lines: Sequence[str]) -> Iterator[list[int]]:
    """The places of the rows of each table. A short line between rows ("Current assets:") does
    not end one."""
    run: list[int] = []
    for place, line in enumerate(lines):
        if "\t" in line:
            run.append(place)
        elif run and (_is_text(line) or place - run[-1] > _BRIDGED):
            yield run
            run = []
    if run:
        yield run


def _is_text(line: str) -> bool:
    return len(line) > _SHORT or (len(line) > 1 and line[-1] == "." and " " in line)


def stops(rows: Sequence[Sequence[Cell]], gap: float, room: float) -> list[Stops]:
    """The stops of each row of a table.

    :param rows: two cells each or more
    :param gap: the least distance between two cells
    :param room: the width of a line; the words of the first column give way where it is too small
    """
    counts = Counter(map(len, rows))
    columns = max(counts, key=lambda count: (counts[count], count))
    full = [row for row in rows if len(row) == columns]
    begun = next(place for place, row in enumerate(rows) if len(row) == columns)
    heads = [row for row in rows[:begun] if len(row) == columns - 1]
    grid = _Grid.of(full, heads, gap, room - _SLACK)
    return [grid.stops(row, head=place < begun) for place, row in enumerate(rows)]


@dataclass(frozen=True, slots=True)
class _Grid:
    lefts: tuple[float, ...]
    rights: tuple[float, ...]
    figures: tuple[bool, ...]
    gap: float
    room: float

    @classmethod
    def of(
        cls,
        full: Sequence[Sequence[Cell]],
        heads: Sequence[Sequence[Cell]],
        gap: float,
        room: float,
    ) -> "_Grid":
        widths = [max(cell.width for cell in column) for column in zip(*full, strict=True)]
        for head in heads:
            for place, cell in enumerate(head, start=1):
                # What is much wider stands above several columns.
                if cell.width <= _WIDE_HEAD * widths[place]:
                    widths[place] = max(widths[place], cell.width)
        between = len(widths) - 1
        figures = sum(widths[1:])
        gap = min(gap, max((room - figures - widths[0]) / between, _CLOSEST * gap))
        widths[0] = max(min(widths[0], room - figures - gap * between), min(widths[0], room / 4))
        lefts, rights, edge = [], [], 0.0
        for width in widths:
            lefts.append(edge)
            rights.append(edge + width)
            edge += width + gap
        are_figures = tuple(
            2 * sum(cell.is_figure for cell in column) >= len(column)
            for column in zip(*full, strict=True)
        )
        return cls(tuple(lefts), tuple(rights), (False, *are_figures[1:]), gap, room)

    def stops(self, row: Sequence[Cell], *, head: bool) -> Stops:
        places = self._columns_of(row, head=head)
        if len(row) == len(self.lefts) and (below := self._below(row)) is not None:
            return below
        first = places[0]
        indent = 0.0
        if first:
            indent = self.lefts[first]
            if self.figures[first]:
                indent = max(self.rights[first] - row[0].width, 0.0)
        edge = indent + row[0].width
        found = []
        for cell, column in zip(row[1:], places[1:], strict=True):
            least = edge + self.gap
            if column is not None and self.figures[column]:
                edge = max(self.rights[column], least + cell.width)
                found.append(Stop(edge - indent, right=True))
            else:
                start = max(self.lefts[1 if column is None else column], least)
                found.append(Stop(start - indent, right=False))
                edge = start + cell.width
        return Stops(indent, tuple(found))

    def _below(self, row: Sequence[Cell]) -> Stops | None:
        """The stops of a row whose words leave no room beside them for its figures: those go to
        the next line, each under its column. None where they are not needed, or cannot be."""
        beside = row[0].width + sum(self.gap + cell.width for cell in row[1:])
        if row[0].wraps or beside <= self.room or not all(self.figures[1:]):
            return None
        # Stops count from the start of each line, and the next line starts where the first figure
        # does. All of its stops must lie, on the first line, within the words; one that is too far
        # ends that line.
        start = self.rights[1] - row[1].width
        if self.rights[-1] - start >= row[0].width:
            return None
        stops = [Stop(right - start, right=True) for right in self.rights[2:]]
        return Stops(0.0, (*stops, Stop(_BEYOND * self.room, right=False)), hanging=start)

    def _columns_of(self, row: Sequence[Cell], *, head: bool) -> list[int | None]:
        """The column of each cell, None for one of which that is not known."""
        count, columns = len(row), len(self.lefts)
        if count == columns:
            return list(range(columns))
        if head and count < columns:
            # A title stands above one column or, each as wide, above several, to the right.
            span, rest = divmod(columns - 1, count)
            if rest == 0:
                return [(place + 1) * span for place in range(count)]
            span, rest = divmod(columns - 1, count - 1)
            if rest == 0:
                return [place * span for place in range(count)]
        return [0, *[None] * (count - 1)]
