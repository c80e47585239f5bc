"""Pages, counts, figures, exports."""

import csv
import sqlite3
from pathlib import Path

import msgspec
import pytest

from desktop_app.monitor.history import Condition, HistoryReader
from desktop_app.monitor.query.fulltext import FULLTEXT
from desktop_app.monitor.rows import TaskRow
from tests.monitor.conftest import eventually
from tests.monitor.history.conftest import BEGAN, Keeper, row, written

COUNT = 30_000


@pytest.fixture
def reader(keeper: Keeper) -> HistoryReader:
    """Of 30,000 tasks each 1,000th has failed, and the oldest ten are still running."""
    history = keeper.open()
    history.put([row(seq, _state(seq)) for seq in range(COUNT)])
    written(history, COUNT)
    return history.reader


def _state(seq: int) -> str:
    if seq < 10:
        return "STARTED"
    return "FAILURE" if seq % 1000 == 999 else "SUCCESS"


def all_pages(reader: HistoryReader, condition: Condition, limit: int) -> list[int]:
    found: list[int] = []
    before = None
    while True:
        page = reader.page(condition, before, limit)
        found += [one.seq for one in page.rows]
        before = page.before
        if before is None:
            return found


@pytest.mark.parametrize(
    ("sql", "parameters", "fits"),
    [
        ("1", (), lambda _: True),
        ("tasks.state = ?", ("FAILURE",), lambda seq: seq % 1000 == 999),
        ("tasks.state IN (?, ?)", ("FAILURE", "STARTED"), lambda seq: _state(seq) != "SUCCESS"),
        ("tasks.state = ?", ("REVOKED",), lambda _: False),
        ("tasks.state <> ?", ("SUCCESS",), lambda seq: _state(seq) != "SUCCESS"),
        ("tasks.runtime IS NULL", (), lambda seq: seq < 10),
        (f"tasks.rowid IN ({FULLTEXT})", ('"bad 19999"',), lambda seq: seq == 19_999),
        (
            f"(tasks.rowid IN ({FULLTEXT})) IS NOT TRUE",
            ('"result"',),
            lambda seq: _state(seq) != "SUCCESS",
        ),
        ("tasks.args LIKE ?", ("(77__,)",), lambda seq: 7700 <= seq < 7800),
    ],
)
def test_pages_together_hold_all_that_fits_newest_first(
    reader: HistoryReader, sql: str, parameters: tuple[str, ...], fits: object
) -> None:
    assert callable(fits)
    wanted = [seq for seq in reversed(range(COUNT)) if fits(seq)]
    limit = 997 if len(wanted) > 1000 else 7
    assert all_pages(reader, (sql, parameters), limit) == wanted
    assert reader.count((sql, parameters), seconds=60).value == len(wanted)


def test_a_search_whose_time_is_up_tells_where_to_go_on(reader: HistoryReader) -> None:
    condition = ("tasks.args LIKE ?", ("(5,)",))
    page = reader.page(condition, seconds=0)
    assert not page.complete
    assert page.before is not None
    steps = 0
    while page.before is not None:
        assert steps < COUNT
        page = reader.page(condition, page.before, seconds=0)
        steps += 1
        if page.rows:
            break
    assert [one.seq for one in page.rows] == [5]
    assert steps > 1
    assert not reader.count(condition, seconds=0).exact


def test_counts_by_state_follow_the_search(reader: HistoryReader) -> None:
    counts, exact = reader.state_counts()
    assert exact
    assert counts == {"STARTED": 10, "FAILURE": 30, "SUCCESS": COUNT - 40}
    counts, exact = reader.state_counts(("tasks.seq < ?", (1000,)), seconds=60)
    assert exact
    assert counts == {"STARTED": 10, "FAILURE": 1, "SUCCESS": 989}


def test_figures_say_how_long_tasks_waited_and_ran(keeper: Keeper) -> None:
    slow = [row(seq, name="slow", queue="other", runtime=10.0 + seq) for seq in range(100)]
    quick = [row(100 + seq, "FAILURE" if seq < 5 else "SUCCESS") for seq in range(20)]
    history = keeper.keep(*slow, *quick)
    history.put(slow)
    written(history, 220)
    first, second = history.reader.performance(BEGAN, BEGAN + 600)
    assert (first.key, first.ended, first.failed, second.key, second.ended) == (
        *("slow", 100, 0),
        *("a.b", 20),
    )
    assert second.failure_share == 0.25
    assert first.cost == sum(10.0 + seq for seq in range(100))
    assert first.wait_p50 == pytest.approx(1.0, rel=0.05)
    assert first.run_p50 == pytest.approx(60, rel=0.06)
    assert first.run_p95 == pytest.approx(105, rel=0.06)
    assert first.run_p99 == pytest.approx(108, rel=0.06)
    keeper.now = BEGAN + 20 * 86_400
    week = history.reader.performance(BEGAN - 6 * 86_400, BEGAN + 86_400)
    assert week == [first, second]
    keeper.now = BEGAN + 86_400
    assert [one.key for one in history.reader.performance(BEGAN, BEGAN + 600, "queue")] == [
        "other",
        "q",
    ]
    assert not history.reader.performance(BEGAN + 600, BEGAN + 1200)


def test_json_says_what_is_kept(reader: HistoryReader, tmp_path: Path) -> None:
    told: list[int] = []
    path = tmp_path / "tasks.json"
    condition = ("tasks.seq BETWEEN ? AND ?", (5, 2500))
    assert reader.export(condition, path, "json", told.append) == 2496
    rows = msgspec.json.decode(path.read_bytes(), type=list[dict[str, object]])
    back = [
        msgspec.convert({"seq": 2500 - number} | one, TaskRow) for number, one in enumerate(rows)
    ]
    assert back == [row(seq, _state(seq)) for seq in range(2500, 4, -1)]
    assert told == [0, 1000, 2000, 2496]


def test_csv_runs_nothing_in_a_spreadsheet(keeper: Keeper, tmp_path: Path) -> None:
    formula = row(0, name='=HYPERLINK("http://x")', args="+1", queue="@q", kwargs='ключ,\n"x"')
    reader = keeper.keep(formula, row(1, result="-2", worker="\tw")).reader
    path = tmp_path / "tasks.csv"
    assert reader.export(("1", ()), path, "csv") == 2
    with path.open(encoding="utf-8", newline="") as file:
        second, first = csv.DictReader(file)
    assert first["name"] == '\'=HYPERLINK("http://x")'
    assert (first["args"], first["queue"]) == ("'+1", "'@q")
    assert first["kwargs"] == 'ключ,\n"x"'
    assert (second["result"], second["worker"]) == ("'-2", "'\tw")
    assert first["sent"] == "2026-02-02T02:40:00.000+00:00"
    assert first["traceback"] == ""


def test_an_export_that_is_called_off_leaves_what_was_there(
    reader: HistoryReader, tmp_path: Path
) -> None:
    path = tmp_path / "tasks.csv"
    path.write_text("before")
    told: list[int] = []
    done = reader.export(("1", ()), path, "csv", told.append, lambda: len(told) > 3)
    assert done is None
    assert path.read_text() == "before"
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["tasks.csv"]


def test_an_export_is_of_one_moment(keeper: Keeper, tmp_path: Path) -> None:
    history = keeper.keep(*map(row, range(3000)))

    def more(number: int) -> None:
        if number == 1000:
            history.put([row(seq, "FAILURE") for seq in range(3010)])
            written(history, 6010)

    path = tmp_path / "tasks.json"
    assert history.reader.export(("1", ()), path, "json", more) == 3000
    assert b"FAILURE" not in path.read_bytes()


def test_old_tasks_leave_and_the_newer_stay(keeper: Keeper) -> None:
    history = keeper.keep(*map(row, range(5000)), row(5000, last_seen=4e9, first_seen=4e9))
    keeper.close()
    keeper.now = BEGAN + 20 * 86_400
    history = keeper.open(days=1)
    eventually(lambda: history.reader.count().value == 1)
    assert [one.seq for one in history.reader.page().rows] == [5000]
    assert not history.reader.page((f"tasks.rowid IN ({FULLTEXT})", ('"result 7"',))).rows
    assert not history.reader.performance(BEGAN, BEGAN + 10_000)


def test_a_file_that_is_too_large_shrinks_on_the_disk(keeper: Keeper) -> None:
    keeper.keep(*(row(seq, kwargs=f"{seq} " * 300) for seq in range(8000)))
    keeper.close()
    before = keeper.path.stat().st_size
    assert before > 12 << 20
    history = keeper.open(megabytes=10)
    eventually(lambda: keeper.path.stat().st_size < 10 << 20)
    newest = history.reader.page(limit=1).rows[0]
    assert newest.seq == 7999
    keeper.close()
    assert keeper.path.stat().st_size < 10 << 20
    connection = sqlite3.connect(keeper.path)
    connection.execute("INSERT INTO tasks_fts (tasks_fts) VALUES ('integrity-check')")
    connection.close()
