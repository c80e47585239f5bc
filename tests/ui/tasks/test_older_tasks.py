"""Tasks that are in the history alone, below those in memory."""

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from desktop_app.figures import Figures
from desktop_app.monitor.history import HistoryReader
from desktop_app.monitor.history.schema import open_writer
from desktop_app.monitor.history.tables import Tables
from desktop_app.monitor.rows import Gap, HistoryStatus, TaskRow
from desktop_app.views.tasks import TasksPage, older
from desktop_app.views.tasks.family_list import BranchButton
from tests.ui.tasks.desk import Desk, until, uuids, words
from tests.ui.tasks.feed import Feed

Keep = Callable[..., HistoryReader]


def old(seq: int, state: str = "SUCCESS", **told: Any) -> TaskRow:
    """A task of an earlier day."""
    at = 1_700_000_000.0 + seq
    fields: dict[str, Any] = {
        "name": "old.task",
        "queue": "old",
        "state": state,
        "worker": "gone@host",
        "sent": at,
        "started": at + 1,
        "finished": at + 3,
        "runtime": 2.0,
        "first_seen": at,
        "last_seen": at + 3,
    }
    return TaskRow(seq, f"old-{seq}", **(fields | told))


@pytest.fixture
def keep(desk: Desk, feed: Feed, tmp_path: Path) -> Iterator[Keep]:
    """Puts tasks into the history; those of the feed are numbered above them."""
    path = tmp_path / "history.sqlite3"
    readers: list[HistoryReader] = []

    def kept(*rows: TaskRow, gaps: tuple[Gap, ...] = ()) -> HistoryReader:
        connection = open_writer(path)
        Tables(connection).write(rows, gaps, {})
        connection.close()
        feed.state.begin_at(1_000, succeeded=0, failed=0)
        desk.reader = HistoryReader(path)
        readers.append(desk.reader)
        return desk.reader

    yield kept
    for reader in readers:
        reader.close()


def left_in(folder: Path) -> list[Path]:
    return list(folder.glob("out.csv*"))


def relatives(page: TasksPage) -> list[str]:
    buttons = page.drawer.family.findChildren(BranchButton)
    return [one.accessibleName() for one in buttons if one.isVisibleTo(page)]


def said(page: TasksPage) -> str:
    return words(page.footer)


async def test_older_tasks_stand_below_those_in_memory(desk: Desk, feed: Feed, keep: Keep) -> None:
    keep(old(1), old(2, "FAILURE"))
    feed.succeed("a")
    feed.succeed("b")
    page = await desk.open()
    QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal, page)
    await until(lambda: uuids(page) == ["b", "a", "old-2", "old-1"])
    await until(lambda: "2 tasks in memory · 2 older in the history" in said(page))
    assert page.states.buttons["FAILURE"].accessibleName() == "Failed, 1"
    assert page.states.all.accessibleName() == "All, 4"
    assert "Older tasks, from the history" in page.table.marks()
    feed.succeed("c")
    await desk.arrives("c")
    assert uuids(page) == ["c", "b", "a", "old-2", "old-1"]


async def test_the_whole_history_is_reached_by_scrolling_to_its_end(
    desk: Desk, feed: Feed, keep: Keep
) -> None:
    keep(*map(old, range(900)))
    feed.succeed("a")
    page = await desk.open()
    await until(lambda: page.model.rowCount() > 1)
    assert page.model.rowCount() < 901
    bar = page.table.verticalScrollBar()

    def to_the_end() -> bool:
        bar.setValue(bar.maximum())
        return page.model.rowCount() == 901

    await until(to_the_end, "all rows were there")
    assert uuids(page)[1:] == [f"old-{seq}" for seq in reversed(range(900))]


async def test_a_search_finds_older_tasks_too(desk: Desk, feed: Feed, keep: Keep) -> None:
    keep(old(1), old(2, "FAILURE", exception="KeyError('a rare thing')"), old(3))
    feed.fail("a")
    feed.succeed("b")
    page = await desk.open()
    page.query.set_text("state:failed")
    await until(lambda: uuids(page) == ["a", "old-2"])
    await until(lambda: "1 of 2 tasks in memory · 1 older in the history" in said(page))
    page.query.set_text('"rare thing"')
    await until(lambda: uuids(page) == ["old-2"])


async def test_what_memory_holds_is_not_shown_again(desk: Desk, feed: Feed, keep: Keep) -> None:
    keep(old(1), old(2))
    feed.succeed("old-2")  # heard of again, with a number of its own
    page = await desk.open()
    await until(lambda: uuids(page) == ["old-2", "old-1"])
    feed.succeed("old-1")
    await desk.arrives("old-1")
    await until(lambda: uuids(page) == ["old-1", "old-2"])


async def test_what_leaves_memory_stays_in_its_place(
    desk: Desk, keep: Keep, tmp_path: Path
) -> None:
    feed = Feed(desk.feed.now, capacity=3)
    desk.switch(feed)
    keep(old(1))
    feed.state.begin_at(1_000, succeeded=0, failed=0)
    for uuid in "abc":
        feed.succeed(uuid)
    page = await desk.open()
    await until(lambda: uuids(page) == ["c", "b", "a", "old-1"])
    feed.succeed("d")
    feed.succeed("e")
    await until(lambda: uuids(page) == ["e", "d", "c", "b", "a", "old-1"])
    assert page.model.total == 3
    assert [row.uuid for row in page.model.older] == ["b", "a", "old-1"]


async def test_the_details_of_an_older_task_open_from_its_row(
    desk: Desk, feed: Feed, keep: Keep
) -> None:
    keep(old(1, "FAILURE", exception="KeyError('a rare thing')"))
    feed.succeed("a")
    page = await desk.open()
    await until(lambda: len(uuids(page)) == 2)
    page.table.selectRow(1)
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert "a rare thing" in words(page.drawer)
    assert page.drawer.row is not None
    assert page.drawer.row.uuid == "old-1"


async def test_an_older_task_is_found_by_its_id(desk: Desk, feed: Feed, keep: Keep) -> None:
    keep(*map(old, range(900)))
    feed.succeed("a")
    page = await desk.open()
    page.open({"uuid": "old-3"})
    await until(lambda: page.drawer.row is not None and page.drawer.row.uuid == "old-3")


async def test_all_that_match_are_taken_from_the_history_too(
    desk: Desk, feed: Feed, keep: Keep
) -> None:
    keep(*(old(seq, "FAILURE") for seq in range(700)))
    feed.fail("a")
    page = await desk.open()
    page.query.set_text("state:failed")
    await until(lambda: "700 older" in said(page))
    page.table.select_all_requested.emit()
    told = "All 701 tasks that match, 700 of them from the history"
    await until(lambda: told in words(page.bulk))
    assert any(button.text() == "Retry 701" for button in page.bulk.buttons.values())


async def test_no_more_than_so_many_older_tasks_are_taken_at_once(
    desk: Desk, feed: Feed, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.views.tasks.chosen.MOST_CHOSEN", 50)
    monkeypatch.setattr(older.OlderTasks.all_matching, "__defaults__", (50,))
    keep(*(old(seq, "FAILURE") for seq in range(70)))
    feed.fail("a")
    page = await desk.open()
    await until(lambda: "70 older" in said(page))
    page.table.select_all_requested.emit()
    await until(lambda: "the newest 50 of those in the history" in words(page.bulk))


async def test_a_tree_is_shown_whole_though_only_a_part_of_it_is_in_memory(
    desk: Desk, feed: Feed, keep: Keep
) -> None:
    keep(
        old(1, root_id="old-1", name="plan.all"),
        old(2, root_id="old-1", parent_id="old-1", name="plan.first"),
        old(3, "FAILURE", root_id="old-1", parent_id="old-2", name="plan.second"),
    )
    feed.start("a", root_id="old-1", parent_id="old-2")
    page = await desk.open()
    page.open({"uuid": "a"})
    await until(lambda: len(relatives(page)) == 4)
    assert [name.partition(",")[0] for name in relatives(page)] == [
        "plan.all",
        "plan.first",
        "plan.second",
        "process_document",
    ]
    # What goes on in memory is not taken back by what the history knows of it.
    feed.event("task-succeeded", "a", result="1", runtime=1.0)
    await until(lambda: "Succeeded, the one shown" in relatives(page)[-1])


async def test_trouble_with_the_history_is_said(desk: Desk, feed: Feed, keep: Keep) -> None:
    feed.succeed("a")
    page = await desk.open()
    assert page.notice.isHidden()
    feed.history = HistoryStatus("failing", "The history of tasks is not being written. Why.")
    feed.succeed("b")
    await until(lambda: not page.notice.isHidden())
    assert "is not being written" in page.notice.text()
    feed.history = HistoryStatus("keeping")
    feed.succeed("c")
    await until(page.notice.isHidden)


async def test_a_history_that_cannot_be_read_is_said_and_tried_again(
    desk: Desk, feed: Feed, tmp_path: Path
) -> None:
    path = tmp_path / "broken.sqlite3"
    path.write_bytes(b"no database" * 1000)
    desk.reader = HistoryReader(path)
    feed.state.begin_at(1_000, succeeded=0, failed=0)
    feed.succeed("a")
    page = await desk.open()
    await until(lambda: "cannot be read" in page.notice.text())
    assert uuids(page) == ["a"]
    path.unlink()
    page.older.begin()
    await until(page.notice.isHidden)
    desk.reader.close()


async def test_names_of_earlier_days_are_offered_while_one_types(
    desk: Desk, feed: Feed, keep: Keep
) -> None:
    keep(old(1, name="long.forgotten"))
    feed.succeed("a")
    page = await desk.open()
    page.search()

    def offered(typed: str) -> list[str]:
        page.query.search.setText(typed)
        page.query.search.suggest()
        popup = page.query.search.suggestions
        return [] if popup is None else popup.texts()

    await until(lambda: "long.forgotten" in offered("task:long"))
    assert "gone@host" in offered("worker:gone")
    page.query.search.close_suggestions()


# Export


async def test_all_that_matches_is_exported_as_csv(
    desk: Desk, feed: Feed, keep: Keep, tmp_path: Path
) -> None:
    keep(*(old(seq, "FAILURE") for seq in range(40)), old(50))
    feed.fail("a")
    feed.succeed("b")
    page = await desk.open()
    page.query.set_text("state:failed")
    page.export.write(tmp_path / "out.csv", "csv")
    assert not page.query.export.isEnabled()
    await until(lambda: desk.messages.recent)
    assert desk.messages.recent[0].text == "Exported 41 tasks"
    assert str(tmp_path / "out.csv") in desk.messages.recent[0].what_to_do
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["uuid"] for row in rows[:2]] == ["a", "old-39"]
    assert len(rows) == 41
    assert page.export.isHidden()
    assert page.query.export.isEnabled()


async def test_without_a_history_what_is_in_memory_is_exported(
    desk: Desk, feed: Feed, tmp_path: Path
) -> None:
    feed.fail("a")
    feed.succeed("b")
    page = await desk.open()
    page.export.write(tmp_path / "out.json", "json")
    await until(lambda: desk.messages.recent)
    told = json.loads((tmp_path / "out.json").read_text())
    assert [row["uuid"] for row in told] == ["b", "a"]


async def test_the_latest_version_of_a_task_is_exported_once(
    desk: Desk, feed: Feed, keep: Keep, tmp_path: Path
) -> None:
    keep(old(1, "FAILURE"), old(2, "FAILURE"))
    feed.succeed("old-2")
    page = await desk.open()
    page.query.set_text("state:failed")
    page.export.write(tmp_path / "out.json", "json")
    await until(lambda: desk.messages.recent)
    assert [row["uuid"] for row in json.loads((tmp_path / "out.json").read_text())] == ["old-1"]


async def test_an_export_is_stopped_and_leaves_no_file(
    desk: Desk, feed: Feed, keep: Keep, tmp_path: Path
) -> None:
    keep(*map(old, range(3000)))
    feed.succeed("a")
    page = await desk.open()
    page.export.write(tmp_path / "out.csv", "csv")
    page.export.stop.click()
    await until(lambda: desk.messages.recent)
    assert desk.messages.recent[0].text == "The export was stopped. No file was left behind."
    assert not left_in(tmp_path)


async def test_a_file_that_cannot_be_written_is_said(
    desk: Desk, feed: Feed, tmp_path: Path
) -> None:
    feed.succeed("a")
    page = await desk.open()
    page.export.write(tmp_path / "nowhere" / "out.csv", "csv")
    await until(lambda: desk.messages.recent)
    assert desk.messages.recent[0].text == "Could not write out.csv: No such file or directory"
    assert "folder" in desk.messages.recent[0].what_to_do


async def test_the_strip_says_the_same_number_of_failed_tasks_as_the_page(
    desk: Desk, feed: Feed, keep: Keep
) -> None:
    keep(old(1), old(2, "FAILURE"), old(3, "FAILURE"), old(4, "RETRY"))
    feed.fail("a")
    told: dict[str, int | None] = {}
    strip = Figures(desk.history, feed.state.rows, told.__setitem__, desk.background)
    strip.take(desk.snapshot())
    assert told["failed"] == 1, "before the history was counted"
    await until(lambda: told["failed"] == 3, "the strip counts the history too")
    page = await desk.open()
    button = page.states.buttons["FAILURE"]
    await until(lambda: "3" in button.accessibleName(), "the page counts them")
    feed.fail("b")
    await desk.arrives("b")
    strip.take(desk.snapshot())
    assert told["failed"] == 4
    assert "4" in button.accessibleName()
    strip.deleteLater()
