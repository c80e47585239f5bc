"""Damaged Parquet: what it does to its reader stays there, and no number comes of it."""

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from worker_core.cli.market import market
from worker_core.market import parquet, tables
from worker_core.market.bars import BadBars
from worker_core.market.intake import take_in
from worker_core.market.providers.folder import Folder
from worker_core.market.tables import Table, TableError, read_tables

ROWS = 400
MUTANTS = 120


@pytest.fixture(scope="module", autouse=True)
def _processes() -> Iterator[None]:
    yield
    parquet.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """The same prices in several layouts."""
    import pandas as pd
    from fastparquet import write

    folder = tmp_path_factory.mktemp("whole")
    frame = pd.DataFrame(
        {
            "date": pd.date_range("2020-01-01", periods=ROWS),
            "close": np.linspace(1, 2, ROWS),
            "volume": np.arange(ROWS),
            "symbol": ["ABC", "XYZ"] * (ROWS // 2),
        }
    )
    layouts: list[tuple[pd.DataFrame, dict[str, Any]]] = [
        (frame, {}),
        (frame, {"compression": "SNAPPY"}),
        (frame, {"compression": "GZIP", "row_group_offsets": [0, 150, 300]}),
        (frame.astype({"symbol": "category"}), {"compression": "ZSTD"}),
        (frame.assign(volume=frame.volume.astype("Int64").where(frame.volume % 3 > 0)), {}),
    ]
    found = []
    for number, (content, options) in enumerate(layouts):
        path = folder / f"{number}.parquet"
        write(str(path), content, **options)
        found.append(path.read_bytes())
    return found


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The file with its ends whole and something inside that is not."""
    data = bytearray(content)
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    inside, about = chance.randrange(4, footer - 8), chance.randrange(footer, len(data) - 12)
    match chance.randrange(7):
        case 0:
            for _ in range(chance.choice([1, 4, 30])):
                data[chance.randrange(4, footer)] = chance.randrange(256)
        case 1:
            data[about] = chance.randrange(256)
        case 2:
            # The head of the first page.
            data[4 + chance.randrange(40)] = chance.randrange(256)
        case 3:
            del data[inside : inside + chance.randrange(1, 200)]
        case 4:
            other = chance.randrange(4, footer - 8)
            a, b = data[inside : inside + 8], data[other : other + 8]
            data[other : other + 8], data[inside : inside + 8] = a, b
        case 5:
            # The largest number that a length can be, or one without an end.
            data[about : about + 4] = chance.choice([b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff"])
        case _:
            length = len(data) - 8 - footer
            data[-8:-4] = max(1, length + chance.randrange(-40, 40)).to_bytes(4, "little")
    return bytes(data)


def attempted(path: Path) -> tuple[list[Table], str]:
    """The tables of a file, or why there are none."""
    try:
        return read_tables(path), ""
    except TableError as error:
        return [], str(error)


def test_no_damage_reaches_who_asks(whole: list[bytes], tmp_path: Path) -> None:
    chance, refused = random.Random(20), 0
    path = tmp_path / "ABC.parquet"
    for _ in range(MUTANTS):
        path.write_bytes(damaged(chance.choice(whole), chance))
        read, told = attempted(path)
        assert sum(map(len, read)) in ({0} if told else {ROWS})
        assert not told or told.startswith("ABC.parquet ")
        assert len(told) < 300
        refused += told != ""
    # Much of it cannot be seen: another price is a price too.
    assert refused > MUTANTS / 2
    path.write_bytes(whole[0])
    assert sum(map(len, read_tables(path))) == ROWS


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("ends", "is not whole Parquet"),
        ("hangs", "was not read within 2 seconds"),
        ("grows", "takes more than 512 MiB of memory"),
        ("raises", "is not whole Parquet"),
    ],
)
def test_what_ends_or_holds_up_the_reader_is_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str, told: str
) -> None:
    limits = replace(parquet.LIMITS, wall_seconds=2.0, memory_mb=512)
    monkeypatch.setattr(tables, "columns_of", partial(parquet.columns_of, limits=limits))
    monkeypatch.setattr(parquet, "READER", "tests.market.misbehaving")
    path = tmp_path / "ABC.parquet"
    path.write_text(word)
    answer = CliRunner().invoke(market, ["check", str(path), "--json"])
    assert answer.exit_code == 2
    assert told in answer.output
    # Others of the folder are not held up by it, and it is told of by name.
    (tmp_path / "XYZ.csv").write_text("date,close\n2024-01-02,1\n")
    folder = Folder(tmp_path)
    assert folder.symbols() == ("XYZ",)
    assert told in folder.problems["ABC.parquet"]


def test_rows_that_no_column_has_are_not_made_up(whole: list[bytes], tmp_path: Path) -> None:
    before, after = bytes([0xA0, 0x06]), bytes([0xB0, 0x09])  # 400 and 600, as thrift has them
    footer = len(whole[0]) - 8 - int.from_bytes(whole[0][-8:-4], "little")
    places = [p for p in range(footer, len(whole[0])) if whole[0][p : p + 2] == before]
    assert len(places) >= 4
    path = tmp_path / "ABC.parquet"
    for place in places:
        path.write_bytes(whole[0][:place] + after + whole[0][place + 2 :])
        with pytest.raises(TableError, match="counts of rows contradict"):
            read_tables(path)


def test_every_layout_is_read_alike(whole: list[bytes], tmp_path: Path) -> None:
    path = tmp_path / "many.parquet"
    for content in whole:
        path.write_bytes(content)
        one, other = map(take_in, read_tables(path))
        assert (one.bars.symbol, other.bars.symbol) == ("ABC", "XYZ")
        assert one.bars.close.tolist() == np.linspace(1, 2, ROWS)[::2].tolist()
        assert str(other.bars.dates[0]) == "2020-01-02"
        assert not one.findings


def test_days_in_numbers_and_texts_in_bytes_are_read_as_in_csv(tmp_path: Path) -> None:
    import pandas as pd
    from fastparquet import write

    path = tmp_path / "ABC.parquet"
    frame = pd.DataFrame({"date": [20240102, 20240103, 20240104], "close": [b"1.5", None, b"inf"]})
    write(str(path), frame, object_encoding={"close": "bytes"})
    (table,) = read_tables(path)
    one = take_in(table)
    assert one.bars.close.tolist() == [1.5]
    assert {finding.check for finding in one.findings} == {"missing_close", "schema"}
    frame = pd.DataFrame({"date": pd.to_datetime(["2024-01-02", "NaT"]), "close": [1.0, np.inf]})
    write(str(path), frame)
    (table,) = read_tables(path)
    assert "infinite" in str(take_in(table).findings)
    assert list(table.stamps) == ["2024-01-02 00:00:00", ""]


@pytest.mark.parametrize(
    "closes",
    [
        [True, False, True],
        [{"price": 1.0}] * 3,
        [[1.0, 2.0]] * 3,
        [b"\xff\xfe"] * 3,
        ["halted"] * 3,
        [np.inf] * 3,
    ],
    ids=["booleans", "structures", "lists", "bytes", "texts", "infinities"],
)
def test_a_column_of_another_type_gives_findings_and_no_price(
    tmp_path: Path, closes: list[Any]
) -> None:
    import pandas as pd
    from fastparquet import write

    days = pd.date_range("2024-01-02", periods=3)
    write(str(tmp_path / "ABC.parquet"), pd.DataFrame({"date": days, "close": closes}))
    (one,) = map(take_in, read_tables(tmp_path / "ABC.parquet"))
    assert not len(one.bars)
    assert {"schema", "missing_close"} == {finding.check for finding in one.findings}


@pytest.mark.parametrize("symbol", [None, float("nan")])
def test_rows_without_a_symbol_are_given_none(tmp_path: Path, symbol: float | None) -> None:
    import pandas as pd
    from fastparquet import write

    days = pd.date_range("2024-01-02", periods=3)
    frame = pd.DataFrame({"date": days, "close": 1.0, "symbol": ["A", symbol, "A"]})
    write(str(tmp_path / "x.parquet"), frame, object_encoding="utf8")
    tables_ = {table.symbol: table for table in read_tables(tmp_path / "x.parquet")}
    assert {name: len(table) for name, table in tables_.items()} == {"A": 2, "": 1}
    with pytest.raises(BadBars, match="not a symbol"):
        take_in(tables_[""])
