"""The Tasks page: its table and filter, for everyone, in every light."""

from typing import get_args

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
)

from desktop_app.qt_models.task_table import Column
from desktop_app.ui import theme
from desktop_app.ui.delegate import CellDelegate
from desktop_app.views.tasks import TasksPage
from desktop_app.views.tasks.row_menu import RowMenu
from tests.ui.accessibility import interactive, name
from tests.ui.tasks.desk import Desk, press, until, uuids, words
from tests.ui.tasks.feed import Feed
from tests.ui.tasks.hands import KEY, LEFT


def counts(page: TasksPage) -> dict[str, str]:
    """What the filter says of each state that has tasks."""
    told = [b.accessibleName().rsplit(", ", 1) for b in page.states.findChildren(QAbstractButton)]
    return {name: count for name, count in told if count != "0"}


# The table and its filter


async def test_tasks_stand_newest_first_with_their_states_counted(desk: Desk, feed: Feed) -> None:
    feed.succeed("a")
    feed.fail("b")
    feed.start("c")
    page = await desk.open()
    assert uuids(page) == ["c", "b", "a"]
    assert counts(page) == {"All": "3", "Running": "1", "Failed": "1", "Succeeded": "1"}
    feed.send("d")
    await desk.arrives("d")
    assert uuids(page) == ["d", "c", "b", "a"]
    assert counts(page)["Waiting"] == "1"
    assert "4 tasks" in words(page.footer)


async def test_states_are_chosen_by_clicking_several_of_them(desk: Desk, feed: Feed) -> None:
    feed.succeed("a")
    feed.fail("b")
    feed.send("c")
    page = await desk.open()
    QTest.mouseClick(page.states.buttons["FAILURE"], LEFT)
    assert uuids(page) == ["b"]
    assert "1 of 3 tasks" in words(page.footer)
    QTest.mouseClick(page.states.buttons["PENDING"], LEFT)
    assert uuids(page) == ["c", "b"]
    assert not page.states.all.isChecked()
    QTest.mouseClick(page.states.buttons["FAILURE"], LEFT)
    QTest.mouseClick(page.states.buttons["PENDING"], LEFT)
    assert uuids(page) == ["c", "b", "a"]
    assert page.states.all.isChecked()


async def test_all_lets_go_of_the_chosen_states(desk: Desk, feed: Feed) -> None:
    feed.succeed("a")
    feed.fail("b")
    page = await desk.open()
    QTest.mouseClick(page.states.buttons["FAILURE"], LEFT)
    QTest.mouseClick(page.states.all, LEFT)
    assert uuids(page) == ["b", "a"]
    QTest.mouseClick(page.states.all, LEFT)
    assert page.states.all.isChecked()


async def test_states_are_reached_and_chosen_with_the_keyboard(desk: Desk, feed: Feed) -> None:
    feed.succeed("a")
    feed.send("b")
    page = await desk.open()
    page.states.all.setFocus()
    QTest.keyClick(page.states.all, KEY.Key_Down)
    assert page.states.buttons["PENDING"].hasFocus()
    QTest.keyClick(page.states.buttons["PENDING"], KEY.Key_Space)
    assert uuids(page) == ["b"]


async def test_words_are_searched_while_they_are_typed(desk: Desk, feed: Feed) -> None:
    feed.succeed("a", kwargs="{'filename': 'harrow-vale.html'}")
    feed.succeed("b")
    page = await desk.open()
    page.search()
    QTest.keyClicks(page.query.search, "HARROW process")
    await until(lambda: uuids(page) == ["a"])
    page.query.search.close_suggestions()
    QTest.keyClick(page.query.search, KEY.Key_Escape)
    await until(lambda: uuids(page) == ["b", "a"])


async def test_return_in_the_search_leads_to_what_was_found(desk: Desk, feed: Feed) -> None:
    feed.succeed("a")
    feed.fail("b")
    page = await desk.open()
    page.search()
    QTest.keyClicks(page.query.search, "no text")
    QTest.keyClick(page.query.search, KEY.Key_Return)
    assert uuids(page) == ["b"]
    assert page.table.hasFocus()


async def test_a_filter_that_nothing_meets_offers_to_drop_it(desk: Desk, feed: Feed) -> None:
    feed.succeed("a")
    page = await desk.open()
    QTest.mouseClick(page.states.buttons["REJECTED"], LEFT)
    assert "No task matches" in words(page.table)
    press(page.table, "Show all tasks")
    assert uuids(page) == ["a"]


async def test_an_empty_page_carries_the_one_next_step(desk: Desk, feed: Feed) -> None:
    page = await desk.open()
    went: list[str] = []
    page.navigate.connect(lambda where, _: went.append(where))
    press(page.table, "Go to Documents")
    feed.connection = type(feed.connection)("idle", "", feed.now)
    await until(lambda: "Not connected to a broker" in words(page.table))
    press(page.table, "Choose a broker")
    assert went == ["documents", "welcome"]


async def test_what_is_read_stays_where_it_is_while_tasks_arrive(desk: Desk, feed: Feed) -> None:
    for number in range(200):
        feed.succeed(f"old-{number}")
    page = await desk.open()
    page.table.verticalScrollBar().setValue(1500)
    at_top = page.model.row_at(page.table.visible_rows()[0]).uuid
    for number in range(12):
        feed.send(f"new-{number}")
    await desk.arrives("new-11")
    page.table.doItemsLayout()
    assert page.model.row_at(page.table.visible_rows()[0]).uuid == at_top
    press(page.table, "12 new")
    assert page.table.verticalScrollBar().value() == 0


async def test_columns_give_way_when_the_page_is_narrow(desk: Desk, feed: Feed) -> None:
    feed.succeed("a")
    page = await desk.open(width=1700)
    assert not any(page.table.isColumnHidden(column) for column in Column)
    page.resize(700, 700)
    shown = [column for column in Column if not page.table.isColumnHidden(column)]
    assert shown == [Column.STATE, Column.TASK, Column.TIME, Column.RUNTIME]


async def test_rows_are_greyed_when_the_connection_has_been_lost_for_a_while(
    desk: Desk, feed: Feed
) -> None:
    feed.succeed("a")
    page = await desk.open()
    assert "Not live" not in words(page.footer)
    feed.disconnect("The broker does not answer.")
    await until(lambda: "The broker does not answer." in words(page.footer))
    greyed = page.table.itemDelegate()
    assert isinstance(greyed, CellDelegate)
    assert greyed.stale


@pytest.mark.qt_log_ignore("does not support")  # no screen, so nothing to raise a menu above
async def test_the_menu_of_a_row_makes_filters_of_what_it_holds(desk: Desk, feed: Feed) -> None:
    feed.succeed("a")
    feed.succeed("b", "forecasting.update_R&D_models")
    page = await desk.open()
    page.table.doItemsLayout()
    where = page.table.visualRect(page.model.index(0, Column.TASK)).center()
    page.table.customContextMenuRequested.emit(where)
    menu = page.findChild(RowMenu)
    assert isinstance(menu, RowMenu)
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts == [
        "Show details",
        "Copy id",
        "Only the name forecasting.update_R&&D_models",
        "Only the queue forecasting",
        "Only the worker w1@host",
    ]
    menu.actions()[-2].trigger()
    menu.close()
    assert uuids(page) == ["b"]


# Everyone can use it, in every light


async def test_everything_that_can_be_worked_has_a_name(desk: Desk, feed: Feed) -> None:
    feed.succeed("a")
    feed.fail("b", root_id="a", parent_id="a")
    page = await desk.open()
    page.open({"name": "document_processing.process_document", "uuid": "b"})
    await desk.quiet()
    QTest.keyClick(page.table, KEY.Key_A, Qt.KeyboardModifier.ControlModifier)
    worked = [widget for widget in interactive(page) if widget.isVisibleTo(page)]
    assert len(worked) > 12
    assert [widget for widget in worked if not name(widget).strip()] == []


@pytest.mark.parametrize("mode", get_args(theme.Mode)[1:])
async def test_the_page_is_painted_in_both_themes(
    desk: Desk, feed: Feed, mode: theme.Mode, qapp: QApplication
) -> None:
    feed.succeed("a")
    feed.fail("b")
    page = await desk.open()
    page.open({"uuid": "b"})
    theme.apply(qapp, mode)
    ground = page.grab().toImage().pixelColor(QPoint(2, 2))
    assert ground == theme.tokens().canvas
