"""Files that come, change or stay in a folder within a day, and what an update makes of them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from worker_core.market.providers.folder import Folder
from worker_core.market.update import Outcome, update
from worker_core.storage import Storage
from worker_core.storage.market import MarketRepository

EVENING = datetime(2024, 1, 31, 23, 30, tzinfo=UTC)  # 18:30 in New York
HEAD = "Date,Open,High,Low,Close,Volume"


@pytest.fixture
def market(tmp_path: Path) -> Iterator[MarketRepository]:
    with Storage.open(f"sqlite:///{tmp_path / 'a.sqlite3'}", "unused") as storage:
        yield storage.market


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "prices"
    made.mkdir()
    return made


def write(folder: Path, symbol: str, closes: dict[str, float], end: str = "\n") -> None:
    rows = [f"{day},{close},{close},{close},{close},10" for day, close in closes.items()]
    (folder / f"{symbol}.csv").write_text(end.join([HEAD, *rows]), newline="")


def updated(
    folder: Path, market: MarketRepository, symbol: str = "ABC", *, start: date | None = None
) -> Outcome:
    """As each run does it: with a source that looks into the folder anew."""
    (outcome,) = update(Folder(folder), market, [symbol], EVENING, start=start).outcomes
    assert outcome.problem is None
    return outcome


def test_newer_files_of_the_same_day_are_seen(folder: Path, market: MarketRepository) -> None:
    days = {"2024-01-26": 9.0, "2024-01-29": 10.0}
    write(folder, "ABC", days)
    assert updated(folder, market).written == 2
    assert updated(folder, market).current
    write(folder, "ABC", days | {"2024-01-30": 11.0})
    seen = updated(folder, market)
    assert (seen.current, seen.written, seen.until) == (False, 1, date(2024, 1, 30))
    assert updated(folder, market).current


def test_a_change_long_before_the_newest_bar_is_seen_and_nothing_else_is_written(
    folder: Path, market: MarketRepository
) -> None:
    first = date(2023, 1, 2)
    days = {
        (first + timedelta(days=day)).isoformat(): 10.0 + day
        for day in range(300)
        if (first + timedelta(days=day)).weekday() < 5
    }
    write(folder, "ABC", days)
    assert updated(folder, market).written == len(days)
    write(folder, "ABC", days | {"2023-01-03": 11.5})
    assert updated(folder, market).written == 1
    assert market.bars("ABC").close[1] == 11.5
    assert updated(folder, market).current


def test_a_file_that_only_looks_different_is_current(
    folder: Path, market: MarketRepository
) -> None:
    days = {"2024-01-29": 10.0, "2024-01-30": 11.0}
    write(folder, "ABC", days)
    updated(folder, market)
    write(folder, "ABC", dict(reversed(days.items())), end="\r\n")
    assert updated(folder, market).current


def test_what_was_fetched_in_part_is_not_taken_for_the_whole(
    folder: Path, market: MarketRepository
) -> None:
    write(folder, "ABC", {"2024-01-02": 9.0, "2024-01-29": 10.0, "2024-01-30": 11.0})
    assert updated(folder, market, start=date(2024, 1, 25)).written == 2
    assert updated(folder, market).written == 1
    assert updated(folder, market).current
    assert updated(folder, market, start=date(2024, 1, 25)).written == 0
    assert updated(folder, market).current


def test_a_file_that_has_come_into_the_folder_is_fetched_beside_what_is_stored(
    folder: Path, tmp_path: Path
) -> None:
    from worker_core.tasks.market_data import _known_symbols

    with Storage.open(f"sqlite:///{tmp_path / 'b.sqlite3'}", "unused") as storage:
        run: Any = SimpleNamespace(storage=storage)
        write(folder, "ABC", {"2024-01-29": 10.0})
        # The schedule alone fills nobody's database.
        assert _known_symbols(run, Folder(folder), None) == []
        assert _known_symbols(run, Folder(folder), "folder") == ["ABC"]
        updated(folder, storage.market)
        write(folder, "XYZ", {"2024-01-29": 20.0})
        assert _known_symbols(run, Folder(folder), None) == ["ABC", "XYZ"]


def test_a_split_that_comes_in_later_is_seen(folder: Path, market: MarketRepository) -> None:
    def write_yahoo(split: str) -> None:
        rows = ["Date,Open,High,Low,Close,Volume,Dividends,Stock Splits"]
        rows += [f"2024-01-29,5,5,5,5,10,0,{split}", "2024-01-30,5,5,5,5,10,0,0"]
        (folder / "ABC.csv").write_text("\n".join(rows))

    write_yahoo("0")
    updated(folder, market)
    write_yahoo("2")
    seen = updated(folder, market)
    assert (seen.current, seen.actions) == (False, 1)
    assert [one.value for one in market.actions("ABC")] == [2.0]
