"""Coming to the Tasks page from elsewhere, leaving it and returning."""

import asyncio

import pytest
from PySide6.QtTest import QTest

from desktop_app.monitor.rows import Gap
from desktop_app.services.history import TaskHistory
from desktop_app.views.tasks import finder
from tests.ui.tasks.desk import Desk, until, uuids
from tests.ui.tasks.feed import Feed


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


async def test_what_was_missed_of_one_system_is_not_shown_of_another(
    desk: Desk, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    missed = Gap(feed.now - 60, feed.now - 50, "disconnected", None, "elsewhere")
    late, asked = asyncio.Event(), set[Feed]()

    async def slowly(_history: TaskHistory, _start: float, _end: float) -> list[Gap]:
        of = desk.feed
        asked.add(of)
        await late.wait()
        return [missed] if of is feed else []

    monkeypatch.setattr(TaskHistory, "gaps", slowly)
    feed.succeed("a")
    other = Feed(feed.now)
    other.succeed("b")
    try:
        page = await desk.open()
        await until(lambda: feed in asked)
        desk.switch(other)
        await until(lambda: other in asked)
    finally:
        late.set()
    await until(lambda: not desk.background.busy)
    assert list(page.model.gaps) == []


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
