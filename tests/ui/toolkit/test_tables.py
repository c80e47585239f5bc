from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.ui import formats, theme
from desktop_app.ui.columns import Column, Kind
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.header import Header
from desktop_app.ui.tables import Table
from desktop_app.ui.tokens import Size
from tests.ui.toolkit.conftest import part

CTRL = Qt.KeyboardModifier.ControlModifier
TITLES = ("State", "Name", "Runtime", "Id", "Progress", "Rate")
SHOWN = Qt.ItemDataRole.DisplayRole


class Rows(QStandardItemModel):
    """Rows that come at the top, as those of a live table do."""

    def __init__(self, count: int) -> None:
        super().__init__(0, len(TITLES))
        self.setHorizontalHeaderLabels(TITLES)
        self.arrive(count)

    def arrive(self, count: int) -> None:
        first = self.rowCount()
        self.insertRows(0, count)
        for row in range(count):
            number = first + count - 1 - row
            name, key = f"task {number}", f"id-{number}"
            self.put(row, "SUCCESS", name, number / 10, key, 0.5, [1.0, 3.0, 2.0])

    def put(self, row: int, *values: Any) -> None:
        for place, value in enumerate(values):
            self.setData(self.index(row, place), value, SHOWN)

    def remove_all(self) -> None:
        self.removeRows(0, self.rowCount())


COLUMNS = [
    Column(Kind.STATE, 110),
    Column(stretch=True),
    Column(Kind.NUMBER, 90, format=formats.duration, ink=lambda _index: "danger"),
    Column(Kind.MONO, 90),
    Column(Kind.PROGRESS, 110),
    Column(Kind.SPARK, 90),
]


@pytest.fixture
def rows(qapp: object) -> Rows:
    return Rows(200)


@pytest.fixture
def table(qtbot: QtBot, rows: Rows) -> Table:
    table = Table("Tasks", COLUMNS)
    qtbot.addWidget(table)
    table.setModel(rows)
    table.resize(800, 400)
    with qtbot.waitActive(table):
        table.show()
        table.activateWindow()
    table.setFocus()
    return table


def name_at_the_top(table: Table) -> str:
    place = table.rowAt(0)
    return str(table.model().index(place, 1).data())


def arrivals(table: Table) -> QPushButton:
    return part(table.viewport(), QPushButton)


def test_rows_that_arrive_do_not_move_what_is_read(table: Table, rows: Rows) -> None:
    table.verticalScrollBar().setValue(50 * Size.ROW)
    read = name_at_the_top(table)
    for count in (1, 312, 7):
        rows.arrive(count)
        assert name_at_the_top(table) == read
        QTest.qWait(0)  # the view lays itself out
        assert name_at_the_top(table) == read


def test_rows_that_arrived_unseen_are_counted_and_a_click_leads_to_them(
    table: Table, rows: Rows
) -> None:
    table.verticalScrollBar().setValue(50 * Size.ROW)
    rows.arrive(300)
    rows.arrive(1012)
    assert arrivals(table).isVisible()
    assert arrivals(table).text() == "1,312 new"
    QTest.mouseClick(arrivals(table), Qt.MouseButton.LeftButton)
    assert name_at_the_top(table) == "task 1511"
    assert not arrivals(table).isVisible()
    table.verticalScrollBar().setValue(Size.ROW)
    rows.arrive(2)
    assert arrivals(table).text() == "2 new"


def test_at_the_top_new_rows_are_seen_at_once(table: Table, rows: Rows) -> None:
    rows.arrive(5)
    assert name_at_the_top(table) == "task 204"
    assert not arrivals(table).isVisible()


def test_what_is_chosen_stays_chosen_while_rows_arrive(table: Table, rows: Rows) -> None:
    table.selectRow(3)
    rows.arrive(10)
    assert table.selected_rows() == [13]
    assert table.current_row() == 13


def test_ctrl_a_is_a_request_and_chooses_nothing_by_itself(table: Table, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.select_all_requested):
        QTest.keyClick(table, Qt.Key.Key_A, CTRL)
    assert table.selected_rows() == []


def test_ctrl_c_copies_the_chosen_rows_under_their_titles(table: Table) -> None:
    table.selectRow(1)
    table.setColumnHidden(4, True)
    table.setColumnHidden(5, True)
    QTest.keyClick(table, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == (
        "State\tName\tRuntime\tId\nSUCCESS\ttask 198\t19.8 s\tid-198"
    )


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_a_key_opens_the_row_with_the_cursor(table: Table, qtbot: QtBot, key: Qt.Key) -> None:
    table.setCurrentIndex(table.model().index(2, 0))
    with qtbot.waitSignal(table.opened) as opened:
        QTest.keyClick(table, key)
    assert opened.args is not None
    assert opened.args[0].row() == 2


def test_a_double_click_opens_a_row(table: Table, qtbot: QtBot) -> None:
    place = table.visualRect(table.model().index(3, 1)).center()
    with qtbot.waitSignal(table.opened) as opened:
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened.args is not None
    assert opened.args[0].row() == 3


def test_no_row_is_opened_where_there_is_none(table: Table, rows: Rows, qtbot: QtBot) -> None:
    rows.remove_all()
    with qtbot.assertNotEmitted(table.opened, wait=0):
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert table.current_row() == -1


def test_the_cursor_is_told_when_it_moves(table: Table, qtbot: QtBot) -> None:
    table.setCurrentIndex(table.model().index(0, 0))
    with qtbot.waitSignal(table.current_changed) as moved:
        QTest.keyClick(table, Qt.Key.Key_Down)
    assert moved.args is not None
    assert moved.args[0].row() == 1


def test_home_and_end_lead_to_the_first_and_the_last_row_and_with_shift_choose_up_to_it(
    table: Table, rows: Rows
) -> None:
    table.selectRow(5)
    QTest.keyClick(table, Qt.Key.Key_End)
    assert table.selected_rows() == [rows.rowCount() - 1]
    QTest.keyClick(table, Qt.Key.Key_Home)
    assert table.selected_rows() == [0]
    table.selectRow(2)
    QTest.keyClick(table, Qt.Key.Key_Home, Qt.KeyboardModifier.ShiftModifier)
    assert table.selected_rows() == [0, 1, 2]
    rows.remove_all()
    QTest.keyClick(table, Qt.Key.Key_End)
    assert table.selected_rows() == []


def test_letters_do_not_jump_to_a_row(table: Table) -> None:
    table.setCurrentIndex(table.model().index(0, 1))
    table.keyboardSearch("task 150")
    assert table.current_row() == 0


def test_escape_is_left_to_the_page(table: Table) -> None:
    table.selectRow(3)
    QTest.keyClick(table, Qt.Key.Key_Escape)
    assert table.selected_rows() == [3]


def test_what_is_empty_says_so_until_a_row_comes(table: Table, rows: Rows) -> None:
    table.set_empty(EmptyState("inbox", "No tasks yet"))
    empty = part(table, EmptyState)
    assert empty.isHidden()
    rows.remove_all()
    assert empty.isVisible()
    assert empty.size() == table.viewport().size()
    rows.arrive(1)
    assert empty.isHidden()


def test_widths_are_restored_by_the_titles_of_their_columns(table: Table) -> None:
    table.restore_widths({"Id": 222, "Rate": 1, "No such column": 80})
    assert table.columnWidth(3) == 222
    assert table.columnWidth(5) == table.horizontalHeader().minimumSectionSize()
    assert table.columnWidth(0) == 110


def test_a_hand_on_the_header_tells_the_widths(table: Table, qtbot: QtBot) -> None:
    header = part(table, Header)
    edge = header.sectionViewportPosition(0) + header.sectionSize(0) - 1
    middle = header.viewport().rect().center().y()
    start, end = header.rect().topLeft(), header.rect().topLeft()
    start.setX(edge)
    end.setX(edge + 40)
    for point in (start, end):
        point.setY(middle)
    with qtbot.waitSignal(table.widths_changed) as told:
        QTest.mousePress(header.viewport(), Qt.MouseButton.LeftButton, pos=start)
        QTest.mouseMove(header.viewport(), end)
        QTest.mouseRelease(header.viewport(), Qt.MouseButton.LeftButton, pos=end)
    assert told.args is not None
    assert told.args[0]["State"] > 110


def test_a_column_takes_of_the_room_to_spare_until_it_was_given_a_width(
    qtbot: QtBot, rows: Rows
) -> None:
    looks = [Column(width=100), Column(width=200, stretch=True), Column(width=90, most=190)]
    table = Table("Things", [*looks, *[Column(width=50)] * 3])
    qtbot.addWidget(table)
    table.setModel(rows)
    with qtbot.waitExposed(table):
        table.resize(540, 300)
        table.show()
    assert table.columnWidth(2) == 90
    table.resize(640, 300)
    spare = table.viewport().width() - 540
    assert table.columnWidth(2) == 90 + spare // 2
    table.setColumnHidden(5, True)
    assert table.columnWidth(2) == 90 + (spare + 50) // 2
    table.resize(1600, 300)
    assert table.columnWidth(2) == 190
    table.restore_widths({"Runtime": 120})
    table.resize(1500, 300)
    assert table.columnWidth(2) == 120


def test_every_kind_of_cell_is_painted_in_both_themes_and_greyed_while_stale(
    table: Table, rows: Rows
) -> None:
    rows.put(0, None, None, None, None, None, None)
    rows.put(1, "FAILURE", "a very long name " * 20, 1e9, "x" * 99, 2.0, [])
    rows.put(2, "SOMETHING", "", -1.0, "", -1.0, [1.0])
    table.selectRow(4)
    fresh = table.viewport().grab().toImage()
    table.set_stale(True)
    stale = table.viewport().grab().toImage()
    theme.current().toggle()
    dark = table.viewport().grab().toImage()
    assert fresh != stale
    assert stale != dark


def test_a_column_asks_only_for_the_room_it_needs(table: Table) -> None:
    table.resizeColumnToContents(0)
    assert 80 < table.columnWidth(0) < 140
