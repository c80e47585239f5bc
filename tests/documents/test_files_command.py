"""``afi documents parse``, ``metrics`` and ``summarize``: files read without broker or database."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.documents.builders import inline, tag, zipped
from worker_core.cli import cli

REPORT = Path(__file__).parents[2] / "../shared/data/documents/10K_AAPL_2024.html"


def context(name: str, year: int) -> str:
    return (
        f'<xbrli:context id="{name}"><xbrli:entity/><xbrli:period>'
        f"<xbrli:startDate>{year}-01-01</xbrli:startDate>"
        f"<xbrli:endDate>{year}-12-31</xbrli:endDate></xbrli:period></xbrli:context>"
    )


def about(name: str, value: str) -> str:
    return f'<p><ix:nonNumeric name="dei:{name}" contextRef="of">{value}</ix:nonNumeric></p>'


def annual(year: int, revenue: str, ticker: str = "ACME", company: str = "Acme Corp") -> str:
    """An annual report with one figure."""
    said = {
        "DocumentType": "10-K", "EntityRegistrantName": company, "TradingSymbol": ticker,
        "DocumentPeriodEndDate": f"{year}-12-31",
    }  # fmt: skip
    words = "".join(about(name, value) for name, value in said.items() if value)
    return inline(words + tag(revenue, context="of"), contexts=context("of", year))


def afi(*words: str | Path) -> tuple[int, list[dict[str, Any]], str]:
    """Exit code, the JSON objects that were written, and the words on standard error."""
    done = CliRunner().invoke(cli, ["documents", *map(str, words)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    lines = done.stdout.splitlines()
    told = [json.loads(line) for line in lines] if "--json" in words else []
    return done.exit_code, told, done.stderr if told else done.output


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    contents = {
        "2023.htm": annual(2023, "800"),
        "2024.htm": annual(2024, "1000"),
        "other.htm": annual(2024, "7", "OTHR", "Other Inc"),
        "bad.pdf": "no document\x00\x01",
        "note.txt": "Revenue rose by 12% to $4.5 billion in the third quarter of 2024. "
        "The company expects earnings per share of $2.10 to $2.20 for the full year. "
        "The annual meeting is held in May.",
    }
    for name, content in contents.items():
        (tmp_path / name).write_text(content)
    return {name: tmp_path / name for name in contents}


def test_each_file_is_told_on_a_line_and_a_bad_one_keeps_no_other_from_it(
    files: dict[str, Path],
) -> None:
    code, told, _ = afi("parse", files["2024.htm"], files["bad.pdf"], files["note.txt"], "--json")
    assert code == 1
    first, bad, note = told
    assert first["file"] == str(files["2024.htm"])
    assert (first["form"], first["company"], first["ticker"]) == ("10-K", "Acme Corp", "ACME")
    assert (first["period"], first["type"], first["error"]) == ("2024-12-31", "text/html", None)
    assert first["facts"] == 5
    assert (first["truncated"], first["sections"]) == ([], {})
    assert "bad.pdf" in bad["error"]
    assert bad["error_code"]
    assert bad.keys() == first.keys() == note.keys()
    assert note["characters"] == len(files["note.txt"].read_text())
    code, _, words = afi("parse", files["2024.htm"])
    assert (code, "Acme Corp" in words) == (0, True)


def test_an_archive_gives_a_line_for_each_of_its_documents(
    files: dict[str, Path], tmp_path: Path
) -> None:
    archive = tmp_path / "filings.zip"
    members = {f"a/{name}": path.read_bytes() for name, path in files.items()}
    members |= {"../../up.txt": b"Sales fell.", "empty.txt": b"", "__MACOSX/._a": b"x"}
    archive.write_bytes(zipped(members))
    code, told, _ = afi("parse", archive, "--json")
    assert code == 1
    assert [one["file"] for one in told] == [
        *(f"{archive}/a/{name}" for name in files), f"{archive}/up.txt", f"{archive}/empty.txt",
    ]  # fmt: skip
    assert [one["file"] for one in told if one["error"]] == [
        f"{archive}/a/bad.pdf", f"{archive}/empty.txt",
    ]  # fmt: skip
    archive.write_bytes(zipped({}))
    code, (nothing,), _ = afi("parse", archive, "--json")
    assert (code, nothing["error_code"]) == (1, "nothing_readable")


def test_a_name_that_is_no_text_and_a_folder_are_told_like_any_other(tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\x1b[31m.txt"))
    odd.write_text("Sales rose.")
    code, (file, folder), _ = afi("parse", odd, tmp_path, "--json")
    assert code == 1
    assert (file["error"], file["characters"]) == (None, 11)
    assert folder["error_code"] == "folder"


def test_reports_of_one_company_are_joined_and_others_stand_for_themselves(
    files: dict[str, Path],
) -> None:
    code, told, _ = afi(
        "metrics", *(files[n] for n in ("2023.htm", "2024.htm", "other.htm")), "--json"
    )
    assert code == 0
    acme, other = told
    assert acme["files"] == [str(files["2023.htm"]), str(files["2024.htm"])]
    assert acme["period"] == {"start": "2024-01-01", "end": "2024-12-31", "basis": "annual"}
    growth = acme["metrics"]["revenue_growth"]
    assert growth["value"] == 0.25
    assert [one["documents"] for one in growth["inputs"]] == [
        [str(files["2024.htm"])], [str(files["2023.htm"])],
    ]  # fmt: skip
    assert growth["formula_version"] == "1"
    assert acme["metrics"]["gross_margin"]["value"] is None
    assert acme["metrics"]["gross_margin"]["missing"]
    assert (other["ticker"], other["metrics"]["revenue"]["value"]) == ("OTHR", 7)
    _, told, _ = afi("metrics", files["2023.htm"], files["2024.htm"], "--all", "--json")
    assert [one["period"]["end"] for one in told] == ["2024-12-31", "2023-12-31"]
    _, (only,), _ = afi("metrics", files["2024.htm"], files["other.htm"], "--ticker", "X", "--json")
    assert only["metrics"]["revenue"]["reason"].count("reported as 7 and as 1000") == 1


def test_what_gives_no_figures_is_said_beside_those_that_do(files: dict[str, Path]) -> None:
    code, told, _ = afi("metrics", files["note.txt"], files["bad.pdf"], files["2024.htm"], "--json")
    assert code == 1
    assert [(one["ticker"], one["error_code"]) for one in told[1:]] == [
        ("ACME", None), (None, "no_figures"),
    ]  # fmt: skip
    assert told[0]["file"] == str(files["bad.pdf"])
    code, _, words = afi("metrics", files["2024.htm"])
    assert code == 0
    assert "revenue_growth" in words
    assert afi("metrics", files["2024.htm"], "--market-value", "much")[0] == 2


def test_summaries_are_of_one_length_and_quote_their_places(files: dict[str, Path]) -> None:
    code, told, _ = afi(
        "summarize", files["note.txt"], files["2024.htm"], "--sentences", "2", "--json"
    )
    assert code == 0
    note, report = told
    assert (note["version"], note["asked"]) == (report["version"], report["asked"])
    text = files["note.txt"].read_text()
    assert len(note["sentences"]) == 2
    for sentence in note["sentences"]:
        assert text[sentence["start"] : sentence["end"]] == sentence["text"]
    _, _, words = afi("summarize", files["note.txt"], "--sentences", "1")
    assert "earnings per share" in words or "Revenue rose" in words


def test_reading_a_file_loads_neither_celery_nor_the_database_nor_numpy() -> None:
    heavy = ("celery", "kombu", "redis", "sqlalchemy", "numpy", "pandas")
    script = (
        "import sys; from worker_core.cli import cli\n"
        "cli(['documents', 'parse', '--json', 'no-such.pdf'], standalone_mode=False)\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


@pytest.mark.skipif(not REPORT.exists(), reason="the shared data is not here")
def test_the_figures_of_a_real_report() -> None:
    code, (told,), _ = afi("metrics", REPORT, "--market-value", "3,449,000,000,000", "--json")
    assert code == 0
    metrics = {name: metric["value"] for name, metric in told["metrics"].items()}
    assert round(metrics["gross_margin"], 5) == 0.46206
    assert round(metrics["beneish_m"], 3) == -2.727
    assert metrics["piotroski_f"] == 6
    assert metrics["altman_z"] > 3
