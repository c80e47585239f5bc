"""Market data through a real worker, from sources that answer well and badly."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.market.conftest import Asked, Reply, Source
from tests.tasks.conftest import System, until
from worker_core.operations.results import TaskResult
from worker_core.operations.submit import submit

pytestmark = pytest.mark.slow

KEY = "key-that-nobody-sees"
FACTS = {
    "cik": 320193,
    "entityName": "Example Inc.",
    "facts": {
        "us-gaap": {
            "Assets": {
                "label": "Assets",
                "units": {
                    "USD": [
                        {"end": "2023-12-31", "val": 100, "form": "10-K", "filed": "2024-02-01"}
                    ]
                },
            }
        }
    },
}


@pytest.fixture(scope="module")
def source() -> Iterator[Source]:
    source = Source()
    yield source
    source.close()


@pytest.fixture(scope="module")
def more_environment(source: Source) -> dict[str, str]:
    names = ("tiingo", "fred", "sec", "sec_files")
    urls = ", ".join(f"{name}={source.url}" for name in names)
    return {
        "AFI_PROVIDER_URLS": urls,
        "AFI_TIINGO_API_KEY": KEY,
        "AFI_PROVIDER_BUDGET_S": "2",
        # None of these tasks needs what other tasks want loaded.
        "AFI_WORKER_PRELOAD": "false",
        "AFI_SEC_USER_AGENT": "Tests tests@example.com",
        "AFI_SEC_TICKERS": "AAPL, NONE",
        "AFI_FRED_SERIES": "DGS10,GONE",
    }


def run(system: System, name: str, **arguments: Any) -> TaskResult:
    task = submit(f"data_processing.{name}", arguments, settings=system.settings)
    return system.outcome(task.task_id)


def value(outcome: TaskResult) -> Any:
    assert outcome.state == "SUCCESS", outcome
    return outcome.result


def bar(day: str, close: float = 100.0) -> dict[str, Any]:
    prices = dict.fromkeys(("open", "high", "low", "close"), close)
    return {"date": f"{day}T00:00:00.000Z", "volume": 10, **prices}


def test_the_sample_is_fetched_checked_and_left_alone_the_second_time(system: System) -> None:
    nothing = value(run(system, "update_market_data"))
    assert (nothing["updated"], nothing["symbols"]) == (0, {})
    assert system.storage.market.symbols() == []
    first = value(run(system, "update_market_data", provider="sample"))
    assert (first["updated"], first["written"]) == (7, 22_216)
    market = system.storage.market
    assert len(market.bars("AAPL")) == 3270
    assert len(market.actions("AAPL")) == 5
    again = value(run(system, "update_market_data", provider="sample"))
    assert (again["updated"], again["current"], again["written"]) == (0, 7, 0)
    checked = value(run(system, "data_quality_check", tickers=["AAPL", "NONE"]))
    assert checked["unknown"] == ["NONE"]
    assert "crash" in checked["symbols"]["AAPL"]["checks"]
    stored = {one.finding.check for one in market.findings("AAPL")}
    assert stored == set(checked["symbols"]["AAPL"]["checks"])


def test_one_bad_symbol_fails_alone_and_a_negative_price_is_held_back(
    system: System, source: Source
) -> None:
    def answer(asked: Asked) -> Reply:
        if "/BAD/" in asked.path:
            return Reply(b"<html>Not here</html>")
        return Reply([bar("2024-01-02"), bar("2024-01-03", -5.0), bar("2024-01-04", 101.0)])

    source.replies_by(answer)
    found = value(run(system, "update_market_data", provider="tiingo", tickers=["T1", "BAD", "T2"]))
    assert found["symbols"]["BAD"]["problem"]["code"] == "bad_answer"
    assert found["symbols"]["T1"]["written"] == 3
    assert found["symbols"]["T2"]["quarantined"] == 1
    assert system.storage.market.bars("T2").close.tolist() == [100.0, 101.0]
    assert KEY not in str(found)


def test_a_limit_for_an_hour_keeps_what_came_and_says_when_to_try_again(
    system: System, source: Source
) -> None:
    limited = Reply({}, status=429, headers={"Retry-After": "3600"})
    source.replies([bar("2024-01-02")], limited)
    found = value(run(system, "update_market_data", provider="tiingo", tickers=["L1", "L2", "L3"]))
    assert found["symbols"]["L1"]["written"] == 1
    assert found["missing"] == ["L3"]
    assert found["stopped"]["retry_after_s"] == 3600
    assert "60 minutes" in found["stopped"]["message"]
    # What was not come to is fetched by the next run; what was is left alone.
    source.replies([bar("2024-01-02")])
    again = value(run(system, "update_market_data", provider="tiingo", tickers=["L1", "L2", "L3"]))
    assert sorted(again["symbols"]) == ["L2", "L3"]


def test_a_source_that_is_not_set_up_fails_for_good_in_words(system: System) -> None:
    outcome = run(system, "update_market_data", provider="polygon", tickers=["ABC"])
    assert outcome.state == "FAILURE"
    assert "AFI_POLYGON_API_KEY" in str(outcome.result)
    outcome = run(system, "update_market_data", provider="nonsense", tickers=["ABC"])
    assert "no provider 'nonsense'" in str(outcome.result)


def test_economic_series_and_facts_are_fetched_each_alone(system: System, source: Source) -> None:
    def answer(asked: Asked) -> Reply:
        if asked.path.endswith("fredgraph.csv"):
            known = asked.parameters["id"] == "DGS10"
            csv = b"observation_date,DGS10\n2024-01-02,3.95\n2024-01-03,.\n"
            return Reply(csv) if known else Reply(b"<html>", status=404)
        if asked.path.endswith("company_tickers.json"):
            return Reply({"0": {"cik_str": 320193, "ticker": "AAPL"}})
        return Reply(FACTS)

    source.replies_by(answer)
    found = value(run(system, "sync_external_data"))
    assert found["fred"]["DGS10"] == {"observations": 1, "written": 1}
    assert found["fred"]["GONE"]["problem"]["code"] == "unknown_symbol"
    assert found["sec"]["NONE"]["problem"]["code"] == "unknown_symbol"
    series = system.storage.market.observations("DGS10")
    assert (series.dates.tolist(), series.values.tolist()) == ([date(2024, 1, 2)], [3.95])

    def read() -> bool | None:
        record = system.storage.documents.by_sha(found["sec"]["AAPL"]["document"])
        return True if record is not None and record.status == "parsed" else None

    until(read)
    again = value(run(system, "sync_external_data", sources=["sec"]))
    assert again["sec"]["AAPL"]["task"] == found["sec"]["AAPL"]["task"]


def test_a_source_that_does_not_exist_is_named(system: System) -> None:
    outcome = run(system, "sync_external_data", sources=["bloomberg"])
    assert outcome.state == "FAILURE"
    assert "fred, sec" in str(outcome.result)
    assert run(system, "data_quality_check", tickers=["NONE"]).state == "FAILURE"


def test_a_clean_up_tells_first_and_removes_only_when_asked(system: System) -> None:
    told = value(run(system, "cleanup_old_data"))
    assert told["dry_run"] is True
    assert told["kinds"]["bars"] == {"kept_days": None, "count": 0, "bytes": 0}
    assert {"documents", "failed_documents", "models", "findings", "results", "tasks"} <= set(
        told["kinds"]
    )
    done = value(run(system, "cleanup_old_data", dry_run=False))
    assert done["dry_run"] is False
    assert "temporary_folders" in done["kinds"]
    assert system.storage.market.symbols()
