"""Searching on the tasks page, with the keyboard."""

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from desktop_app.services.saved_queries import STARTERS
from desktop_app.views.tasks import TasksPage
from tests.ui.tasks.desk import Desk, press, until, uuids, words
from tests.ui.tasks.feed import Feed

KEY = Qt.Key
FORECAST = "forecasting.generate_stock_forecast"


def typed(page: TasksPage, text: str) -> None:
    QTest.keyClicks(page.query.search, text)


def pressed(page: TasksPage, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(page.query.search, key)


def offered(page: TasksPage) -> list[str]:
    popup = page.query.search.suggestions
    return [] if popup is None else popup.texts()


def entry(menu: QMenu, *path: str) -> QAction:
    """The entry that the titles lead to."""
    action = next(action for action in menu.actions() if action.text() == path[0])
    if len(path) == 1:
        return action
    inner = action.menu()
    assert isinstance(inner, QMenu)
    return entry(inner, *path[1:])


async def test_a_search_is_put_together_from_suggestions_with_the_keyboard(
    desk: Desk, feed: Feed
) -> None:
    feed.succeed("a")
    feed.fail("b", FORECAST)
    feed.fail("c")
    page = await desk.open()
    page.search()
    assert offered(page)[:2] == ["state:", "task:"]
    typed(page, "sta")
    pressed(page, KEY.Key_Tab)
    assert page.query.search.text() == "state:"
    assert offered(page)[0] == "waiting"
    typed(page, "fa")
    pressed(page, KEY.Key_Down, KEY.Key_Return)
    assert page.query.search.text() == "state:failed"
    assert offered(page) == []
    typed(page, " forecast")
    assert offered(page) == [f"task:{FORECAST}", "queue:forecasting"]
    pressed(page, KEY.Key_Down, KEY.Key_Down, KEY.Key_Up, KEY.Key_Enter)
    assert page.query.search.text() == f"state:failed task:{FORECAST}"
    await until(lambda: uuids(page) == ["b"])
    assert words(page.query) == f"Failed tasks whose name contains “{FORECAST}”."
    assert page.states.chosen == {"FAILURE"}


async def test_escape_closes_the_suggestions_then_empties_the_field(desk: Desk, feed: Feed) -> None:
    feed.succeed("a")
    page = await desk.open()
    page.search()
    typed(page, "state:fa")
    pressed(page, KEY.Key_Escape)
    assert (offered(page), page.query.search.text()) == ([], "state:fa")
    pressed(page, KEY.Key_Escape)
    assert page.query.search.text() == ""
    await until(lambda: page.query.query.everything)


async def test_return_without_a_chosen_suggestion_leads_to_what_was_found(
    desk: Desk, feed: Feed
) -> None:
    feed.succeed("a")
    feed.fail("b")
    page = await desk.open()
    page.search()
    typed(page, "state:failed")
    pressed(page, KEY.Key_Return)
    assert uuids(page) == ["b"]
    assert page.table.hasFocus()
    assert offered(page) == []


async def test_tab_in_an_empty_field_goes_on_to_the_next_control(desk: Desk, feed: Feed) -> None:
    page = await desk.open()
    page.search()
    pressed(page, KEY.Key_Tab)
    assert not page.query.search.hasFocus()
    assert offered(page) == []


async def test_a_suggestion_is_taken_with_the_mouse(desk: Desk, feed: Feed) -> None:
    page = await desk.open()
    page.search()
    typed(page, "is:")
    popup = page.query.search.suggestions
    assert popup is not None
    place = popup.list.visualItemRect(popup.list.item(0)).center()
    QTest.mouseClick(popup.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.query.search.text() == "is:finished"
    assert page.query.search.hasFocus()


async def test_a_mistake_is_told_and_the_search_before_it_stays(desk: Desk, feed: Feed) -> None:
    feed.succeed("a")
    feed.fail("b")
    page = await desk.open()
    page.search()
    typed(page, "state:failed ")
    await until(lambda: uuids(page) == ["b"])
    typed(page, "runtme:>5 x")
    told = "There is no field “runtme”. Did you mean “runtime”?"
    await until(lambda: words(page.query) == told)
    assert page.query.search.accessibleDescription() == told
    assert uuids(page) == ["b"]
    page.query.search.setText("state:failed runtime:>5 x")
    await until(lambda: uuids(page) == [])
    assert "ran longer than 5 s" in words(page.query)


async def test_what_is_half_typed_is_no_mistake_while_something_is_offered(
    desk: Desk, feed: Feed
) -> None:
    page = await desk.open()
    page.search()
    typed(page, "state:")
    await desk.quiet()
    assert "missing" not in words(page.query)
    pressed(page, KEY.Key_Escape)
    await until(lambda: words(page.query).startswith("A value is missing for “state”."))


async def test_state_buttons_and_the_typed_search_say_the_same(desk: Desk, feed: Feed) -> None:
    feed.succeed("a")
    feed.fail("b")
    feed.fail("c", FORECAST)
    page = await desk.open()
    page.query.set_text("task:forecast* or task:process")
    QTest.mouseClick(page.states.buttons["FAILURE"], Qt.MouseButton.LeftButton)
    assert page.query.search.text() == "state:failed (task:forecast* or task:process)"
    page.query.set_text("is:finished  forecast*")
    assert page.states.chosen == {"SUCCESS", "FAILURE", "REVOKED", "REJECTED"}
    QTest.mouseClick(page.states.buttons["SUCCESS"], Qt.MouseButton.LeftButton)
    assert page.query.search.text() == "state:failed,revoked,rejected  forecast*"
    QTest.mouseClick(page.states.all, Qt.MouseButton.LeftButton)
    assert page.query.search.text() == "forecast*"
    assert uuids(page) == ["c"]


async def test_a_state_chosen_beside_a_mistake_keeps_the_search_that_was_in_force(
    desk: Desk, feed: Feed
) -> None:
    feed.fail("a")
    page = await desk.open()
    page.query.set_text("process")
    page.query.search.setText("process (")
    QTest.mouseClick(page.states.buttons["FAILURE"], Qt.MouseButton.LeftButton)
    assert page.query.search.text() == "state:failed process"
    assert page.states.chosen == {"FAILURE"}


async def test_time_moves_tasks_into_a_search(
    desk: Desk, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed.now = time.time()
    feed.send("a")
    page = await desk.open()
    page.query.set_text("age:>1h")
    assert uuids(page) == []
    later = time.time() + 4_000
    monkeypatch.setattr(page.model, "_now", lambda: later)
    await until(lambda: uuids(page) == ["a"])


async def test_a_search_is_saved_under_a_name_and_chosen_again(desk: Desk, feed: Feed) -> None:
    feed.succeed("a")
    feed.fail("b")
    page = await desk.open()
    bar = page.query
    bar.set_text("state:failed process")
    bar.menu.aboutToShow.emit()
    entry(bar.menu, "Save this search…").trigger()
    assert bar.naming.field.hasFocus()
    QTest.keyClicks(bar.naming.field, "Failed & found")
    QTest.keyClick(bar.naming.field, KEY.Key_Return)
    assert bar.naming.isHidden()
    assert bar.search.hasFocus()
    bar.set_text("")
    bar.menu.aboutToShow.emit()
    assert not entry(bar.menu, "Save this search…").isEnabled()
    entry(bar.menu, "Failed && found").trigger()
    assert bar.search.text() == "state:failed process"
    assert uuids(page) == ["b"]


async def test_saved_searches_are_renamed_moved_and_removed(desk: Desk, feed: Feed) -> None:
    page = await desk.open()
    bar = page.query
    first, second, *_ = [query.name for query in STARTERS]

    def change(name: str, what: str) -> None:
        bar.menu.aboutToShow.emit()
        entry(bar.menu, "Change", name, what).trigger()

    change(first, "Move down")
    change(second, "Rename…")
    bar.naming.field.setText(first)
    press(bar.naming, "Save")
    assert "already" in desk.messages.recent[0].text
    bar.naming.field.setText("Slow")
    press(bar.naming, "Save")
    change(first, "Rename…")
    QTest.keyClick(bar.naming.field, KEY.Key_Escape)
    assert bar.naming.isHidden()
    change("Retrying", "Remove")
    assert [query.name for query in desk.saved.all()] == ["Slow", first, "Waiting over 5 min"]


async def test_text_in_the_field_is_coloured_without_being_changed(desk: Desk, feed: Feed) -> None:
    page = await desk.open()
    changes: list[str] = []
    page.query.search.textChanged.connect(changes.append)
    page.query.set_text("a not (state:failed or worker:x")
    page.query.search.setCursorPosition(3)
    page.query.announce()
    assert changes == ["a not (state:failed or worker:x"]
    assert page.query.search.cursorPosition() == 3
    assert not page.grab().isNull()
