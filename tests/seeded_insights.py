"""A store of what the analytic tasks find: the bundled prices through the tasks' own functions,
and planted reports and sentiment, which the sample does not have for these symbols."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

import numpy as np

from worker_core.market.bars import Bars
from worker_core.market.records import Symbol
from worker_core.market.sample import sample_actions, sample_bars
from worker_core.sentiment import comparison, trends
from worker_core.storage import (
    MetricPeriod,
    MetricRecord,
    Storage,
    ToneComparison,
    ToneDay,
    ToneTrend,
)
from worker_core.tasks import anomaly_work, metric_forecasts, price_work, risk_work
from worker_core.tasks.base import Run

NAMES = {
    "AAPL": "Apple",
    "FB": "Facebook",
    "GOOG": "Google",
    "IBM": "IBM",
    "MSFT": "Microsoft",
}
TASK = "3f1b7a20-52d0-4c1f-9a5e-7b1d2f6e9c04"


@dataclass
class Here:
    """What a task's body sees, without a worker around it."""

    storage: Storage
    task_id: str = TASK

    def progress(self, stage: str, fraction: float) -> None:
        """Nobody listens."""


def run_of(storage: Storage) -> Run:
    return cast("Run", Here(storage))


def seed_prices(storage: Storage, sessions: int | None = None, hold: int = 0) -> None:
    """The sample's bars, the newest so many of each symbol; of Apple the last ``hold`` are not
    there yet."""
    for bars in sample_bars():
        end = -hold if hold and bars.symbol == "AAPL" else None
        storage.market.upsert_bars(bars.take(slice(-sessions if sessions else None, end)))
    storage.market.upsert_actions(sample_actions())
    for symbol, name in NAMES.items():
        storage.market.save_symbol(Symbol(symbol, name=name, exchange="XNAS", currency="USD"))


def let_come(storage: Storage, symbol: str, hold: int) -> None:
    """The bars that were held back arrive."""
    bars = next(one for one in sample_bars() if one.symbol == symbol)
    storage.market.upsert_bars(bars.take(slice(-hold, None)))


def plant_bad_tick(storage: Storage, symbol: str, before_end: int = 90) -> date:
    """A close ten times too high, for a day."""
    bars = storage.market.bars(symbol)
    at = len(bars) - before_end
    close = bars.close.copy()
    close[at] *= 10
    day: date = bars.dates[at].item()
    one = Bars(
        symbol, bars.dates[at : at + 1], bars.open[at : at + 1], close[at : at + 1],
        bars.low[at : at + 1], close[at : at + 1], bars.volume[at : at + 1],
        currency="USD", provider="sample",
    )  # fmt: skip
    storage.market.upsert_bars(one)
    return day


def seed_tone(storage: Storage, ticker: str, seed: int, level: float, until: date) -> list[float]:
    """A filing about every nine days, whose tone turns once."""
    random = np.random.default_rng(seed)
    when = [until - timedelta(days=9 * n) for n in range(80)][::-1]
    means = [level + (0.12 if n > 45 else -0.05) + random.normal(0, 0.06) for n in range(80)]
    trend = trends.trend(
        [trends.Observation(day, mean, 40) for day, mean in zip(when, means, strict=True)],
        half_life=30,
    )
    storage.sentiment.save_trend(
        ToneTrend(
            ticker, when[0], len(trend.days), len(when),
            _slope(trend.slope),
            tuple({"day": t.day.isoformat(), "before": t.before, "after": t.after}
                  for t in trend.turns),
            tuple(trend.missing), ("lexicon",), TASK, datetime.now(UTC),
        ),
        [ToneDay(d.day, d.mean, d.ewma, d.documents, d.sentences, "lexicon") for d in trend.days],
    )  # fmt: skip
    return means


def _slope(slope: Any) -> dict[str, Any] | None:
    from dataclasses import asdict

    return asdict(slope) if slope is not None else None


def seed_comparison(storage: Storage, tones: dict[str, list[float]], since: date) -> None:
    from dataclasses import asdict

    found = comparison.compare(tones)
    storage.sentiment.save_comparison(
        ToneComparison(
            TASK, since, tuple(asdict(one) for one in found.companies),
            tuple(asdict(one) for one in found.differences), tuple(found.missing), ("lexicon",),
            datetime.now(UTC),
        )
    )  # fmt: skip


def seed_metrics(storage: Storage, ticker: str, seed: int, until: date, quarters: int = 24) -> None:
    """Quarters with a season, and the years that they make."""
    random = np.random.default_rng(seed)
    ends = [_quarter_end(until, quarters - 1 - n) for n in range(quarters)]
    sales = [
        40e9 * 1.04**n * (1.25 if end.month == 12 else 0.95) * (1 + random.normal(0, 0.03))
        for n, end in enumerate(ends)
    ]
    sales[-5] *= 0.45
    periods = [
        _period(ticker, "quarter", end, sales[n], sales[n - 4] if n >= 4 else None)
        for n, end in enumerate(ends)
    ]
    periods += [
        _period(ticker, "annual", end, sum(sales[n - 3 : n + 1]), None)
        for n, end in enumerate(ends)
        if end.month == 12 and n >= 3
    ]
    storage.metrics.replace(ticker, periods)


def _quarter_end(until: date, back: int) -> date:
    months = until.year * 12 + (until.month - 1) // 3 * 3 - 3 * back
    year, month = divmod(months, 12)
    return date(year, month + 1, 1) - timedelta(days=1)


def _period(ticker: str, basis: Any, end: date, sales: float, before: float | None) -> MetricPeriod:
    growth = None if before is None else Decimal(str(round(sales / before - 1, 6)))
    return MetricPeriod(
        ticker, ticker, NAMES.get(ticker), basis, end - timedelta(days=88), end, "USD", (), (),
        (
            MetricRecord("revenue", "amounts", Decimal(round(sales)), "money", "revenue", "1"),
            MetricRecord("net_margin", "margins", Decimal("0.21"), "ratio", "net ÷ revenue", "1"),
            MetricRecord("revenue_growth", "growth", growth, "ratio", "yearly", "1",
                         reason="" if growth is not None else "no year before"),
        ),
    )  # fmt: skip


def seed_all(storage: Storage, sessions: int | None = None, *, held: int = 15) -> None:
    """AAPL with everything; the others with prices, two of them with sentiment and metrics. The
    last ``held`` sessions of AAPL come after a forecast was made."""
    run = run_of(storage)
    seed_prices(storage, sessions, hold=held)
    price_work.generate(run, "AAPL", 42)
    let_come(storage, "AAPL", held)
    price_work.generate(run, "AAPL", 42)
    price_work.evaluate(run, ["AAPL"], 36_500)
    anomaly_work.price_and_pattern_anomalies(run, "AAPL", 20)
    until = storage.market.last_day("AAPL") or date(2013, 3, 1)
    tones = {
        ticker: seed_tone(storage, ticker, seed, level, until)
        for seed, (ticker, level) in enumerate((("AAPL", 0.08), ("MSFT", 0.02)), start=1)
    }
    seed_comparison(storage, tones | {"IBM": [0.1, 0.2]}, until - timedelta(days=720))
    for seed, ticker in enumerate(("AAPL", "MSFT"), start=3):
        seed_metrics(storage, ticker, seed, until)
    anomaly_work.metric_anomalies(run, "AAPL", [])
    metric_forecasts.forecast(run, ["AAPL"], ["revenue"], 4)
    risk_work.analyse(run, list(NAMES), 250)
