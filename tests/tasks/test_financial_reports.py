"""Facts out of documents and metrics out of facts, through a real worker."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import delete

from tests.tasks.conftest import System, until
from worker_core.market.bars import Bars
from worker_core.operations import batches, corrections
from worker_core.operations.batches import BatchProgress
from worker_core.operations.errors import InvalidArguments
from worker_core.operations.submit import submit
from worker_core.storage import DocumentRecord, schema
from worker_core.storage.engine import create_engine, writing

pytestmark = pytest.mark.slow

REPORTS = "data_processing.process_financial_reports"
METRICS = "data_processing.calculate_financial_metrics"
PROCESS = "document_processing.process_document"

APPLE = Path(__file__).parents[2] / "../shared/data/documents/10K_AAPL_2024.html"

PAGE = """<html><body><div style="display:none"><ix:header><ix:resources>
{contexts}<xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>
</ix:resources></ix:header></div>
<p>FORM <ix:nonNumeric name="dei:DocumentType" contextRef="y{year}">10-K</ix:nonNumeric></p>
<p><ix:nonNumeric name="dei:EntityRegistrantName" contextRef="y{year}">{company}</ix:nonNumeric></p>
<p><ix:nonNumeric name="dei:TradingSymbol" contextRef="y{year}">{ticker}</ix:nonNumeric></p>
<p>For the year ended
<ix:nonNumeric name="dei:DocumentPeriodEndDate" contextRef="y{year}">{year}-12-31
</ix:nonNumeric></p>
<table>{rows}</table></body></html>"""
CONTEXT = """<xbrli:context id="y{year}"><xbrli:entity/><xbrli:period>
<xbrli:startDate>{year}-01-01</xbrli:startDate><xbrli:endDate>{year}-12-31</xbrli:endDate>
</xbrli:period></xbrli:context>"""
ROW = (
    '<tr><td>Revenue</td><td><ix:nonFraction name="us-gaap:Revenues" contextRef="y{year}" '
    'unitRef="usd" decimals="0" id="r{year}">{value}</ix:nonFraction></td></tr>'
)


def page(company: str, ticker: str, year: int, revenue: dict[int, int]) -> bytes:
    """An annual report of a company that states its revenue by year."""
    contexts = "".join(CONTEXT.format(year=one) for one in {year, *revenue})
    rows = "".join(ROW.format(year=one, value=value) for one, value in revenue.items())
    return PAGE.format(
        contexts=contexts, rows=rows, company=company, ticker=ticker, year=year
    ).encode()


def run(system: System, name: str, arguments: dict[str, Any]) -> Any:
    task = submit(name, arguments, settings=system.settings)
    outcome = system.outcome(task.task_id)
    assert outcome.state == "SUCCESS", outcome
    return outcome.result | {"task_id": task.task_id}


def refused(system: System, name: str, arguments: dict[str, Any]) -> str:
    outcome = system.outcome(submit(name, arguments, settings=system.settings).task_id)
    assert outcome.state == "FAILURE", outcome
    return str(outcome.error)


def processed(system: System, content: bytes, filename: str) -> DocumentRecord:
    artifact = system.storage.artifacts.put_bytes(content)
    run(system, PROCESS, {"document": artifact.sha256, "filename": filename})
    record = system.storage.documents.by_sha(artifact.sha256)
    assert record is not None
    return record


def ended(system: System, batch_id: str) -> BatchProgress:
    def all_done() -> BatchProgress | None:
        found = batches.progress(batch_id, settings=system.settings)
        return found if found.done == found.total else None

    return until(all_done)


def forget_the_facts(system: System) -> None:
    """As of documents that were read before their facts were kept."""
    engine = create_engine(system.settings.database_url)
    with writing(engine) as connection:
        connection.execute(delete(schema.fact_sets))
        connection.execute(delete(schema.xbrl_facts))
    engine.dispose()


def test_annual_reports_of_two_years_give_growth_and_the_older_value_stays_visible(
    system: System,
) -> None:
    last = processed(system, page("Acme Corp", "ACME", 2023, {2023: 800, 2022: 640}), "2023.htm")
    this = processed(system, page("ACME CORP", "ACME", 2024, {2024: 1000, 2023: 790}), "2024.htm")
    answer = run(system, METRICS, {"tickers": ["ACME"]})
    assert answer["documents"] == [last.id, this.id]
    assert answer["periods"] == {"annual": 3}
    again = run(system, METRICS, {"tickers": ["ACME"]})
    assert again["calculated"] == answer["calculated"]
    periods = system.storage.metrics.periods("ACME")
    assert len(periods) == 3
    growth = periods[0]["revenue_growth"]
    assert growth.value == Decimal("0.265822784810")
    assert growth.inputs[0]["documents"] == [str(this.id)]
    (used,) = periods[1]["revenue"].inputs
    assert (used["value"], used["source"]) == ("790", "#r2023")
    assert used["note"] == "restated in the report for the period to 2024-12-31"
    assert used["earlier"] == [
        {"value": "800", "filed": None, "document": str(last.id), "source": "#r2023"}
    ]
    assert periods[1].documents == (last.id, this.id)
    assert periods[0]["gross_margin"].missing == ("gross profit from 2024-01-01 to 2024-12-31",)
    series = system.storage.metrics.metric_series("ACME", ["revenue", "revenue_growth"])
    assert series["revenue"].values == (Decimal(640), Decimal(790), Decimal(1000))
    assert series["revenue_growth"].values[0] is None


def test_facts_of_documents_that_were_read_before_are_taken_from_the_stored_file(
    system: System,
) -> None:
    good = [processed(system, page(f"Firm {n}", f"F{n}", 2024, {2024: n}), "f.htm") for n in (1, 2)]
    gone = processed(system, page("Gone Inc", "GONE", 2024, {2024: 3}), "gone.htm")
    forget_the_facts(system)
    system.storage.artifacts.delete(gone.sha256)
    ids = [good[0].id, gone.id, good[1].id, 10**9]
    first = run(system, REPORTS, {"document_ids": ids})
    assert len(first["tasks"]) == 4
    assert ended(system, first["task_id"]) == BatchProgress(4, 2, 2, 0, 0)
    states = batches.items(first["task_id"], settings=system.settings)
    assert [one.key for one in states if one.state == "failed"] == [str(gone.id), str(10**9)]
    assert "There is no document 1000000000" in str(states[-1].error)
    for record in good:
        assert system.storage.facts.of(record.id)
    second = run(system, REPORTS, {"document_ids": ids[:3]})
    assert second["already_processed"] == [good[0].id, good[1].id]
    assert len(second["tasks"]) == 1
    assert run(system, REPORTS, {"document_ids": [good[0].id]})["already_processed"] is True
    forget_the_facts(system)
    again = run(system, PROCESS, {"document": good[1].sha256, "filename": "f.htm"})
    assert again["already_processed"] is False
    assert system.storage.facts.of(good[1].id)


def test_many_companies_are_calculated_one_by_one_and_only_where_something_changed(
    system: System,
) -> None:
    for n in (1, 2):
        processed(system, page(f"Many {n}", f"M{n}", 2024, {2024: 100 + n}), "m.htm")
    first = run(system, METRICS, {"tickers": ["M1", "M2", "NONE"]})
    assert (first["companies"], len(first["tasks"])) == (3, 3)
    assert ended(system, first["task_id"]) == BatchProgress(3, 2, 1, 0, 0)
    processed(system, page("Many 2", "M2", 2023, {2023: 90}), "m.htm")
    second = run(system, METRICS, {"tickers": ["M1", "M2"]})
    assert second["already_calculated"] == ["M1"]
    ended(system, second["task_id"])
    growth = system.storage.metrics.metric_series("M2", ["revenue_growth"])["revenue_growth"]
    assert growth.values == (None, Decimal("0.133333333333"))
    assert "No stored document reports figures of NONE" in refused(
        system, METRICS, {"tickers": ["NONE"]}
    )


def test_a_company_name_that_matches_two_tickers_is_said_and_its_document_left_out(
    system: System,
) -> None:
    processed(system, page("Twin Corp", "TWA", 2024, {2024: 10}), "a.htm")
    processed(system, page("Twin Corp", "TWB", 2024, {2024: 20}), "b.htm")
    neither = processed(system, page("TWIN CORPORATION", "", 2023, {2023: 5}), "c.htm")
    answer = run(system, METRICS, {"tickers": ["TWA"]})
    assert neither.id not in answer["documents"]
    (left,) = (one for one in answer["unassigned"] if one["document_id"] == neither.id)
    assert "TWA and TWB" in left["reason"]
    system.storage.documents.correct(neither.id, {"ticker": "TWB"}, "ana")
    run(system, METRICS, {"tickers": ["TWB"]})
    growth = system.storage.metrics.metric_series("TWB", ["revenue_growth"])["revenue_growth"]
    assert growth.values == (None, Decimal(3))


def test_a_company_without_a_ticker_is_calculated_by_its_name(system: System) -> None:
    processed(system, page("Nameless & Sons", "", 2024, {2024: 7}), "n.htm")
    answer = run(system, METRICS, {"companies": ["NAMELESS AND SONS"]})
    assert (answer["entity"], answer["ticker"]) == ("name:nameless and sons", None)
    (kept,) = system.storage.metrics.periods(entity="name:nameless and sons")
    assert kept["revenue"].value == 7
    processed(system, page("Nameless and Sons", "NMLS", 2023, {2023: 6}), "n.htm")
    everything = run(system, METRICS, {})
    ended(system, everything["task_id"])
    assert system.storage.metrics.periods(entity="name:nameless and sons") == ()
    assert len(system.storage.metrics.periods("NMLS")) == 2


def test_a_corrected_ticker_moves_the_figures_to_the_other_company_and_back(
    system: System,
) -> None:
    def revenue(ticker: str) -> list[float]:
        series = system.storage.metrics.metric_series(ticker, ["revenue"])
        return [value for _, value in series["revenue"].known] if series else []

    old = processed(system, page("Mover Corp", "MOVE", 2023, {2023: 10}), "a.htm")
    new = processed(system, page("Mover Corp", "MOVD", 2024, {2024: 20}), "b.htm")
    run(system, METRICS, {"tickers": ["MOVE"]})
    assert revenue("MOVE") == [10]
    moved = corrections.correct(new.id, {"ticker": "move"}, by="ana", settings=system.settings)
    assert moved.document.ticker == "MOVE"
    (anew,) = moved.recalculations
    assert system.outcome(anew.task_id).state == "SUCCESS"
    assert revenue("MOVE") == [10, 20]
    again = run(system, PROCESS, {"document": new.sha256, "filename": "b.htm"})
    assert again["already_processed"] is True
    forget_the_facts(system)
    run(system, PROCESS, {"document": new.sha256, "filename": "b.htm"})
    run(system, REPORTS, {"document_ids": [old.id]})
    kept = corrections.corrected(new.id, settings=system.settings)
    assert [(c.field, c.value, c.found, c.corrected_by) for c in kept.corrections] == [
        ("ticker", "MOVE", "MOVD", "ana")
    ]
    back = corrections.undo(new.id, settings=system.settings)
    assert (back.document.ticker, back.corrections) == ("MOVD", ())
    (anew,) = back.recalculations
    batch = system.outcome(anew.task_id)
    assert ended(system, anew.task_id).succeeded == len(batch.result["tasks"])
    assert (revenue("MOVE"), revenue("MOVD")) == ([10], [20])


def test_a_corrected_ticker_takes_a_document_out_of_the_other_s_series_of_sentiment(
    system: System,
) -> None:
    record = processed(system, b"Revenue rose by 12%. Profit fell sharply.", "tone.txt")
    day: dict[str, str | date | None] = {"ticker": "TONE", "filing_date": datetime.now(UTC).date()}
    assert corrections.correct(record.id, day, settings=system.settings).recalculations == ()
    run(system, "sentiment_analysis.analyze_document_sentiment", {"document": record.sha256})
    run(system, "sentiment_analysis.update_sentiment_trends", {"tickers": ["TONE"]})
    moved = corrections.correct(record.id, {"ticker": "TUNE"}, settings=system.settings)
    (anew,) = moved.recalculations
    answer = system.outcome(anew.task_id).result
    assert [(one["ticker"], one["documents"]) for one in answer["trends"]] == [("TONE", 0)]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Nothing is corrected"),
        ({"status": "failed"}, "cannot be corrected"),
        ({"ticker": "no ticker at all"}, "cannot be the ticker"),
        ({"period": "last year"}, "cannot be the period"),
        ({"company": "x" * 201}, "cannot be the company"),
    ],
)
def test_a_correction_that_does_not_fit_is_refused_in_words(
    system: System, values: dict[str, str | date | None], words: str
) -> None:
    record = processed(system, b"A plain note.", "note.txt")
    with pytest.raises(InvalidArguments, match=words):
        corrections.correct(record.id, values, settings=system.settings)
    assert corrections.corrected(record.id, settings=system.settings).corrections == ()


def test_documents_are_corrected_on_the_command_line(system: System) -> None:
    record = processed(system, b"Another plain note.", "note.txt")

    def afi(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "worker_core", "documents", "correct", *words],
            env=system.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    number = str(record.id)
    done = afi(number, "--ticker", "note", "--filed", "2024-11-01", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["ticker"], told["filing_date"]) == ("NOTE", "2024-11-01")
    assert [one["field"] for one in told["corrections"]] == ["ticker", "filing_date"]
    assert told["recalculations"] == []
    assert "NOTE  (corrected; found: —)" in afi(number).stdout
    undone = json.loads(afi(number, "--undo", "filed", "--json").stdout)
    assert (undone["ticker"], undone["filing_date"]) == ("NOTE", None)
    assert "There is no document 999999" in afi("999999", "--ticker", "A").stderr


def test_altman_s_z_takes_the_market_value_from_the_stored_price(system: System) -> None:
    """Apple in fiscal 2022, from the five ratios as published."""
    values = [
        ("AssetsCurrent", "-0.0527", "", "USD"), ("LiabilitiesCurrent", "0", "", "USD"),
        ("Assets", "1", "", "USD"), ("RetainedEarningsAccumulatedDeficit", "-0.0087", "", "USD"),
        ("Liabilities", "1", "", "USD"), ("CommonStockSharesOutstanding", "2", "", "shares"),
        ("OperatingIncomeLoss", "0.3459", "2021-09-26", "USD"),
        ("Revenues", "1.1179", "2021-09-26", "USD"),
    ]  # fmt: skip
    lines = ["concept,value,start,end,unit"]
    lines += [
        f"us-gaap:{name},{value},{start},2022-09-24,{unit}" for name, value, start, unit in values
    ]
    artifact = system.storage.artifacts.put_bytes("\n".join(lines).encode())
    said = {"document": artifact.sha256, "filename": "facts.csv", "ticker": "ALTZ"}
    run(system, PROCESS, said)
    run(system, METRICS, {"tickers": ["ALTZ"]})
    without = system.storage.metrics.periods("ALTZ")[0]["altman_z"]
    assert without.value is None
    assert without.missing == ("market value of equity on 2022-09-24",)
    price = np.array([3.0, 3.4707, 9.0])
    days = np.array(["2022-09-22", "2022-09-23", "2022-09-26"], "datetime64[D]")
    bars = Bars("ALTZ", days, price, price, price, price, price, currency="USD", provider="test")
    system.storage.market.upsert_bars(bars)
    run(system, METRICS, {"tickers": ["ALTZ"]})
    found = system.storage.metrics.periods("ALTZ")[0]["altman_z"]
    assert found.value is not None
    assert round(found.value, 3) == Decimal("6.349")
    (market,) = (one for one in found.inputs if one["line"] == "market_value")
    assert str(market["origin"]).startswith("close of 2022-09-23, 3.4707")


def test_what_a_wrong_scale_leaves_and_what_a_limit_cuts_is_kept_to_be_shown(
    system: System,
) -> None:
    wrong = page("Scale Corp", "SCAL", 2024, {2024: 5_000_000, 2023: 4}).replace(
        b'decimals="0" id="r2023"', b'scale="99" id="r2023"'
    )
    record = processed(system, wrong, "s.htm")
    assert isinstance(record.truncated, list)
    assert "1 tagged value was left out" in str(record.truncated[0])
    taken = system.storage.facts.taken([record.id])[record.id]
    assert taken.truncated == record.truncated
    processed(system, page("Scale Corp", "SCAL", 2023, {2023: 4}), "s.htm")
    answer = run(system, METRICS, {"tickers": ["SCAL"]})
    assert answer["warnings"] == 1
    (warning,) = system.storage.metrics.periods("SCAL")[0].warnings
    assert "wrong scale" in warning


@pytest.mark.skipif(not APPLE.exists(), reason="the shared data is not here")
def test_the_metrics_of_a_real_annual_report_are_those_worked_out_before(system: System) -> None:
    record = processed(system, APPLE.read_bytes(), APPLE.name)
    assert (record.ticker, record.document_type, record.period) == ("AAPL", "10-K", "2024-09-28")
    run(system, METRICS, {"tickers": ["AAPL"]})
    latest, *_ = system.storage.metrics.periods("AAPL", basis="annual")
    expected = {
        "gross_margin": ".46206", "net_margin": ".23971", "operating_margin": ".31510",
        "current_ratio": ".86731", "revenue_growth": ".02022", "piotroski_f": "6",
        "return_on_closing_equity": "1.64594",
    }  # fmt: skip
    for name, value in expected.items():
        found = latest[name].value
        assert found is not None
        assert round(found, 5) == Decimal(value), name
    assert round(latest["return_on_equity"].value or 0, 4) == Decimal("1.5741")
    assert round(latest["beneish_m"].value or 0, 3) == Decimal("-2.727")
    note = latest["piotroski_f"].note
    assert "return on assets rose; the current ratio rose; the asset turnover rose" in note
    assert latest["altman_z"].missing
    assert all(metric.inputs or metric.missing for metric in latest.metrics)
