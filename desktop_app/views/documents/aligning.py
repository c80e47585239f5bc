"""The tables of a text that a text field holds: their rows get the stops of their cells."""

from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
    QTextLayout,
    QTextOption,
)

from desktop_app.ui.tokens import Space
from desktop_app.views.documents.table_rows import MOST_CELLS, Cell, Stops, is_figure, runs, stops

_GAP = Space.L
_AROUND = 80
"""Lines before and after a piece that are looked at, since its border may cut a table."""


def align_tables(piece: QTextCursor, room: float) -> None:
    """Give the rows of the tables in the selected text, and of those that it cuts, their stops.

    Nothing of the text changes, so that places in it stay true.

    :param room: the width of a line
    """
    document = piece.document()
    begin, end = piece.selectionStart(), piece.selectionEnd()
    block, last = document.findBlock(begin), document.findBlock(end)
    for _ in range(_AROUND):
        if not block.previous().isValid():
            break
        block = block.previous()
    blocks: list[QTextBlock] = []
    while block.isValid() and block.blockNumber() <= last.blockNumber() + _AROUND:
        blocks.append(block)
        block = block.next()
    lines = [block.text() for block in blocks]
    metrics = QFontMetricsF(document.defaultFont())
    for run in runs(lines):
        above, below = blocks[run[0]], blocks[run[-1]]
        if below.position() + below.length() <= begin or above.position() > end:
            continue
        rows = [_cells(lines[place], metrics, document.defaultFont(), room) for place in run]
        for place, found in zip(run, stops(rows, _GAP, room), strict=True):
            _set_stops(QTextCursor(blocks[place]), found)


def _cells(line: str, metrics: QFontMetricsF, font: QFont, room: float) -> list[Cell]:
    first, *others = line.split("\t", MOST_CELLS)[:MOST_CELLS]
    width = metrics.horizontalAdvance(first)
    label = Cell(width, is_figure(first))
    if width > room:
        label = Cell(_last_line(first, font, room), is_figure=False, wraps=True)
    return [label, *(Cell(metrics.horizontalAdvance(cell), is_figure(cell)) for cell in others)]


def _last_line(words: str, font: QFont, room: float) -> float:
    """The width of the last line of words that are wrapped."""
    layout = QTextLayout(words, font)
    width = 0.0
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(room, 1.0))
        width = line.naturalTextWidth()
    layout.endLayout()
    return width


def _set_stops(cursor: QTextCursor, found: Stops) -> None:
    layout = QTextBlockFormat()
    layout.setLeftMargin(found.hanging)
    layout.setTextIndent(found.indent - found.hanging)
    left, right = QTextOption.TabType.LeftTab, QTextOption.TabType.RightTab
    layout.setTabPositions(
        [QTextOption.Tab(stop.at, right if stop.right else left) for stop in found.cells]
    )
    cursor.mergeBlockFormat(layout)
