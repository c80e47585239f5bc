"""The details of one task beside the table."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
)

from desktop_app.qt_models.task_table import Column
from tests.ui.tasks.desk import Desk, press, until, words
from tests.ui.tasks.feed import Feed
from tests.ui.tasks.hands import KEY, LEFT


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
