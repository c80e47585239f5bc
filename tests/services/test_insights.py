"""What the store knows of a symbol, read together."""

import asyncio
from collections.abc import Coroutine, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest

from desktop_app.services import insights as service
from desktop_app.services.blocking import Blocking
from desktop_app.services.insights import FEWEST_PRICES, Insights
from tests.databases import file_of, lay
from tests.seeded_insights import seed_comparison
from worker_core import settings
from worker_core.forecasting.price.data import FEWEST_SESSIONS
from worker_core.market.bars import Action, Bars
from worker_core.market.records import Finding, Symbol
from worker_core.operations.errors import LedgerUnavailable
from worker_core.storage import (
    AnomalyRecord,
    ForecastPoint,
    MetricPeriod,
    MetricRecord,
    NewForecast,
    RiskSeries,
    RiskUniverse,
    Storage,
)

T = TypeVar("T")
TASK = "t"


@pytest.fixture
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("AFI_DATABASE_URL", "")
    settings.current.cache_clear()
    values = settings.current()
    lay(file_of(values.database_url))
    with Storage.open(values.database_url, values.artifacts_url) as opened:
        yield opened
    settings.current.cache_clear()


@pytest.fixture
def insights() -> Iterator[Insights]:
    blocking = Blocking(1, "test")
    yield Insights(blocking)
    blocking.close()


def asked(question: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(question)


def bars(symbol: str, count: int = 10, **columns: float) -> Bars:
    days = np.busday_offset(np.datetime64("2020-01-01"), np.arange(count), roll="forward")
    flat = np.full(count, 100.0)
    values = dict.fromkeys(("open", "high", "low", "close", "volume"), flat)
    values |= {name: np.full(count, value) for name, value in columns.items()}
    return Bars(symbol, days, **values, currency="USD", provider="test")


def test_an_empty_store_knows_nothing(storage: Storage, insights: Insights) -> None:
    assert asked(insights.known()) == ()
    picture = asked(insights.picture("AAPL", adjusted=True))
    assert picture.empty
    assert len(picture.prices) == 0
    assert asked(insights.risk()).universe is None
    comparison = asked(insights.comparison(["A", "B"], "annual"))
    assert [one.metrics for one in comparison.companies] == [{}, {}]
    assert comparison.tone is None


def test_symbols_come_from_prices_metrics_and_sentiment(
    storage: Storage, insights: Insights
) -> None:
    storage.market.upsert_bars(bars("ZZZ"))
    storage.market.save_symbol(Symbol("OLD", name="Without prices"))
    period = MetricPeriod(
        "BBB", "BBB", "Bee", "annual", date(2020, 1, 1), date(2020, 12, 31), "USD", (), (),
        (MetricRecord("revenue", "amounts", Decimal(5), "money", "r", "1"),),
    )  # fmt: skip
    storage.metrics.replace("BBB", [period])
    found = {one.symbol: one for one in asked(insights.known())}
    assert list(found) == ["BBB", "OLD", "ZZZ"]
    assert found["BBB"].name == "Bee"
    assert (found["ZZZ"].prices, found["OLD"].prices) == (True, False)


def test_a_split_is_told_and_prices_are_shown_both_ways(
    storage: Storage, insights: Insights
) -> None:
    one = bars("AAA")
    split = one.dates[5].item()
    storage.market.upsert_bars(one)
    storage.market.upsert_actions([Action("AAA", split, "split", 2.0, "USD", "test")])
    adjusted = asked(insights.picture("AAA", adjusted=True)).prices
    raw = asked(insights.picture("AAA", adjusted=False)).prices
    assert adjusted.adjusted
    assert adjusted.closes[0] == 50.0
    assert raw.closes[0] == 100.0
    assert raw.splits == ((split, 2.0),)


def test_an_action_that_cannot_be_leaves_the_prices_as_traded_and_says_so(
    storage: Storage, insights: Insights
) -> None:
    one = bars("AAA")
    storage.market.upsert_bars(one)
    day = one.dates[5].item()
    storage.market.upsert_actions([Action("AAA", day, "dividend", 500.0, "USD", "test")])
    prices = asked(insights.picture("AAA", adjusted=True)).prices
    assert not prices.adjusted
    assert "dividend of 500" in prices.problem
    assert prices.closes[0] == 100.0


def test_missing_and_infinite_columns_are_nan_and_held_back_bars_are_counted(
    storage: Storage, insights: Insights
) -> None:
    one = bars("AAA", open=np.nan, volume=np.nan)
    storage.market.upsert_bars(one)
    day = one.dates[2].item()
    storage.market.save_findings(
        "AAA", [Finding("bad_tick", "error", "quarantined", "It is wrong.", (day,), 1)]
    )
    prices = asked(insights.picture("AAA", adjusted=True)).prices
    assert len(prices) == 9
    assert prices.held_back == 1
    assert np.isnan(prices.opens).all()
    assert np.isnan(prices.volumes).all()


def forecast(kind: Any, metric: str, as_of: date) -> NewForecast:
    return NewForecast(
        kind, "AAA", as_of, 1, "v", 1.0, (0.5,), (ForecastPoint(1, None, 1.0, (1.0,)),), 0, "h",
        metric=metric,
    )  # fmt: skip


def test_of_forecasts_the_newest_come_first_and_of_each_metric_the_newest_alone(
    storage: Storage, insights: Insights
) -> None:
    days = [date(2020, 1, n) for n in (1, 2, 3)]
    storage.forecasts.save_many([forecast("price", "", day) for day in days])
    storage.forecasts.save_many([forecast("metric", "revenue", day) for day in days])
    storage.forecasts.save_many([forecast("metric", "margin", days[0])])
    picture = asked(insights.picture("AAA", adjusted=True))
    assert [one.as_of for one in picture.forecasts] == days[::-1]
    newest = {name: one.as_of for name, one in picture.metric_forecasts.items()}
    assert newest == {"revenue": days[2], "margin": days[0]}
    assert not picture.empty


def test_anomalies_of_a_companys_metrics_are_its_own_and_no_other_symbols(
    storage: Storage, insights: Insights
) -> None:
    at = datetime(2020, 1, 2, tzinfo=UTC)
    for subject, kind in (("AAA revenue", "metric"), ("AAA", "price"), ("AAAB", "price")):
        record = AnomalyRecord(subject, kind, "d", at, 1.0, 0.9, 3.0, "u", 0.9, "w")  # type: ignore[arg-type]
        storage.anomalies.replace(subject, kind, [record])  # type: ignore[arg-type]
    found = asked(insights.picture("AAA", adjusted=True)).anomalies
    assert {one.subject for one in found} == {"AAA", "AAA revenue"}


def test_a_stored_comparison_counts_where_it_has_all_companies(
    storage: Storage, insights: Insights
) -> None:
    tones = {"A": [0.1 * n for n in range(9)], "B": [0.2 * n for n in range(9)], "C": [0.1]}
    seed_comparison(storage, tones, date(2020, 1, 1))
    both = asked(insights.comparison(["B", "A"], "annual")).tone
    assert both is not None
    assert [(d["first"], d["second"]) for d in both.differences] == [("B", "A")]
    assert asked(insights.comparison(["A", "D"], "annual")).tone is None


def test_risk_is_of_the_universe_that_is_asked_for_or_the_last_measured(
    storage: Storage, insights: Insights
) -> None:
    days = [date(2020, 1, 1), date(2020, 1, 2)]
    for name, window in (("one", 60), ("two", 60), ("one", 120)):
        about = RiskUniverse(name, window, ("A", "B"), days[1], (), None, TASK)
        series = RiskSeries("mes", days, [0.1, window / 100], [None, 50.0], {"A": 0.3})
        storage.risk.replace(about, [series])
    newest = asked(insights.risk())
    assert newest.universe is not None
    assert (newest.universe.universe, newest.universe.window) == ("one", 120)
    assert len(newest.universes) == 3
    assert newest.measures[0].contributions == {"A": 0.3}
    assert newest.measures[0].percentiles == [None, 50.0]
    asked_for = asked(insights.risk("two", 60))
    assert asked_for.measures[0].values == [0.1, 0.6]


def test_a_database_that_does_not_answer_is_said_with_what_to_do(
    insights: Insights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("AFI_DATABASE_URL", "postgresql://127.0.0.1:9/none")
    settings.current.cache_clear()
    try:
        with pytest.raises(LedgerUnavailable) as raised:
            asked(insights.known())
        assert raised.value.message
        assert raised.value.remedy
    finally:
        settings.current.cache_clear()


def test_what_is_too_little_for_a_forecast_is_what_the_forecasts_say() -> None:
    assert service.FEWEST_PRICES == FEWEST_SESSIONS + 1
    assert FEWEST_PRICES > 1
