"""A storage with a week of tasks, a health check, and all that can be known of one company."""

import math
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from worker_core.health import assess
from worker_core.health.readings import (
    BrokerReading,
    DatabaseReading,
    EntryReading,
    QueueReading,
    Readings,
    WorkerReading,
)
from worker_core.operations.performance import measure
from worker_core.settings import Settings
from worker_core.storage import (
    AnomalyRecord,
    ForecastPoint,
    MetricPeriod,
    MetricRecord,
    NewForecast,
    NewTask,
    Storage,
    SummarySentence,
    TaskNote,
    TaskState,
    ToneDay,
    ToneTrend,
)

NOW = datetime(2026, 11, 28, 12, 0, 30, tzinfo=UTC)
TICKER = "HVI"
NAME = "Harrow Vale Instruments"
NAMES = (
    ("document_processing.process_document", 3.0),
    ("sentiment_analysis.analyze_document_sentiment", 0.6),
    ("forecasting.generate_stock_forecast", 20.0),
    ("data_processing.update_market_data", 8.0),
    ("<script>alert('evil & \"task\"')</script>.x", 0.05),
)
SHARES = (0.025, 0.1, 0.5, 0.9, 0.975)


def fill_system(storage: Storage, settings: Settings, tasks: int = 400) -> None:
    """Tasks over a week, their windows, and a check that found something."""
    chance = random.Random(7)
    notes = []
    for number in range(tasks):
        name, usual = chance.choice(NAMES)
        storage.tasks.add(NewTask(f"t{number}", name, name.partition(".")[0], {}))
        end = NOW - timedelta(seconds=chance.uniform(400, 7 * 86_400))
        run = usual * math.exp(chance.gauss(0, 0.6))
        state: TaskState = "failed" if chance.random() < 0.06 else "succeeded"
        notes.append(TaskNote(f"t{number}", state, end, began_at=end - timedelta(seconds=run)))
    storage.tasks.note(notes)
    measure(7 * 24 * 60, now=NOW, settings=settings)
    readings = Readings(
        broker=BrokerReading("Valkey 9.1.0", (9, 1, 0), 0.0004, 2_000_000, 0, "noeviction", True),
        database=DatabaseReading("SQLite", 0.0002, "1", "1", 10**7, True),
        workers=(
            WorkerReading("local@host", True, NOW.timestamp(), 4, "prefork", "5.7.0",
                          ("document_processing", "sentiment_analysis", "monitoring")),
            WorkerReading("lost-\u202eevil\x1b[31m@東京", False, NOW.timestamp() - 700),
        ),
        queues=(
            QueueReading("document_processing", 12, 340.0, needed=True),
            QueueReading("forecasting", 3, 4000.0, needed=True),
        ),
        schedule=(EntryReading("sweep"), EntryReading("health", missed=2, missed_ago_s=900)),
    )  # fmt: skip
    report = assess(NOW - timedelta(minutes=4), readings, took_s=0.2)
    storage.health.save("check", report.at, report.as_json())


def fill_company(storage: Storage, ticker: str = TICKER, name: str = NAME) -> None:
    """Prices, a forecast, metrics, anomalies, tone and a summarised filing."""
    from worker_core.market.bars import Bars

    chance = random.Random(11)
    days: list[date] = []
    day = NOW.date() - timedelta(days=390)
    while day < NOW.date():
        if day.weekday() < 5:
            days.append(day)
        day += timedelta(days=1)
    close, closes = 80.0, []
    for _ in days:
        close *= math.exp(chance.gauss(0.0004, 0.016))
        closes.append(close)
    rows = [
        (day, value, value * 1.01, value * 0.99, value, 1e6)
        for day, value in zip(days, closes, strict=True)
    ]
    storage.market.upsert_bars(Bars.of(ticker, rows, currency="USD", provider="test"))
    _forecast(storage, ticker, days[-1], close)
    _metrics(storage, ticker, name)
    storage.anomalies.replace(
        ticker,
        "price",
        [
            AnomalyRecord(
                ticker,
                "price",
                "returns",
                datetime.combine(days[-40], datetime.min.time(), UTC),
                closes[-40],
                0.97,
                5.2,
                "deviations",
                0.999,
                "It fell by 6.1 %, five times what is usual <b>here</b>.",
            )
        ],
    )
    tone, smooth = [], 0.1
    for number in range(40):
        mean = 0.15 * math.sin(number / 6) + chance.gauss(0.05, 0.08)
        smooth += 0.25 * (mean - smooth)
        tone.append(ToneDay(days[5 * number + 60], mean, smooth, 1, 30, "m1"))
    trend = ToneTrend(
        ticker,
        days[0],
        365,
        40,
        {"per_30_days": -0.012, "error": 0.004, "low": -0.02, "high": -0.004, "p_value": 0.01,
         "lags": 3},
        (),
        (),
        ("m1",),
        "t",
        NOW,
    )  # fmt: skip
    storage.sentiment.save_trend(trend, tone)
    _document(storage, ticker, name)


def _forecast(storage: Storage, ticker: str, as_of: date, last: float) -> None:
    points, day = [], as_of
    for step in range(1, 22):
        day += timedelta(days=3 if day.weekday() == 4 else 1)
        spread = 0.016 * math.sqrt(step)
        quantiles = tuple(last * math.exp(z * spread) for z in (-1.96, -1.28, 0.0, 1.28, 1.96))
        points.append(ForecastPoint(step, day, last * 1.001, quantiles))
    storage.forecasts.save(
        NewForecast(
            "price", ticker, as_of, 21, "density-1", last, SHARES, tuple(points), 0, "0" * 64,
            skill=0.98, dm_p=0.21, base_rate=0.55, coverage_80=0.79, coverage_95=0.94,
            notes=("Its earnings of the coming week are not known to it.",),
        )
    )  # fmt: skip


def _metrics(storage: Storage, ticker: str, name: str) -> None:
    periods = []
    for number in range(10):
        year, quarter = 2024 + number // 4, number % 4
        end = date(year, 3 * quarter + 3, 28)
        revenue = 180e6 * 1.03**number
        values = {
            "revenue": Decimal(int(revenue)),
            "net_income": Decimal(int(revenue * (0.11 - 0.03 * (number == 6) * 6))),
            "gross_margin": Decimal("0.412"),
            "current_ratio": Decimal("1.31"),
            "altman_z": None,
        }
        ratios = {"gross_margin": "margins", "current_ratio": "liquidity"}
        metrics = tuple(
            MetricRecord(
                metric,
                ratios.get(metric, "statement"),
                value,
                "ratio" if metric in ratios else "money",
                "f",
                "1",
            )
            for metric, value in reversed(values.items())
        )
        start = end - timedelta(days=89)
        periods.append(
            MetricPeriod(
                ticker, ticker, name, "quarter", start, end, "USD",
                ("Shares outstanding were not reported.",), (), metrics,
            )
        )  # fmt: skip
    storage.metrics.replace(ticker, periods)


def _document(storage: Storage, ticker: str, name: str) -> None:
    text = "Revenue rose by nine per cent. " * 20
    record = storage.documents.register(
        sha256(ticker.encode()).hexdigest(),
        "<i>release</i>.html",
        len(text),
        "text/html",
        "t",
        "test",
    )
    parsed = storage.documents.save_parsed(
        record.sha256,
        text=text,
        sections=(),
        parser_version="1",
        mime="text/html",
        company=name,
        ticker=ticker,
        document_type="8-K",
        filing_date=NOW.date() - timedelta(days=20),
    )
    storage.documents.save_summary(
        parsed.id,
        "lead-1",
        [
            SummarySentence(0, 30, "Revenue rose by nine per cent.", 1.0),
            SummarySentence(31, 61, "Margins & costs: <b>unchanged</b>, 売上高は増加した.", 0.9),
        ],
    )
