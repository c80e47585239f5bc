"""``afi market``: what it checks, stores and refuses."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from resources import sample_prices_path
from worker_core import settings
from worker_core.cli import cli
from worker_core.storage import Storage

GOOD = "date,open,high,low,close,volume\n" + "".join(
    f"2024-01-{day:02},10,11,9,{10 + day % 3 / 10},1000\n" for day in range(2, 6)
)


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    settings.current.cache_clear()
    yield settings.current().database_url
    settings.current.cache_clear()


def afi(*words: str) -> Result:
    return CliRunner().invoke(cli, ["market", *words])


def answer(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_table_is_checked_without_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFI_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    path = tmp_path / "ABC.csv"
    path.write_text(GOOD + "2024-01-08,10,11,9,-3,1000\n")
    found = answer(afi("check", str(path), "--json"))
    assert found["symbols"]["ABC"]["worst"] == "error"
    (negative,) = [one for one in found["findings"] if one["check"] == "positive_prices"]
    assert (negative["symbol"], negative["days"], negative["action"]) == (
        "ABC",
        ["2024-01-08"],
        "quarantined",
    )
    assert afi("check", str(path), "--strict").exit_code == 1
    assert "positive_prices [quarantined]" in afi("check", str(path)).output


def test_the_sample_is_checked_symbol_by_symbol() -> None:
    found = answer(afi("check", str(sample_prices_path()), "--json"))
    assert len(found["symbols"]) == 7
    told = {
        (one["check"], one["symbol"], one["days"][0])
        for one in found["findings"]
        if one["check"] in {"undeclared_split", "crash"}
    }
    assert told == {
        ("undeclared_split", "AAPL", "2000-06-21"),
        ("undeclared_split", "AAPL", "2005-02-28"),
        ("undeclared_split", "MSFT", "2003-02-18"),
        ("crash", "AAPL", "2000-09-29"),
    }


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "no column"),
        (b"date,close\n", "no rows"),
        (b"<html>", "web page"),
        (b"date,close\n2024-01-02", "half-way"),
        (b"symbol,date,close\n=cmd(),2024-01-02,1\n", "not a symbol"),
    ],
)
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "ABC.csv"
    path.write_bytes(content)
    plain = afi("check", str(path))
    assert plain.exit_code == 2
    assert word in plain.output
    as_json = afi("check", str(path), "--json")
    assert as_json.exit_code == 2
    assert word in json.loads(as_json.stdout)["error"]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert afi("check", str(tmp_path / "gone.csv")).exit_code == 2
    assert afi("import", str(tmp_path / "gone")).exit_code == 2


@pytest.mark.parametrize(
    "rows",
    ["2024-01-02,\n2024-01-03,\n", "2024-01-02,5\n", "2024-01-02,inf\n2024-01-03,nan\n"],
    ids=["all missing", "one point", "nothing finite"],
)
def test_too_little_is_said_and_not_computed(tmp_path: Path, rows: str) -> None:
    path = tmp_path / "ABC.csv"
    path.write_text(f"date,close\n{rows}")
    found = answer(afi("check", str(path), "--json"))
    bars = found["symbols"]["ABC"]["bars"]
    assert bars in {0, 1}
    assert bool(found["findings"]) == (bars == 0)


def test_a_folder_is_stored_and_storing_it_again_changes_nothing(
    tmp_path: Path, database: str
) -> None:
    folder = tmp_path / "prices"
    folder.mkdir()
    (folder / "ABC.csv").write_text(GOOD)
    (folder / "BAD.csv").write_text("<html>")
    first = answer(afi("import", str(folder), "--json"))
    assert first["symbols"]["ABC"]["written"] == 4
    assert "web page" in first["problems"]["BAD.csv"]
    again = answer(afi("import", str(folder), "--json"))
    assert again["symbols"]["ABC"]["written"] == 0
    with Storage.open(database, "unused") as storage:
        assert len(storage.market.bars("ABC")) == 4
    shown = afi("list")
    assert "ABC" in shown.output
    assert "2024-01-02 to 2024-01-05" in shown.output
    words = afi("import", str(folder))
    assert words.exit_code == 0
    assert "BAD.csv" in words.stderr


def test_a_name_that_is_no_symbol_keeps_no_other_of_its_file_out(
    tmp_path: Path, database: str
) -> None:
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "many.csv"
    rows = [f"{name},2024-01-02,{place}" for place, name in enumerate(("A", "Größe", "B"), 1)]
    path.write_text("\n".join(["symbol,date,close", *rows]))
    found = answer(afi("check", str(path), "--json"))
    assert list(found["symbols"]) == ["A", "B"]
    assert "not a symbol" in found["refused"]["Größe"]
    assert afi("check", str(path), "--strict").exit_code == 1
    stored = answer(afi("import", str(path.parent), "--json"))
    assert list(stored["symbols"]) == ["A", "B"]
    assert "not a symbol" in stored["problems"]["many.csv"]


def test_a_file_of_which_no_row_has_a_price_is_said(tmp_path: Path, database: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ABC.csv").write_text("date,close\n2024-01-02,\n2024-01-03,\n")
    told = afi("import", str(tmp_path / "in"))
    assert "ABC          no bars: 2 of 2 rows have no close" in told.output


def test_a_folder_without_prices_is_said(tmp_path: Path, database: str) -> None:
    empty = afi("import", str(tmp_path))
    assert empty.exit_code == 1
    assert "No file in this folder holds prices" in empty.stderr
    assert "No prices are stored yet" in afi("list").output


def test_a_key_is_asked_for_and_never_an_argument() -> None:
    refused = afi("key", "tiingo", "secret-on-the-command-line")
    assert refused.exit_code == 2
    assert "Usage" in refused.output
