"""The bodies of the tasks that forecast prices, over a real database."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.forecasting.price.markets import Market, market
from worker_core.arguments import (
    BatchForecasts,
    ForecastAccuracy,
    RetrainModels,
    SomeTickers,
    StockForecast,
)
from worker_core.market.bars import Action, Bars
from worker_core.market.calendar import sessions_after
from worker_core.market.records import Symbol
from worker_core.storage import Storage
from worker_core.tasks import forecasting, price_models, price_training
from worker_core.tasks.base import PermanentFailure, Run

SESSIONS = 1400


@dataclass(frozen=True)
class Direct(Run):
    """A run without a worker around it."""

    task: Any = None
    kept: Any = None
    stages: list[str] = field(default_factory=list)

    @property
    def task_id(self) -> str:
        return "direct"

    @property
    def storage(self) -> Storage:  # type: ignore[override]  # the base caches it
        opened: Storage = self.kept
        return opened

    def progress(self, stage: str, fraction: float) -> None:
        assert 0 <= fraction <= 1
        self.stages.append(stage)


def call(task: Any, run: Run, arguments: Any) -> dict[str, Any]:
    """The body of a task, as the worker calls it but without its guards."""
    answer: dict[str, Any] = task(run, arguments)
    return answer


@pytest.fixture(scope="module")
def days() -> list[date]:
    """Sessions of New York up to about now."""
    start = date(2019, 1, 2)
    every = sessions_after(start, SESSIONS + 300)
    return [start, *every]


def bars(symbol: str, made: Market, days: list[date]) -> Bars:
    count = len(days)
    rows = made.ohlc[:count]
    return Bars(
        symbol,
        np.array(days, dtype="datetime64[D]"),
        *rows.T,
        np.full(count, 1e6),
        currency="USD",
        provider="test",
    )


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Direct]:
    with Storage.open(f"sqlite:///{tmp_path / 'afi.sqlite3'}", str(tmp_path / "files")) as opened:
        yield Direct(kept=opened)


@pytest.fixture(scope="module")
def stock() -> Market:
    return market(SESSIONS + 300, seed=41)


def test_a_forecast_is_kept_with_all_that_is_to_be_said_of_it(
    run: Direct, stock: Market, days: list[date]
) -> None:
    run.storage.market.upsert_bars(bars("AAPL", stock, days[:SESSIONS]))
    answer = call(
        forecasting.generate_stock_forecast.__wrapped__, run, StockForecast(ticker="AAPL")
    )
    kept = run.storage.forecasts.get(answer["forecast_id"])
    assert kept is not None
    assert kept.as_of == days[SESSIONS - 1]
    assert [point.date for point in kept.points] == days[SESSIONS : SESSIONS + 21]
    assert kept.last_value == pytest.approx(stock.closes[SESSIONS - 1])
    assert kept.provider == "test"
    assert set(kept.libraries) == {"arch", "numpy", "scipy"}
    assert kept.skill is not None
    assert 0 < kept.skill < 1.5
    assert kept.dm_p is not None
    assert kept.base_rate is not None
    assert kept.coverage_80 is not None
    assert kept.coverage_95 is not None
    assert set(kept.scores) == {"1", "5", "21"}
    assert "base rate" in answer["words"]
    low, high = answer["intervals"]["95"]
    assert low < answer["mean"] < high
    champion = run.storage.models.champion(price_models.KIND, "AAPL")
    assert champion is not None
    assert champion.version == kept.model_version
