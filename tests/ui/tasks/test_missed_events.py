"""Spans in which events were missed, in the list of tasks and in their details."""

from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from desktop_app.monitor.rows import Found, Gap
from desktop_app.views.tasks import TasksPage, gap_wording
from tests.ui.tasks.desk import Desk, until, words
from tests.ui.tasks.feed import Feed
from tests.ui.tasks.test_older_tasks import Keep, keep, old

__all__ = ["keep"]

FOUND = Found(at=9.0, workers=2, asked=7, ended=4, appeared=1, unknown=2, complete=True)


def gap(feed: Feed, **fields: Any) -> Gap:
    start = feed.now + 1
    return replace(
        Gap(start, start + 8, "disconnected", None, "The broker closed the connection."), **fields
    )


def rows(page: TasksPage) -> list[str]:
    """Ids of tasks, and ``missed`` for a gap."""
    model = page.model
    return [
        "missed" if model.gap_at(row) else model.row_at(row).uuid for row in range(model.rowCount())
    ]


async def test_a_gap_is_a_row_that_the_cursor_reaches_and_space_opens(
    desk: Desk, feed: Feed
) -> None:
    feed.succeed("a")
    page = await desk.open()
    missed = gap(feed)
    feed.gaps = [missed]
    feed.heartbeat("w2@host")
    await until(lambda: rows(page) == ["missed", "a"])
    feed.now += 20
    feed.succeed("b")
    await until(lambda: rows(page) == ["b", "missed", "a"])
    page.table.selectRow(0)
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    QTest.keyClick(page.table, Qt.Key.Key_Space)
    shown = page.detail.gap
    assert shown.isVisible()
    assert "There was no connection to the broker" in words(shown)
    assert "The broker closed the connection." in words(shown)
    assert gap_wording.NOT_ASKED in words(shown)
    # Further down stands a task, and the details follow the cursor.
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    assert shown.isHidden()
    assert page.drawer.row is not None
    QTest.keyClick(page.table, Qt.Key.Key_Up)
    assert (shown.isVisible(), page.drawer.isHidden()) == (True, True)
    QTest.keyClick(page.table, Qt.Key.Key_Escape)
    assert shown.isHidden()


async def test_what_asking_found_appears_while_the_gap_is_shown(desk: Desk, feed: Feed) -> None:
    feed.succeed("a")
    page = await desk.open()
    missed = gap(feed, reason="overflow", dropped=312)
    feed.gaps = [missed]
    feed.heartbeat("w2@host")
    await until(lambda: rows(page) == ["missed", "a"])
    page.table.selectRow(0)
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert "312 messages of events." in words(page.detail.gap)
    feed.gaps = [replace(missed, found=FOUND)]
    feed.heartbeat("w3@host")
    await until(lambda: "4 ended meanwhile" in words(page.detail.gap))
    told = words(page.detail.gap)
    assert "2 workers answered what runs." in told
    assert "2 no longer run by anyone" in told
    assert "1 still waiting or running" in told
    assert "Also running, with a start that was missed: 1 task" in told
    assert rows(page) == ["missed", "a"]


async def test_a_screen_reader_hears_the_gap_in_its_row(desk: Desk, feed: Feed) -> None:
    feed.succeed("a")
    page = await desk.open()
    feed.gaps = [gap(feed)]
    feed.heartbeat("w2@host")
    await until(lambda: rows(page) == ["missed", "a"])
    table = QAccessible.queryAccessibleInterface(page.table)
    parts = [table.child(number) for number in range(table.childCount())]
    heard = [part.text(QAccessible.Text.Name) for part in parts]
    assert "State events missed" in heard
    (told,) = [text for text in heard if "Events missed: there was no connection, from" in text]
    assert "The broker closed the connection." in told


async def test_a_gap_is_no_task_for_a_command_to_many(desk: Desk, feed: Feed) -> None:
    feed.start("a")
    page = await desk.open()
    feed.gaps = [gap(feed)]
    feed.heartbeat("w2@host")
    await until(lambda: rows(page) == ["missed", "a"])
    feed.now += 20
    feed.start("b")
    await until(lambda: rows(page) == ["b", "missed", "a"])
    page.table.setFocus()
    page.table.selectRow(0)
    QTest.keyClick(page.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(page.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    await until(page.bulk.isVisible)
    assert "2 tasks selected" in words(page.bulk)


async def test_gaps_of_earlier_days_stand_between_the_older_tasks(
    desk: Desk, feed: Feed, keep: Keep
) -> None:
    missed = Gap(1_700_000_100.0, 1_700_000_131.0, "trimmed", 312, "Trimmed.", FOUND)
    keep(old(1), old(2, first_seen=1_700_000_500.0), gaps=(missed,))
    feed.succeed("a")
    page = await desk.open()
    await until(lambda: rows(page) == ["a", "old-2", "missed", "old-1"])
    assert page.table.marks() == ["Older tasks, from the history"]


async def test_what_was_missed_is_said_while_no_task_is_shown(desk: Desk, feed: Feed) -> None:
    page = await desk.open()
    feed.gaps = [gap(feed)]
    feed.heartbeat("w2@host")
    await until(lambda: "There was no connection" in page.notice.text())
    feed.now += 20
    feed.succeed("b")
    await until(page.notice.isHidden)


def test_nothing_to_look_after_is_said_as_such() -> None:
    told = gap_wording.found(replace(FOUND, workers=0, asked=0, appeared=0, complete=False))
    assert "No worker answered" in told
    assert "No task known here was unfinished" in told
    assert "Not all stored results could be looked up." in told
