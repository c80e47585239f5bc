"""Rows in memory and rows of the history are found by the same searches."""

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desktop_app.monitor.history.records import COLUMNS, TEXTS, record, texts
from desktop_app.monitor.history.schema import MIGRATIONS
from desktop_app.monitor.query import Query, compile_rows, compile_sql, parse
from desktop_app.monitor.rows import TaskRow
from tests.monitor.query.strategies import NOW, queries, rows


@pytest.fixture(scope="module")
def history() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for statement in chain.from_iterable(MIGRATIONS):
        connection.execute(statement)
    yield connection
    connection.close()


def store(history: sqlite3.Connection, tasks: list[TaskRow], waiting: int = 0) -> None:
    """As the history keeps them; the last ones are still waiting to be indexed."""
    history.execute("INSERT INTO tasks_fts(tasks_fts) VALUES ('delete-all')")
    history.execute("DELETE FROM tasks")
    history.execute("DELETE FROM words")
    for place, task in enumerate(tasks):
        indexed = place < len(tasks) - waiting
        insert(history, "tasks", COLUMNS, record(task, indexed=indexed))
        if indexed:
            insert(history, "tasks_fts", ("rowid", *TEXTS), (task.seq, *texts(task)))
        for kind in ("name", "queue", "worker"):
            if word := getattr(task, kind):
                insert(history, "words", ("kind", "word"), (kind, word))


def insert(
    history: sqlite3.Connection, table: str, columns: tuple[str, ...], values: Sequence[object]
) -> None:
    history.execute(
        f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) "  # noqa: S608 - names of our own
        f"VALUES ({', '.join('?' * len(values))})",
        values,
    )


def found(history: sqlite3.Connection, query: Query) -> list[int]:
    where, parameters = compile_sql(query, NOW)
    sql = f"SELECT seq FROM tasks WHERE {where} ORDER BY seq"  # noqa: S608 - what is tested
    return [seq for (seq,) in history.execute(sql, parameters)]


@given(
    tasks=st.lists(rows, max_size=12),
    waiting=st.integers(0, 12),
    wanted=st.lists(queries, min_size=1, max_size=5),
)
def test_memory_and_history_find_the_same(
    history: sqlite3.Connection, tasks: list[TaskRow], waiting: int, wanted: list[Query]
) -> None:
    # An id is one task's in the file, and still begins as the searches want it.
    tasks = [replace(task, seq=seq, uuid=f"{task.uuid}.{seq}") for seq, task in enumerate(tasks)]
    store(history, tasks, min(waiting, len(tasks)))
    for query in wanted:
        matches = compile_rows(query, NOW)
        assert found(history, query) == [task.seq for task in tasks if matches(task)]


@pytest.mark.parametrize(
    "text",
    [
        "x'; DROP TABLE tasks; --",
        '"x"" OR 1=1"',
        'name:"NEAR(a b)"',
        "task:%",
        "task:_",
        '"name : abc"',
        '"{args} : abc* AND"',
    ],
)
def test_nothing_typed_is_taken_for_sql_or_for_the_index_language(
    history: sqlite3.Connection, text: str
) -> None:
    store(history, [TaskRow(0, "u", 0.0, 0.0, name="abc", args="abc")])
    where, parameters = compile_sql(parse(text), NOW)
    assert found(history, parse(text)) == []
    assert "DROP" not in where
    assert parameters


def task(**told: object) -> TaskRow:
    return TaskRow(0, "5e1f-0a", 900.0, 990.0, **told)  # type: ignore[arg-type]  # by keyword


RUNNING = task(
    name="forecasting.generate_stock_forecast",
    queue="forecasting",
    worker="gpu@host",
    state="STARTED",
    args="('AAPL',)",
    sent=900.0,
    received=910.0,
    started=940.0,
)
FAILED = task(
    name="document_processing.process_document",
    queue="documents",
    worker="w1@host",
    state="FAILURE",
    exception="TimeoutError('too slow')",
    retries=2,
    sent=500.0,
    received=880.0,
    started=890.0,
    finished=990.0,
    runtime=100.0,
    redelivered=True,
)


@pytest.mark.parametrize(
    ("text", "running", "failed"),
    [
        ("", True, True),
        ("state:running", True, False),
        ("task:forecast*", True, False),
        ("task:*_document", False, True),
        ("task:*stock*", True, False),
        ("task:forecast", True, False),
        ("task:=forecast", False, False),
        ("task:=forecasting.generate_stock_forecast", True, False),
        ("not worker:gpu", False, True),
        ("aapl", True, False),
        ("aap?", True, False),
        ("too slow", False, True),
        ("5e1f-", True, True),
        ("5e1f-0A", True, True),
        ("runtime:>60", False, True),
        ("runtime:>=1m", True, True),
        ("wait:>30s", True, False),
        ("wait:10..10", False, True),
        ("age:<2m", True, False),
        ("ended:<1m", False, True),
        ("not ended:<1m", True, False),
        ("retries:>0 redelivered:yes", False, True),
        ("has:exception", False, True),
        ("is:unfinished or is:retried", True, True),
    ],
)
def test_what_a_search_finds(
    history: sqlite3.Connection, text: str, running: bool, failed: bool
) -> None:
    query = parse(text)
    matches = compile_rows(query, NOW)
    assert (matches(RUNNING), matches(FAILED)) == (running, failed)
    store(history, [replace(RUNNING, seq=1), replace(FAILED, seq=2, uuid="5e1f-0a.2")])
    assert found(history, query) == [1] * running + [2] * failed


def test_a_pattern_with_many_wildcards_takes_one_pass() -> None:
    matches = compile_rows(parse("args:" + "*a" * 8), NOW)
    assert matches(task(args="a" * 200_000))
    assert not matches(task(args="a" * 7 + "b" * 200_000))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("task:process*", [0, 2]),
        ("task:*document", [0]),
        ("task:document_processing.*", [0, 1]),
        ("task:processing*", []),
        ("task:?rocess", [2]),
    ],
)
def test_a_pattern_fits_a_name_as_a_whole_and_as_it_is_shown_without_its_module(
    history: sqlite3.Connection, text: str, expected: list[int]
) -> None:
    names = ("document_processing.process_document", "document_processing.index", "a.b.process")
    tasks = [TaskRow(n, str(n), NOW, NOW, name=name) for n, name in enumerate(names)]
    store(history, tasks)
    query = parse(text)
    matches = compile_rows(query, NOW)
    assert [task.seq for task in tasks if matches(task)] == expected
    assert found(history, query) == expected
