"""The command ``afi forecast``: files of every kind in, forecasts or a clear refusal out."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from tests.forecasting.metric.makers import seasonal
from worker_core.cli import cli


def afi(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, ["forecast", *map(str, words)])


def table(folder: Path, text: str | bytes, name: str = "in.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def months(count: int = 36, name: str = "sales") -> str:
    values = seasonal(count, 12)
    rows = [
        f"{name},{2020 + step // 12}-{step % 12 + 1:02},{value:.3f}"
        for step, value in enumerate(values)
    ]
    return "\n".join(rows) + "\n"


def forecast(folder: Path, text: str | bytes, *more: str) -> tuple[Result, list[dict[str, str]]]:
    target = folder / "out.csv"
    words = more or ("--horizon", "3", "--season", "12")
    result = afi(table(folder, text), "-o", target, *words)
    if not target.exists():
        return result, []
    with target.open(newline="") as file:
        return result, list(csv.DictReader(file))


HEADER = "unique_id,ds,y\n"


def test_a_file_is_forecast_with_the_columns_that_were_promised(tmp_path: Path) -> None:
    result, rows = forecast(tmp_path, HEADER + months())
    assert result.exit_code == 0, result.output
    assert list(rows[0]) == [
        "unique_id", "ds", "mean", "lo-80", "hi-80", "lo-95", "hi-95", "model",
    ]  # fmt: skip
    assert [row["ds"] for row in rows] == ["2023-01", "2023-02", "2023-03"]
    for row in rows:
        ends = [float(row[name]) for name in ("lo-95", "lo-80", "mean", "hi-80", "hi-95")]
        assert ends == sorted(ends)
    assert "seasonal naive" in result.output


def test_levels_are_those_that_were_asked_for(tmp_path: Path) -> None:
    _, rows = forecast(
        tmp_path, HEADER + months(), "--horizon", "2", "--level", "90", "--season", "12"
    )
    assert {"lo-90", "hi-90"} < set(rows[0])
    assert "lo-80" not in rows[0]


def test_the_season_comes_from_the_dates_where_it_is_not_given(tmp_path: Path) -> None:
    result, rows = forecast(tmp_path, HEADER + months(), "--horizon", "2", "--json")
    assert json.loads(result.output)["season"] == 12
    assert len(rows) == 2


def test_steps_alone_do_not_tell_a_season(tmp_path: Path) -> None:
    text = HEADER + "".join(f"a,{step},{step % 4}\n" for step in range(1, 30))
    result, rows = forecast(tmp_path, text, "--horizon", "2")
    assert result.exit_code == 2
    assert "--season 12 for months" in result.output
    assert rows == []


def test_the_evidence_is_told_as_json(tmp_path: Path) -> None:
    result, _ = forecast(tmp_path, HEADER + months(), "--horizon", "2", "--season", "12", "--json")
    told = json.loads(result.output)
    assert told["evidence"]["coverage"].keys() == {"80.0", "95.0"}
    assert told["versions"]["numpy"] == np.__version__
    assert told["series"][0]["data_hash"]
    assert told["seed"] == 0


def test_a_file_without_names_is_one_series(tmp_path: Path) -> None:
    text = "ds;y\n" + "".join(f"{step};{value}\n" for step, value in enumerate(seasonal(30, 4)))
    result, rows = forecast(tmp_path, text, "--horizon", "2", "--season", "4")
    assert result.exit_code == 0, result.output
    assert {row["unique_id"] for row in rows} == {"series"}


def test_unsorted_and_repeated_rows_give_what_sorted_ones_give(tmp_path: Path) -> None:
    lines = months().splitlines(keepends=True)
    _, straight = forecast(tmp_path, HEADER + "".join(lines))
    mixed = HEADER + "".join([*reversed(lines), lines[4]])
    result, rows = forecast(tmp_path, mixed, "--horizon", "3", "--season", "12")
    assert rows == straight
    assert "were sorted" in result.output
    assert "counted once" in result.output


def test_a_bad_series_is_named_and_the_others_are_forecast(tmp_path: Path) -> None:
    text = HEADER + months() + "odd,2020-01,12 apples\n" + "gone,2020-01,inf\ngone,2020-02,3\n"
    result, rows = forecast(tmp_path, text)
    assert result.exit_code == 0
    assert {row["unique_id"] for row in rows} == {"sales"}
    assert "Left out: odd: Line 38: “12 apples” is not a number" in result.output
    assert "Left out: gone" in result.output


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        (HEADER, "no rows"),
        ("a,b,c\n1,2,3\n", "“ds” is missing"),
        ("<!DOCTYPE html><p>404</p>", "is a web page"),
        ("unique_id,ds,y,y\na,1,2,3\n", "more than once"),
        (HEADER + "a,1,2\na,1,3\n", "stands there twice, with 2 and 3"),
        (HEADER + "a,1,2\na,2\n", "cut off"),
        (HEADER + "a,1,$5\n", "is not a number"),
        (HEADER + "a,1,1,5\na,2,1,7\na,3,1,9\n", "not 1,5"),
        (HEADER + "a,31.01.2024,5\n", "neither a step"),
        (HEADER + "a,1,nan\na,2,\na,3,NA\n", "no value at all"),
        (HEADER + "a,1,5\n", "3 are needed"),
        (HEADER + "a,2024-01-01T00:00Z,1\na,2024-01-02T00:00,2\n", "some have none"),
        (b"\xff\xfe\x00\x01", "not text in UTF-8"),
        (b"PK\x03\x04\x00\x00binary", "“ds” is missing"),
        (HEADER + 'a,1,"' + "x" * 200_000 + '"\n', "is not CSV|is not a number"),
        (HEADER + "a,1,\x00\n", "is not a number|is not CSV"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(
    tmp_path: Path, text: str | bytes, told: str
) -> None:
    result, rows = forecast(tmp_path, text, "--horizon", "2", "--season", "4")
    assert result.exit_code != 0
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert any(part in result.output for part in told.split("|")), result.output
    assert rows == []


def test_a_file_that_is_not_there_or_a_folder_is_said(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    for source in (tmp_path / "nothing.csv", tmp_path):
        result = afi(source, "-o", target, "--horizon", "2", "--season", "4")
        assert result.exit_code == 1
        assert "cannot be read" in result.output


def test_an_output_that_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    source = table(tmp_path, HEADER + months())
    result = afi(source, "-o", tmp_path / "no" / "out.csv", "--horizon", "2", "--season", "12")
    assert result.exit_code == 1
    assert "cannot be written" in result.output


@pytest.mark.parametrize("level", ["0", "100", "-5", "nan"])
def test_a_level_that_is_none_is_refused(tmp_path: Path, level: str) -> None:
    result, _ = forecast(tmp_path, HEADER + months(), "--horizon", "2", "--level", level)
    assert result.exit_code == 2
    assert "in percent" in result.output


def test_names_of_every_kind_come_out_as_they_went_in(tmp_path: Path) -> None:
    for name in ("=cmd()", "Ünïcode 文", 'a "quoted", one', "evaluate"):
        lines = "".join(
            f'"{name.replace(chr(34), 2 * chr(34))}",{step},{value}\n'
            for step, value in enumerate(seasonal(20, 1))
        )
        _, rows = forecast(tmp_path, HEADER + lines, "--horizon", "1", "--season", "1")
        assert rows[0]["unique_id"] == name


def test_closes_are_forecast_as_prices(tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    closes = 100 * np.exp(np.cumsum(chance.normal(0, 0.01, 400)))
    days = np.busday_offset("2022-01-03", np.arange(403), roll="forward")
    text = HEADER + "".join(
        f"IBM,{day},{close}\n" for day, close in zip(days, closes, strict=False)
    )
    result, rows = forecast(tmp_path, text, "--horizon", "3", "--kind", "price")
    assert result.exit_code == 0, result.output
    assert "random walk" in result.output
    assert [row["ds"] for row in rows] == [str(day) for day in days[400:]]
    assert 0.8 * closes[-1] < float(rows[0]["lo-95"]) < closes[-1] < float(rows[0]["hi-95"])


def test_a_price_below_zero_is_no_price(tmp_path: Path) -> None:
    text = HEADER + "".join(f"X,{step},{value}\n" for step, value in enumerate(seasonal(300) - 120))
    result, rows = forecast(tmp_path, text, "--horizon", "3", "--kind", "price")
    assert result.exit_code == 1
    assert "Left out: X" in result.output
    assert rows == []


def test_an_evaluation_tells_all_figures_as_json(tmp_path: Path) -> None:
    source = table(tmp_path, HEADER + months(72))
    result = afi("evaluate", source, "--horizon", "6", "--season", "12", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert told["owa"] < 1.2
    assert {"mase", "smape", "coverage", "skill", "against_naive", "series"} <= told.keys()
    assert told["series"] == 1
    assert told["origins"] > 5


def test_an_evaluation_of_too_little_is_refused(tmp_path: Path) -> None:
    source = table(tmp_path, HEADER + "a,1,2\na,2,3\na,3,4\n")
    result = afi("evaluate", source, "--horizon", "6", "--season", "1")
    assert result.exit_code == 1
    assert "needs 9" in result.output


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (["5"] * 40, "differs from a season before"),
        (["1", "inf"] * 20, "No series can be used. a: 20 values are infinite"),
        ([""] * 40, "No series can be used. a: It has no value at all"),
    ],
)
def test_an_evaluation_of_what_says_nothing_says_why(
    tmp_path: Path, values: list[str], told: str
) -> None:
    rows = "".join(f"a,{step},{value}\n" for step, value in enumerate(values))
    result = afi("evaluate", table(tmp_path, HEADER + rows), "--horizon", "4", "--season", "4")
    assert result.exit_code == 1
    assert told in result.output


def test_a_small_change_of_a_large_level_is_written_with_all_its_digits(tmp_path: Path) -> None:
    text = HEADER + "".join(f"a,{step},{10**12 + step % 4}\n" for step in range(40))
    _, rows = forecast(tmp_path, text, "--horizon", "4", "--season", "4")
    assert len({row["mean"] for row in rows}) == 4


def test_the_help_shows_both_forms() -> None:
    told = afi("--help").output
    assert "INPUT.csv -o OUTPUT.csv" in told
    assert "evaluate INPUT.csv" in told
    assert "--level" in afi("file", "--help").output
    assert "--origins" in afi("evaluate", "--help").output
    assert afi().exit_code in (0, 2)
