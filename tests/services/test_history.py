"""Asking the history without making anyone wait."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.monitor.history import HistoryReader, Page
from desktop_app.monitor.history.schema import open_writer
from desktop_app.monitor.history.tables import Tables
from desktop_app.monitor.query import EVERYTHING, Vocabulary, parse
from desktop_app.monitor.rows import Gap
from desktop_app.services.blocking import Blocking
from desktop_app.services.history import HistoryTrouble, Older, TaskHistory
from tests.monitor.history.conftest import BEGAN, row

NOW = BEGAN + 3_600


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite3"


@pytest.fixture
def history(path: Path) -> Iterator[TaskHistory]:
    blocking, reader = Blocking(2, "history"), HistoryReader(path, lambda: NOW)
    yield TaskHistory(blocking, lambda: reader, lambda _: None)
    reader.close()
    blocking.close()


def keep(path: Path, number: int, *gaps: Gap) -> None:
    """Tasks of which each tenth failed."""
    rows = [row(seq, "FAILURE" if seq % 10 == 0 else "SUCCESS") for seq in range(number)]
    connection = open_writer(path)
    Tables(connection).write(rows, gaps, {})
    connection.close()


def test_what_is_not_there_yet_is_empty(history: TaskHistory, path: Path) -> None:
    async def nothing() -> None:
        assert await history.page(EVERYTHING, None, NOW) == Page([], None)
        assert await history.older(EVERYTHING, 100, [], NOW) == Older()
        assert await history.task("a") is None
        assert await history.vocabulary() == Vocabulary()
        assert await history.gaps(0, NOW) == []
        assert not (await history.report(NOW - 60, NOW, "name", None)).rows

    asyncio.run(nothing())
    sqlite3.connect(path).close()
    path.touch()  # made, and without tables yet
    asyncio.run(nothing())


def test_where_nothing_is_kept_there_is_nothing(history: TaskHistory) -> None:
    blocking = Blocking(1, "none")
    none = TaskHistory(blocking, lambda: None, lambda _: None)
    assert not none.kept
    assert asyncio.run(none.page(EVERYTHING, None, NOW)).rows == []
    blocking.close()


def test_older_tasks_are_counted_without_those_in_memory(history: TaskHistory, path: Path) -> None:
    keep(path, 100)
    held = [row(10, "FAILURE"), row(11)]
    older = asyncio.run(history.older(EVERYTHING, 50, held, NOW))
    assert older.states == {"FAILURE": 4, "SUCCESS": 44}
    assert older.exact
    assert older.total == 48
    failed = asyncio.run(history.older(parse("state:failed"), 50, held, NOW))
    assert failed.states == {"FAILURE": 4}


def test_all_that_is_not_in_memory_is_counted_below_the_first_hole(
    history: TaskHistory, path: Path
) -> None:
    keep(path, 100)
    assert history.of_all == Older()
    held = [row(10, "FAILURE"), row(30), *(row(seq) for seq in range(60, 100))]
    asyncio.run(history.count_all(held, NOW))
    assert history.of_all.states == {"FAILURE": 5, "SUCCESS": 53}
    asyncio.run(history.count_all([], NOW))
    assert history.of_all.total == 100


def test_what_was_counted_of_one_broker_is_not_said_of_the_next(path: Path) -> None:
    keep(path, 10)
    blocking = Blocking(1, "two")
    readers = [HistoryReader(path), HistoryReader(path)]
    history = TaskHistory(blocking, lambda: readers[0], lambda _: None)
    asyncio.run(history.count_all([], NOW))
    assert history.of_all.total == 10
    readers.pop(0).close()
    assert history.of_all == Older()
    readers[0].close()
    blocking.close()


def test_a_report_begins_where_the_figures_do(history: TaskHistory, path: Path) -> None:
    keep(path, 100)
    report = asyncio.run(history.report(NOW - 86_400, NOW, "name", "a.b"))
    (figures,) = report.rows
    assert (figures.key, figures.ended, figures.failed) == ("a.b", 100, 10)
    assert BEGAN - 60 <= report.since <= BEGAN + 60
    assert report.course.unit == 60
    assert sum(report.course.ended) == 100
    assert sum(report.course.failed) == 10
    nobody = asyncio.run(history.report(NOW - 86_400, NOW, "name", "nobody"))
    assert nobody.course.ended == []


def test_over_a_week_the_course_goes_by_hours(history: TaskHistory, path: Path) -> None:
    keep(path, 100)
    report = asyncio.run(history.report(NOW - 7 * 86_400, NOW, "queue", None))
    assert report.course.unit == 3_600
    assert sum(report.course.ended) == 100


def test_what_cannot_be_read_is_told_in_words(history: TaskHistory, path: Path) -> None:
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(HistoryTrouble) as told:
        asyncio.run(history.task("a"))
    assert "cannot be read" in told.value.message
    assert told.value.remedy


def test_an_export_that_nobody_waits_for_ends(history: TaskHistory, path: Path) -> None:
    keep(path, 5_000)
    begun, stop = threading.Event(), threading.Event()

    def progress(_number: int) -> None:
        begun.set()
        stop.wait(20)

    async def left_alone() -> None:
        task = asyncio.create_task(
            history.export(
                EVERYTHING,
                path.with_name("out.csv"),
                "csv",
                held=[],
                progress=progress,
                stop=stop,
                now=NOW,
            )
        )
        await asyncio.to_thread(begun.wait, 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(left_alone())
    assert stop.is_set()
