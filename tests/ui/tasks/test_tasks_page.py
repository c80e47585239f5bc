from typing import get_args

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
)

from desktop_app.qt_models.task_table import Column
from desktop_app.ui import theme
from desktop_app.ui.delegate import CellDelegate
from desktop_app.views.tasks import TasksPage, finder
from desktop_app.views.tasks.row_menu import RowMenu
from tests.ui.accessibility import interactive, name
from tests.ui.tasks.desk import Desk, press, until, uuids, words
from tests.ui.tasks.feed import Feed

KEY = Qt.Key
LEFT = Qt.MouseButton.LeftButton


def click_row(
    page: TasksPage, row: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    page.table.doItemsLayout()
    where = page.table.visualRect(page.model.index(row, Column.STATE)).center()
    QTest.mouseClick(page.table.viewport(), LEFT, modifier, where)


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


# The details


async def test_space_opens_the_details_and_escape_closes_them(desk: Desk, feed: Feed) -> None:
    feed.succeed("a")
    feed.fail("b")
    page = await desk.open()
    QTest.keyClick(page.table, KEY.Key_Home)
    assert page.drawer.isHidden()
    QTest.keyClick(page.table, KEY.Key_Space)
    assert not page.drawer.isHidden()
    assert "ValueError('no text in this file')" in words(page.drawer).replace("\u200b", "")
    QTest.keyClick(page.table, KEY.Key_Down)
    assert page.drawer.row == feed.task("a")
    QTest.keyClick(page.table, KEY.Key_Escape)
    assert page.drawer.isHidden()
    QTest.keyClick(page.table, KEY.Key_Return)
    assert not page.drawer.isHidden()


async def test_a_double_click_opens_the_details(desk: Desk, feed: Feed) -> None:
    feed.succeed("a")
    page = await desk.open()
    page.table.doItemsLayout()
    where = page.table.visualRect(page.model.index(0, Column.TASK)).center()
    QTest.mouseClick(page.table.viewport(), LEFT, pos=where)
    assert page.drawer.isHidden()
    QTest.mouseDClick(page.table.viewport(), LEFT, pos=where)
    assert page.drawer.row == feed.task("a")


async def test_the_details_follow_a_task_from_waiting_to_its_end(desk: Desk, feed: Feed) -> None:
    feed.send("a")
    page = await desk.open()
    page.open({"uuid": "a"})
    assert page.drawer.timeline.accessibleDescription().startswith("Waited in its queue")
    feed.event("task-received", "a", name="document_processing.process_document")
    feed.event("task-started", "a")
    feed.event("task-progress", "a", stage="Reading", fraction=0.4)
    await desk.arrives("a")
    assert "Reading, 40 %" in words(page.drawer)
    assert page.drawer.bar.isVisible()
    assert page.drawer.bar.value() == 0.4 * page.drawer.bar.maximum()
    feed.event("task-succeeded", "a", result="{'pages': 3}", runtime=2.5)
    await desk.arrives("a")
    assert not page.drawer.bar.isVisible()
    assert "Ran 2.50 s" in page.drawer.timeline.accessibleDescription()
    assert page.drawer.values.result.text() == "{'pages': 3}"


async def test_durations_go_on_while_the_page_is_shown(desk: Desk, feed: Feed) -> None:
    feed.start("a")
    page = await desk.open()
    page.open({"uuid": "a"})
    before = page.drawer.timeline.accessibleDescription()
    changed: list[int] = []
    page.model.dataChanged.connect(lambda top, _bottom, *_: changed.append(top.column()))
    await until(lambda: Column.WAITED in changed, "the rows' ages were refreshed")
    await until(lambda: page.drawer.timeline.accessibleDescription() != before)


async def test_what_a_traceback_says_can_be_copied(desk: Desk, feed: Feed) -> None:
    feed.fail("a", traceback="Traceback\n  File <b>x.py</b>\nValueError")
    page = await desk.open()
    page.open({"uuid": "a"})
    assert page.drawer.values.traceback.text() == "Traceback\n  File <b>x.py</b>\nValueError"
    press(page.drawer, "Copy: Traceback")
    assert QGuiApplication.clipboard().text() == page.drawer.values.traceback.text()
    press(page.drawer, "Copy id")
    assert QGuiApplication.clipboard().text() == "a"


async def test_relatives_are_listed_and_lead_to_their_own_details(desk: Desk, feed: Feed) -> None:
    feed.succeed("parent")
    feed.succeed("other")
    feed.succeed("child", root_id="parent", parent_id="parent")
    page = await desk.open()
    page.open({"uuid": "child"})
    await desk.quiet()
    listed = [b for b in page.drawer.family.findChildren(QAbstractButton) if b.isVisible()]
    names = [button.accessibleName() for button in listed]
    assert names == [
        "process_document, Succeeded",
        "process_document, Succeeded, the one shown",
    ]
    QTest.mouseClick(listed[0], LEFT)
    assert page.drawer.row == feed.task("parent")
    assert page.model.row_at(page.table.current_row()).uuid == "parent"
    feed.send("late", root_id="parent", parent_id="child")
    await until(lambda: len(page.drawer.family.findChildren(QAbstractButton)) == 3)


async def test_a_task_without_relatives_lists_none(desk: Desk, feed: Feed) -> None:
    feed.succeed("alone")
    page = await desk.open()
    page.open({"uuid": "alone"})
    await desk.quiet()
    assert "Parents and children" not in words(page.drawer)


# Coming from elsewhere, leaving and returning


async def test_a_filter_can_be_handed_over_by_another_page(desk: Desk, feed: Feed) -> None:
    feed.succeed("a")
    feed.fail("b")
    feed.fail("c", "forecasting.generate_stock_forecast")
    page = await desk.open()
    name = "forecasting.generate_stock_forecast"
    page.open({"states": frozenset({"FAILURE"}), "name": name})
    assert uuids(page) == ["c"]
    assert page.states.chosen == {"FAILURE"}
    assert page.query.search.text() == f"state:failed task:={name}"
    page.open({"worker": "nobody@nowhere"})
    assert uuids(page) == []
    assert page.query.search.text() == "worker:=nobody@nowhere"
    page.open({"query": "is:finished", "text": "no_text"})
    assert page.query.search.text() == "is:finished no_text"


async def test_a_task_that_the_filter_hides_is_shown_all_the_same(desk: Desk, feed: Feed) -> None:
    feed.succeed("a")
    feed.fail("b")
    page = await desk.open()
    page.open({"states": frozenset({"FAILURE"})})
    page.open({"uuid": "a"})
    assert page.drawer.row == feed.task("a")
    assert page.model.row_at(page.table.current_row()).uuid == "a"


async def test_a_task_that_has_not_arrived_yet_is_shown_when_it_does(
    desk: Desk, feed: Feed
) -> None:
    page = await desk.open()
    page.open({"uuid": "soon"})
    assert page.drawer.isHidden()
    feed.send("soon")
    await until(lambda: page.drawer.row == feed.task("soon"))


async def test_a_task_that_never_arrives_is_said_to_be_missing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finder, "PATIENCE_MS", 20)
    page = await desk.open()
    page.open({"uuid": "nowhere"})
    await until(lambda: desk.messages.recent)
    assert desk.messages.recent[0].text == "This task is not known here"


async def test_another_system_does_not_inherit_the_details_of_the_one_before(
    desk: Desk, feed: Feed
) -> None:
    feed.succeed("a")
    page = await desk.open()
    page.open({"uuid": "a"})
    other = Feed(feed.now)
    other.succeed("b")
    desk.switch(other)
    await until(lambda: uuids(page) == ["b"])
    assert page.drawer.isHidden()
    assert page.table.selected_rows() == []


async def test_the_cursor_of_the_search_stays_while_one_types_in_its_middle(
    desk: Desk, feed: Feed
) -> None:
    feed.succeed("a")
    page = await desk.open()
    page.search()
    QTest.keyClicks(page.query.search, "proment")
    page.query.search.setCursorPosition(3)
    QTest.keyClicks(page.query.search, "c_docu")
    await desk.quiet()
    assert page.query.search.cursorPosition() == 9
    QTest.keyClicks(page.query.search, "x")
    assert page.query.search.text() == "proc_docuxment"


async def test_a_hidden_page_follows_nothing_and_catches_up_where_it_was(
    desk: Desk, feed: Feed
) -> None:
    for number in range(100):
        feed.succeed(f"old-{number}")
    page = await desk.open()
    page.open({"uuid": "old-40"})
    page.table.doItemsLayout()
    page.table.verticalScrollBar().setValue(900)
    at_top = page.model.row_at(page.table.visible_rows()[0]).uuid
    page.hidden()
    feed.send("meanwhile")
    heard: list[object] = []
    desk.bridge.batch.connect(heard.append)
    await until(lambda: heard, "the bridge had passed on a batch")
    assert page.model.total == 100
    page.shown()
    assert page.model.total == 101
    page.table.doItemsLayout()
    assert page.model.row_at(page.table.visible_rows()[0]).uuid == at_top
    assert page.model.row_at(page.table.current_row()).uuid == "old-40"
    assert page.drawer.row == feed.task("old-40")


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
