"""``afi anomalies score`` on tables as others write them."""

import csv
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from worker_core.cli import cli

START = datetime(2026, 1, 1)  # noqa: DTZ001 - wall clock, as in the tables of others


def values(rows: int = 400, spike: int = 300) -> list[str]:
    found = np.random.default_rng(0).standard_normal(rows)
    if spike < rows:
        found[spike] = 60.0
    return [repr(float(value)) for value in found]


def stamps(rows: int = 400) -> list[str]:
    return [str(START + timedelta(minutes=5 * row)) for row in range(rows)]


def written(path: Path, times: Sequence[str], cells: Sequence[str]) -> Path:
    lines = [
        f"{time},{cell},kept {row}"
        for row, (time, cell) in enumerate(zip(times, cells, strict=True))
    ]
    path.write_text("\n".join(["timestamp,value,comment", *lines]) + "\n")
    return path


def run(path: Path, *words: str) -> Result:
    output = path.with_suffix(".out.csv")
    return CliRunner().invoke(cli, ["anomalies", "score", str(path), "-o", str(output), *words])


def scored(path: Path) -> list[dict[str, str]]:
    with path.with_suffix(".out.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("quick", [(), ("--quick",)])
def test_all_columns_are_kept_and_score_and_is_anomaly_added(
    tmp_path: Path, quick: tuple[str, ...]
) -> None:
    path = written(tmp_path / "s.csv", stamps(), values())
    answer = run(path, *quick)
    assert answer.exit_code == 0, answer.output
    rows = scored(path)
    assert list(rows[0]) == ["timestamp", "value", "comment", "score", "is_anomaly"]
    assert [row["comment"] for row in rows] == [f"kept {number}" for number in range(400)]
    assert all(0.0 <= float(row["score"]) <= 1.0 for row in rows)
    assert rows[300]["is_anomaly"] == "1"
    assert sum(row["is_anomaly"] == "1" for row in rows) < 5


def test_alarms_are_explained_with_detector_distance_quantile_and_nearest_past(
    tmp_path: Path,
) -> None:
    answer = json.loads(run(written(tmp_path / "s.csv", stamps(), values()), "--json").output)
    assert answer["alarms"] >= 1
    assert answer["alarms_a_week"] == pytest.approx(answer["alarms"] * 2016 / 399)
    alarm = answer["explained"][0]
    assert alarm["at"] == stamps()[300]
    assert alarm["strength"] > 6
    assert alarm["quantile"] == 1.0
    assert len(alarm["nearest"]) == 3
    assert alarm["unit"] in alarm["words"]


def test_a_row_has_the_same_score_when_later_rows_are_cut_off(tmp_path: Path) -> None:
    run(whole := written(tmp_path / "whole.csv", stamps(), values()))
    for cut in (100, 250, 301, 399):
        run(part := written(tmp_path / f"{cut}.csv", stamps(cut), values()[:cut]))
        assert scored(part) == scored(whole)[:cut]


def test_rows_out_of_order_get_the_scores_of_their_time_and_keep_their_place(
    tmp_path: Path,
) -> None:
    run(whole := written(tmp_path / "whole.csv", stamps(), values()))
    mixed = np.random.default_rng(1).permutation(400)
    path = written(
        tmp_path / "mixed.csv", [stamps()[row] for row in mixed], [values()[row] for row in mixed]
    )
    answer = run(path)
    assert "not in order of time" in answer.output
    right = scored(whole)
    for place, row in enumerate(mixed):
        assert scored_cells(scored(path)[place]) == scored_cells(right[row])
        if place > 20:
            break


def scored_cells(row: dict[str, str]) -> tuple[str, str]:
    return row["score"], row["is_anomaly"]


def test_gaps_text_infinities_and_missing_values_are_not_scored_and_said(tmp_path: Path) -> None:
    cells, times = values(), stamps()
    cells[50], cells[51], cells[52], cells[53], cells[54] = "", "halt", "inf", "-1e999", "NaN"
    times[60] = "yesterday"
    times[350:] = [str(START + timedelta(days=9, minutes=5 * row)) for row in range(50)]
    times[61] = times[62]
    path = written(tmp_path / "s.csv", times, cells)
    answer = run(path)
    assert answer.exit_code == 0
    rows = scored(path)
    assert [row["score"] for row in rows[50:55]] == [""] * 5
    assert rows[60]["score"] == ""
    assert {row["is_anomaly"] for row in rows[50:55]} == {"0"}
    assert rows[300]["is_anomaly"] == "1"
    for words in (
        "2 rows without a value",
        "1 row with text",
        "2 rows with an infinite",
        "stamp that can be read: 1 row",
        "1 row had the stamp of another",
        "Gaps of more than three usual steps: 2",
    ):
        assert words in answer.output, words


def test_time_zones_are_put_in_order_and_mixtures_said(tmp_path: Path) -> None:
    times = [f"{time}+02:00" if row % 2 else f"{time}+00:00" for row, time in enumerate(stamps())]
    answer = run(written(tmp_path / "s.csv", times, values()))
    assert "several time zones" in answer.output
    times[7] = stamps()[7]
    assert "taken as UTC" in run(written(tmp_path / "s.csv", times, values())).output


@pytest.mark.parametrize(
    ("times", "words"),
    [
        ([str(row) for row in range(400)], "step numbers"),
        ([str(1_700_000_000 + 300 * row) for row in range(400)], "a week"),
        ([str(1_700_000_000_000 + 300_000 * row) for row in range(400)], "a week"),
        ([f"{1 + row % 28}.{1 + row // 28}.2026" for row in range(336)], "alarms"),
    ],
    ids=["steps", "seconds", "milliseconds", "days first"],
)
def test_stamps_may_be_numbers_or_other_dates(tmp_path: Path, times: list[str], words: str) -> None:
    path = written(tmp_path / "s.csv", times, values(len(times)))
    answer = run(path)
    assert answer.exit_code == 0, answer.output
    assert words in answer.output
    assert scored(path)[300]["is_anomaly"] == "1"


def test_a_constant_series_has_no_alarm_and_that_is_said(tmp_path: Path) -> None:
    path = written(tmp_path / "s.csv", stamps(), ["0.1"] * 400)
    assert "never moves" in run(path).output
    assert {row["score"] for row in scored(path)} == {"0.0"}


def test_other_columns_may_be_named_and_an_earlier_score_is_replaced(tmp_path: Path) -> None:
    path = written(tmp_path / "s.csv", stamps(), values())
    text = path.read_text().replace("timestamp,value,comment", "Score,When,x", 1)
    path.write_text(text.replace("Score,When,x", "When,Load,score", 1))
    answer = run(path, "--timestamp", "when", "--value", "load")
    assert answer.exit_code == 0, answer.output
    assert list(scored(path)[0]) == ["When", "Load", "score", "is_anomaly"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no column"),
        (b"timestamp,value\n", "0 rows"),
        (b"timestamp,value\n2026-01-01,1\n", "1 row with"),
        (b"timestamp,value\n" + b"2026-01-01,\n" * 100, "100 rows without a value"),
        (b"timestamp,value\n" + b"2026-01-01,lots\n" * 100, "100 rows with text"),
        (b"timestamp,value\n" + b"soon,1\n" * 100, "100 rows"),
        (b"time,load\n1,2\n", "Its columns: time, load"),
        (b"<html>429 Too Many Requests</html>", "is a web page"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b'timestamp,value\n"' + b"x" * 200_000, "not readable as CSV"),
        (b"timestamp,value\n\x00,\x00\n", "0 rows"),
    ],
)
def test_what_cannot_be_scored_is_refused_in_words_and_nothing_is_written(
    tmp_path: Path, body: bytes, words: str
) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes(body)
    answer = run(path)
    assert answer.exit_code == 1, answer.output
    assert words in answer.output
    assert "Traceback" not in answer.output
    assert not path.with_suffix(".out.csv").exists()


def test_a_file_that_is_not_there_is_refused_in_words(tmp_path: Path) -> None:
    answer = run(tmp_path / "none.csv")
    assert answer.exit_code == 1
    assert "none.csv" in answer.output


@pytest.mark.parametrize(
    ("old", "new", "delimiter"),
    [
        (",", ";", ";"),
        (",", "\t", "\t"),
        ("\n", "\r\n", ","),
        ("timestamp", "\ufefftimestamp", ","),
    ],
)
def test_separators_line_ends_and_marks_of_other_programs_change_no_score(
    tmp_path: Path, old: str, new: str, delimiter: str
) -> None:
    run(path := written(tmp_path / "s.csv", stamps(), values()))
    before = scored(path)
    path.write_text(path.read_text().replace(old, new), newline="")
    answer = run(path)
    assert answer.exit_code == 0, answer.output
    with path.with_suffix(".out.csv").open(newline="") as file:
        assert list(csv.DictReader(file, delimiter=delimiter)) == before


def test_a_web_page_in_place_of_a_table_is_said(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("<!DOCTYPE html><p>Sign in</p>")
    answer = run(path)
    assert answer.exit_code == 1
    assert "is a web page" in answer.output
