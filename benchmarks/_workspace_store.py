"""A store as a team has it after years, generated: documents, symbols with prices, and all that is
found of one of them."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import numpy as np
from sqlalchemy import Table

from worker_core.market.bars import Bars
from worker_core.market.records import Symbol
from worker_core.storage import (
    AnomalyRecord,
    ForecastPoint,
    MetricPeriod,
    MetricRecord,
    NewForecast,
    RiskSeries,
    RiskUniverse,
    Storage,
    ToneDay,
    ToneTrend,
    schema,
)
from worker_core.storage.engine import create_engine, writing

CHARTED: Final = "S0000"
"""The symbol that has everything."""
LONG: Final = 2_500
"""Bars of a symbol with ten years."""
SHORT: Final = 60
FEW: Final = 20
"""Symbols that have ten years; the others have three months, or the store would take minutes."""
HORIZON: Final = 63
SHARES: Final = (0.025, 0.1, 0.5, 0.9, 0.975)
MEASURES: Final = ("turbulence", "absorption_ratio", "average_correlation", "mes", "volatility")


def build(storage: Storage, url: str, documents: int, symbols: int) -> dict[str, float]:
    """Fill an empty store, whose database is at ``url``; the seconds of processor time that each
    part took."""
    took: dict[str, float] = {}
    parts: tuple[tuple[str, Callable[[], None]], ...] = (
        ("documents", lambda: _documents(url, documents)),
        ("prices", lambda: _prices(storage, symbols)),
        ("findings", lambda: _findings(storage)),
    )
    for name, part in parts:
        begun = time.process_time()
        part()
        took[name] = round(time.process_time() - begun, 2)
    return took


def _documents(url: str, count: int) -> None:
    """Written into the tables at once: one after the other, as tasks do, they would take a minute
    of processor time."""
    engine, now = create_engine(url), datetime.now(UTC)
    text = "Revenue rose. " * 40
    every = range(1, count + 1)
    tables: tuple[tuple[Table, list[dict[str, Any]]], ...] = (
        (
            schema.documents,
            [
                {
                    "id": n,
                    "content_sha256": f"{n:064x}",
                    "filename": f"release-{n}.txt",
                    "mime": "text/plain",
                    "bytes": len(text),
                    "company": f"Company {n % 500}",
                    "ticker": f"S{n % 500:04}",
                    "document_type": "8-K",
                    "filing_date": date(2016, 1, 1) + timedelta(days=n % 3650),
                    "characters": len(text),
                    "status": "parsed",
                    "parser_version": "bench",
                    "created_at": now,
                    "updated_at": now,
                }
                for n in every
            ],
        ),
        (schema.document_texts, [{"document_id": n, "text": text} for n in every]),
        (
            schema.sentiment_scores,
            [
                {
                    "document_id": n,
                    "model_version": "bench",
                    "section": "",
                    "entity": "",
                    "positive": 0.4,
                    "neutral": 0.5,
                    "negative": 0.1,
                    "mean": 0.1,
                    "sentences": 40,
                    "created_at": now,
                }
                for n in every
            ],
        ),
    )
    with writing(engine) as connection:
        for table, rows in tables:
            connection.execute(table.insert(), rows)
    engine.dispose()


def _prices(storage: Storage, symbols: int) -> None:
    chance = np.random.default_rng(1)
    days = np.busday_offset(np.datetime64("2016-01-04"), np.arange(LONG), roll="forward")

    def bars(number: int) -> Bars:
        count = LONG if number < FEW else SHORT
        close = 50 * np.exp(np.cumsum(chance.normal(0, 0.015, count)))
        opens = close * np.exp(chance.normal(0, 0.004, count))
        high, low = np.maximum(opens, close) * 1.004, np.minimum(opens, close) * 0.996
        volume = np.round(1e6 * np.exp(chance.normal(0, 0.3, count)))
        return Bars(
            f"S{number:04}", days[-count:], opens, high, low, close, volume,
            currency="USD", provider="bench",
        )  # fmt: skip

    storage.market.upsert_bars(bars(number) for number in range(symbols))
    for number in range(symbols):
        storage.market.save_symbol(Symbol(f"S{number:04}", name=f"Company {number}"))


def _findings(storage: Storage) -> None:
    market = storage.market.bars(CHARTED)
    days: list[date] = market.dates.tolist()
    last = float(market.close[-1])
    storage.forecasts.save(_forecast(days[-1], last))
    storage.anomalies.replace(
        CHARTED,
        "price",
        [
            AnomalyRecord(
                CHARTED, "price", "level jump",
                datetime(day.year, day.month, day.day, tzinfo=UTC),
                1.0, 0.9, 9.0, "daily volatilities", 0.999, "It jumped.", task_id="bench",
            )
            for day in days[::60]
        ],
    )  # fmt: skip
    filed = days[::7]
    trend = ToneTrend(
        CHARTED, filed[0], len(filed), len(filed), None, (), (), ("v",), "b", datetime.now(UTC)
    )
    storage.sentiment.save_trend(trend, [ToneDay(day, 0.1, 0.05, 1, 40, "v") for day in filed])
    ends = [date(2006 + n // 4, 3 * (n % 4) + 3, 28) for n in range(40)]
    storage.metrics.replace(
        CHARTED,
        [
            MetricPeriod(
                CHARTED, CHARTED, "Company 0", "quarter", end - timedelta(days=88), end, "USD", (),
                (),
                tuple(
                    MetricRecord(f"metric_{k}", "amounts", Decimal(k + 1), "money", "f", "1")
                    for k in range(25)
                ),
            )
            for end in ends
        ],
    )  # fmt: skip
    names = tuple(f"S{number:04}" for number in range(FEW))
    about = RiskUniverse("u", 250, names, days[-1], (), None, "bench")
    values = np.abs(np.sin(np.arange(len(days)) / 50)).tolist()
    shares = [None] * 60 + [50.0] * (len(days) - 60)
    adds = dict.fromkeys(names, 0.1)
    storage.risk.replace(about, [RiskSeries(m, days, values, shares, adds) for m in MEASURES])


def _forecast(as_of: date, last: float) -> NewForecast:
    steps = np.arange(1, HORIZON + 1)
    spread = 0.015 * np.sqrt(steps)
    dates = np.busday_offset(np.datetime64(as_of, "D"), steps, roll="forward").tolist()
    deviations = np.array([-1.96, -1.28, 0.0, 1.28, 1.96])
    quantiles = last * np.exp(spread[:, None] * deviations)
    points = tuple(
        ForecastPoint(int(step), day, last, tuple(row))
        for step, day, row in zip(steps, dates, quantiles.tolist(), strict=True)
    )
    return NewForecast(
        "price", CHARTED, as_of, HORIZON, "bench", last, SHARES, points, 0, "bench",
        skill=0.97, dm_p=0.2, base_rate=0.55, coverage_80=0.8, coverage_95=0.94,
    )  # fmt: skip
