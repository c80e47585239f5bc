"""Tables of prices as files hold them, good and bad."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from resources import sample_prices_path
from worker_core.market.bars import BadBars
from worker_core.market.intake import Intake, take_in
from worker_core.market.providers.folder import Folder, raw, raw_actions
from worker_core.market.tables import TableError, read_tables


def read(folder: Path, text: str | bytes, name: str = "ABC.csv") -> Intake:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    (table,) = read_tables(path)
    return take_in(table)


def checks(intake: Intake) -> list[tuple[str, str]]:
    return [(one.check, one.severity) for one in intake.findings]


def test_a_plain_table_is_read_as_it_is(tmp_path: Path) -> None:
    one = read(tmp_path, "Date,Open,High,Low,Close,Volume\n2024-01-02,1,3,0.5,2,100\n")
    assert (one.bars.symbol, one.bars.dates.tolist()) == ("ABC", [date(2024, 1, 2)])
    assert (one.bars.open[0], one.bars.close[0], one.bars.volume[0]) == (1, 2, 100)
    assert one.findings == ()


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_other_delimiters_spellings_and_marks_are_known(tmp_path: Path, delimiter: str) -> None:
    text = "\ufeffTimestamp,CLOSE\n20240103,2\n20240104,3\n".replace(",", delimiter)
    assert read(tmp_path, text).bars.close.tolist() == [2, 3]


def test_rows_in_disorder_are_sorted_and_said(tmp_path: Path) -> None:
    one = read(tmp_path, "date,close\n2024-01-04,4\n2024-01-02,2\n2024-01-03,3\n")
    assert one.bars.close.tolist() == [2, 3, 4]
    assert checks(one) == [("order", "warning")]
    turned = read(tmp_path, "date,close\n2024-01-04,4\n2024-01-03,3\n2024-01-02,2\n")
    assert checks(turned) == [("order", "info")]


def test_days_that_come_twice_are_said_with_what_differs(tmp_path: Path) -> None:
    one = read(tmp_path, "date,close\n2024-01-02,2\n2024-01-02,2\n2024-01-03,3\n2024-01-03,4\n")
    assert one.bars.close.tolist() == [2, 4]
    (finding,) = one.findings
    assert (finding.check, finding.severity, finding.rows) == ("duplicates", "error", 2)
    assert finding.evidence["with_other_figures"] == 1


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("2024-01-02,x\n2024-01-03,3\n", [("schema", "error"), ("missing_close", "warning")]),
        ("2024-01-02,inf\n2024-01-03,3\n", [("schema", "error"), ("missing_close", "warning")]),
        ("2024-01-02,nan\n2024-01-03,3\n", [("missing_close", "warning")]),
        ("2024-01-02,\n2024-01-03,\n", [("missing_close", "error")]),
        ("soon,2\n2024-01-03,3\n", [("schema", "error")]),
        ("2024-13-45,2\n2024-01-03,3\n", [("schema", "error")]),
        (
            "2024-01-02T00:00:00+01:00,2\n2024-01-03,3\n",
            [("time_zone", "error")],
        ),
        (
            "2024-01-02T00:00:00+01:00,2\n2024-01-03T00:00:00-05:00,3\n",
            [("time_zone", "error")],
        ),
        ("2024-03-01T00:00:00+01:00,2\n2024-04-01T00:00:00+02:00,3\n", []),
        ("2024-01-02 09:30:00,2\n2024-01-02 10:30:00,3\n", [("time_zone", "warning")]),
    ],
)
def test_what_is_no_price_or_day_is_said_with_its_place(
    tmp_path: Path, rows: str, expected: list[tuple[str, str]]
) -> None:
    one = read(tmp_path, f"date,close\n{rows}")
    assert checks(one) == expected
    assert np.isfinite(one.bars.close).all()


def test_a_bad_value_is_shown_with_its_line(tmp_path: Path) -> None:
    one = read(tmp_path, "date,close\n2024-01-02,2\n2024-01-03,1.2.3\n")
    assert "'1.2.3' in line 3" in one.findings[0].message


def test_one_point_and_a_constant_are_no_errors(tmp_path: Path) -> None:
    assert len(read(tmp_path, "date,close\n2024-01-02,2\n").bars) == 1


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "no column 'date'"),
        (b"date,close\n", "has no rows"),
        (b"\n\n", "no column"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"\xff\xfed\x00a\x00", "not UTF-8"),
        (b"date,close\n2024-01-02,2\x00\n", "NUL"),
        (b"date,close,Close\n2024-01-02,2,3\n", "more than once"),
        (b"date,close\n2024-01-02,2\n2024-01-0", "ends half-way"),
        (b"date,close\n2024-01-02,2,3\n2024-01-03,3\n", "Line 2"),
        (b"day,price of tea\n2024-01-02,2\n", "no column 'close'"),
        (b'date,close\n"2024-01-02,2\n', "ends half-way"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(
    tmp_path: Path, content: bytes, word: str
) -> None:
    with pytest.raises(TableError, match=word):
        read(tmp_path, content)
    with pytest.raises(TableError, match="whole Parquet"):
        read(tmp_path, content, "ABC.parquet")


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="cannot be read"):
        read_tables(tmp_path / "gone.csv")


def test_many_symbols_stand_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "all.csv"
    path.write_text("symbol,date,close\nA,2024-01-02,1\nB,2024-01-02,2\nA,2024-01-03,3\n")
    first, second = read_tables(path)
    assert (first.symbol, list(first.lines)) == ("A", [2, 4])
    assert take_in(second).bars.close.tolist() == [2]


def test_parquet_is_read_like_csv() -> None:
    tables = {table.symbol: table for table in read_tables(sample_prices_path())}
    assert sorted(tables) == ["AAPL", "FB", "GOOG", "IBM", "MSFT", "^GSPC", "^IXIC"]
    one = take_in(tables["FB"])
    assert (len(one.bars), one.findings) == (196, ())


def test_a_symbol_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadBars, match="not a symbol"):
        read(tmp_path, "symbol,date,close\n=cmd(),2024-01-02,1\n")


YAHOO = """Date,Open,High,Low,Close,Adj Close,Volume,Dividends,Stock Splits
2024-01-02 00:00:00-05:00,50,51,49,50,49,200,0,0
2024-01-03 00:00:00-05:00,50,51,49,51,50,200,0.5,0
2024-01-04 00:00:00-05:00,52,53,51,52,52,100,0,2.0
"""


def test_yahoos_layout_is_taken_back_to_raw_prices(tmp_path: Path) -> None:
    one = read(tmp_path, YAHOO)
    assert one.split_adjusted
    assert [(action.kind, action.value) for action in one.actions] == [
        ("split", 2.0),
        ("dividend", 0.5),
    ]
    assert raw(one).close.tolist() == [100, 102, 52]
    assert [action.value for action in raw_actions(one)] == [2.0, 1.0]
    assert raw(one).volume.tolist() == [100, 100, 100]


def test_a_folder_says_which_files_it_could_not_read(tmp_path: Path) -> None:
    (tmp_path / "A.csv").write_text("date,close\n2024-01-02,1\n")
    (tmp_path / "B.csv").write_text("<html>")
    (tmp_path / "C.csv").write_text("symbol,date,close\nA,2024-01-02,1\n")
    import pandas as pd

    frame = pd.DataFrame({"date": pd.to_datetime(["2024-01-02"]), "close": [7.0]})
    from fastparquet import write

    write(str(tmp_path / "D.parquet"), frame)
    folder = Folder(tmp_path)
    assert folder.symbols() == ("A", "D")
    assert folder.taken("D").bars.close.tolist() == [7.0]
    assert sorted(folder.problems) == ["B.csv", "C.csv"]
    assert "another file" in folder.problems["C.csv"]
