"""``afi risk`` on tables as others write them."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from tests.risk.market import days, named, returns
from worker_core.cli import cli


def written(path: Path, x: np.ndarray, *, form: str = "%Y-%m-%d") -> Path:
    lines = [",".join(["date", *named(x.shape[1])])]
    for day, row in zip(days(len(x)), x.tolist(), strict=True):
        cells = ["" if np.isnan(value) else repr(value) for value in row]
        lines.append(",".join([day.strftime(form), *cells]))
    path.write_text("\n".join(lines))
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, ["risk", *map(str, words)])


def test_the_json_holds_each_measure_with_percentile_contributions_and_notes(
    tmp_path: Path,
) -> None:
    answer = run(written(tmp_path / "r.csv", returns(400)), "--window", 120, "--json", "--history")
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.output)
    assert found["days"] == 400
    assert set(found["measures"]) >= {"turbulence", "absorption_ratio", "mes", "delta_covar"}
    mes = found["measures"]["mes"]
    assert mes["contributions"].keys() == set(named(8))
    assert 0 <= mes["percentile"] <= 100
    assert list(mes["history"].values())[-1] == mes["value"]
    assert np.sum(found["connectedness_table"]["percent"], axis=1) == pytest.approx(100, abs=0.01)
    assert found["coincident"] is True
    assert any("coincident" in note for note in found["notes"])


def test_words_are_given_without_json(tmp_path: Path) -> None:
    answer = run(written(tmp_path / "r.csv", returns(400)), "--window", 120)
    assert answer.exit_code == 0
    assert "Kritzman & Li" in answer.output
    assert "percentile" in answer.output


def test_prices_give_the_figures_of_their_returns(tmp_path: Path) -> None:
    x = returns(300, 3)
    prices = 50.0 * np.vstack([np.ones(3), np.cumprod(1 + x, axis=0)])
    one = run(written(tmp_path / "p.csv", prices), "--prices", "--window", 120, "--json")
    other = run(
        written(tmp_path / "r.csv", np.vstack([np.full(3, np.nan), x])), "--window", 120, "--json"
    )
    for name, measure in json.loads(other.output)["measures"].items():
        assert json.loads(one.output)["measures"][name]["value"] == pytest.approx(measure["value"])
    refused = run(tmp_path / "p.csv", "--window", 120)
    assert refused.exit_code == 1
    assert "--prices" in refused.output


def test_balances_give_srisk(tmp_path: Path) -> None:
    balance = tmp_path / "b.csv"
    balance.write_text("Name,Equity,Liabilities\nN0,100,3000\nN1,100,100\n")
    table = written(tmp_path / "r.csv", returns(400))
    found = json.loads(run(table, "--window", 120, "--balance", balance, "--json").output)["srisk"]
    assert [each["name"] for each in found] == ["N0", "N1"]
    assert found[0]["srisk"] > 0 > found[1]["srisk"]
    balance.write_text("Name,Equity\nN0,100\n")
    assert "no column liabilities" in run(table, "--balance", balance).output


def test_text_infinities_gaps_and_lines_without_a_date_are_passed_over_and_said(
    tmp_path: Path,
) -> None:
    path = written(tmp_path / "r.csv", returns(300, 3), form="%d.%m.%Y")
    lines = path.read_text().splitlines()
    lines[5] = lines[5].rsplit(",", 1)[0] + ",halted"
    lines[6] = lines[6].rsplit(",", 1)[0] + ",inf"
    lines[7] = lines[7].rsplit(",", 1)[0]
    path.write_text("\n".join([*lines, "Source: somebody,,,", ""]))
    found = json.loads(run(path, "--window", 120, "--json").output)
    said = " ".join(found["notes"])
    assert found["days"] == 300
    assert "without a date: 1 line," in said
    assert "no number: 1 cell." in said
    assert "more than all: 1 return." in said


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no header"),
        (b"date,A,B\n", "0 names with"),
        (b"<html><body>429</body></html>", "is a web page"),
        (b"date,A,B\nfoo,1,2\nbar,1,2\n", "holds no dates"),
        (b"date,A\n2020-01-01,0.1\n", "1 name with"),
        (b"date,A,B\n2020-01-01,0.1,0.2\n", "1 day with returns"),
        (b"\xff\xfe\x00\x01,a,b", "not UTF-8"),
        (b"date,A,A\n2020-01-01,0.1,0.2\n", "two columns"),
    ],
)
def test_what_is_no_table_of_returns_is_refused_in_words(
    tmp_path: Path, body: bytes, words: str
) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(body)
    answer = run(path)
    assert answer.exit_code == 1
    assert words in answer.output
    assert "Traceback" not in answer.output


def test_a_file_that_is_not_there_is_refused_in_words(tmp_path: Path) -> None:
    answer = run(tmp_path / "none.csv")
    assert answer.exit_code == 1
    assert "none.csv" in answer.output


@pytest.mark.parametrize(
    ("old", "new"), [(",", ";"), (",", "\t"), ("\n", "\r\n"), ("date", "\ufeffdate")]
)
def test_separators_line_ends_and_marks_of_other_programs_change_nothing(
    tmp_path: Path, old: str, new: str
) -> None:
    path = written(tmp_path / "r.csv", returns(300, 3))
    before = run(path, "--window", 120, "--json").output
    path.write_text(path.read_text().replace(old, new), newline="")
    assert run(path, "--window", 120, "--json").output == before


@pytest.mark.parametrize(("factor", "told"), [(100.0, "look like percent"), (1e-200, "0 names")])
def test_returns_in_another_unit_are_refused(tmp_path: Path, factor: float, told: str) -> None:
    answer = run(written(tmp_path / "r.csv", factor * returns(300, 3)), "--window", 120)
    assert answer.exit_code == 1
    assert told in answer.output
