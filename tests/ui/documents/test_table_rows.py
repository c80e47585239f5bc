"""Rows of tables, in the stops that they get and as the reader shows them."""

import pytest
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from desktop_app.views.documents.reader import PIECE, Reader
from desktop_app.views.documents.table_rows import Cell, Stops, is_figure, runs, stops

GAP, ROOM = 10.0, 600.0

SALES = (
    "2024\tChange\t2023",
    "Americas\t$167,045\t3%\t$162,560",
    "Europe\t101,328\t(7)%\t94,294",
    "Operating margin\t31.5%",
    "Greater China\t66,952\t—%\t72,559",
)


def cells(line: str) -> list[Cell]:
    return [Cell(7.0 * len(cell), is_figure(cell)) for cell in line.split("\t")]


def laid_out(*lines: str, room: float = ROOM) -> list[Stops]:
    return stops([cells(line) for line in lines], GAP, room)


@pytest.mark.parametrize("cell", ["1", "$167,045", "(4)%", "—", "—%", "N/A", "-1.5"])
def test_a_number_and_what_stands_for_none_is_a_figure(cell: str) -> None:
    assert is_figure(cell)


@pytest.mark.parametrize("cell", ["Change", "", "Item 1A", "8-K", "September 28, 2024"])
def test_words_with_or_without_digits_are_no_figure(cell: str) -> None:
    assert not is_figure(cell)


def test_figures_of_a_column_end_below_each_other_and_the_title_above_them() -> None:
    head, americas, europe, _, china = laid_out(*SALES)
    assert americas.cells == europe.cells == china.cells
    assert all(stop.right for stop in americas.cells)
    ends = [stop.at for stop in americas.cells]
    assert [head.indent + 7.0 * len("2024"), *(head.indent + s.at for s in head.cells)] == ends


def test_a_row_with_fewer_cells_than_its_table_stands_under_no_column() -> None:
    margin = laid_out(*SALES)[3]
    (stop,) = margin.cells
    assert not stop.right
    assert stop.at >= 7.0 * len("Operating margin") + GAP


def test_cells_never_touch_however_long_the_words_and_figures_are() -> None:
    lines = ("a\t1\t2", f"{'b' * 40}\t123,456,789\t3", f"{'c' * 60}\td\te", "x\t1")
    for line, row in zip(lines, laid_out(*lines, room=5000.0), strict=True):
        edge = row.indent + cells(line)[0].width
        for cell, stop in zip(cells(line)[1:], row.cells, strict=True):
            begun = row.indent + stop.at - (cell.width if stop.right else 0.0)
            assert begun >= edge + GAP / 2
            edge = begun + cell.width


def test_a_title_over_several_columns_stands_at_the_end_of_its_columns() -> None:
    head, row = laid_out("First half\tSecond half", "Sales\t1,111\t2,222\t3,333\t4,444")
    ends = [stop.at for stop in row.cells]
    assert head.indent + 7.0 * len("First half") == ends[1]
    assert head.indent + head.cells[0].at == ends[3]


def test_a_short_line_between_rows_does_not_end_their_table_and_a_long_one_does() -> None:
    lines = ["a\t1", "Current assets:", "b\t2", "A sentence. " * 9, "c\t3", "", "", "", "d\t4"]
    lines += ["Commitments and contingencies - see Note 13", "e\t5", "A note.", "f\t6"]
    assert list(runs(lines)) == [[0, 2], [4], [8, 10], [12]]


# In the reader


def ends(reader: Reader, line: str) -> list[float]:
    """Where the cells of a line end, from the left edge of the text."""
    block = reader.document().begin()
    while block.text() != line:
        block = block.next()
    found: list[float] = []
    for place, character in enumerate([*line, "\t"]):
        if character == "\t":
            cursor = QTextCursor(block)
            cursor.setPosition(block.position() + place)
            found.append(round(reader.cursorRect(cursor).left()))
    return found


def shown(qtbot: QtBot, text: str, width: int) -> Reader:
    reader = Reader()
    qtbot.addWidget(reader)
    reader.resize(width, 500)
    reader.wanted.connect(lambda at, start, end: reader.add(at, start, text[start:end]))
    reader.show()
    reader.show_stretch(0, len(text))
    qtbot.wait_until(lambda: reader.loaded[1] >= min(len(text), PIECE))
    return reader


def test_the_reader_shows_the_columns_and_its_text_is_the_documents(qtbot: QtBot) -> None:
    text = "\n".join(SALES)
    reader = shown(qtbot, text, 700)
    assert reader.toPlainText() == text
    columns = [ends(reader, line)[1:] for line in (SALES[1], SALES[2], SALES[4])]
    for other in columns[1:]:
        assert all(abs(a - b) <= 1 for a, b in zip(columns[0], other, strict=True))
    assert all(abs(a - b) <= 1 for a, b in zip(ends(reader, SALES[0]), columns[0], strict=True))
    reader.hide()


def test_words_too_long_for_a_narrow_reader_leave_their_figures_under_the_columns(
    qtbot: QtBot,
) -> None:
    short, long = "Debt\t10,771\t7,748", "Additions to debt of long terms\t1,303\t22,336"
    text = "\n".join((short, long, short.replace("Debt", "Bank")))
    reader = shown(qtbot, text, 300)
    assert reader.toPlainText() == text
    assert all(
        abs(a - b) <= 1
        for a, b in zip(ends(reader, short)[1:], ends(reader, long)[1:], strict=True)
    )
    reader.hide()


def test_a_table_that_a_piece_cuts_has_one_set_of_columns(qtbot: QtBot) -> None:
    # The first piece ends within the table.
    before = "A sentence of some length that is no row at all.\n" * (PIECE // 49 - 2)
    rows = [f"Row {n}\t{n}\t{n * 1111}" for n in range(12)]
    text = before + "\n".join(rows)
    reader = shown(qtbot, text, 600)
    bar = reader.verticalScrollBar()
    bar.setValue(bar.maximum())
    qtbot.wait_until(lambda: reader.loaded == (0, len(text)))
    columns = [ends(reader, row)[1:] for row in rows]
    assert len({tuple(one) for one in columns}) == 1
    reader.hide()


def test_a_row_of_thousands_of_cells_is_shown_whole(qtbot: QtBot) -> None:
    text = "\n".join("\t".join(str(n) for n in range(3000)) for _ in range(2))
    reader = shown(qtbot, text, 600)
    assert reader.toPlainText() == text[:PIECE]
    reader.hide()
