"""Facts and metrics as they are kept, on both databases."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import Engine, delete, func, select

from worker_core.documents import Fact
from worker_core.storage import MetricPeriod, MetricRecord, StorageError, schema
from worker_core.storage.documents import DocumentRepository
from worker_core.storage.engine import reading, writing
from worker_core.storage.facts import FactRepository
from worker_core.storage.metrics import MetricRepository

SHA = "a" * 64

FACT = Fact(
    "us-gaap:Assets",
    Decimal("364980000000.00"),
    unit="USD",
    decimals=-6,
    end=date(2024, 9, 28),
    source="#f-60",
)


@pytest.fixture
def facts(engine: Engine) -> FactRepository:
    return FactRepository(engine)


@pytest.fixture
def metrics(engine: Engine) -> MetricRepository:
    return MetricRepository(engine)


@pytest.fixture
def document_id(documents: DocumentRepository) -> int:
    return documents.register(SHA, "10-K.htm", 10, "text/html", "t").id


def period(end: date, margin: str | None = "0.25", **changes: object) -> MetricPeriod:
    metric = MetricRecord(
        "net_margin",
        "margins",
        None if margin is None else Decimal(margin),
        "ratio",
        "net income ÷ revenue",
        "1",
        inputs=({"line": "revenue", "value": "400", "documents": [1]},),
        missing=() if margin else ("revenue from 2024-01-01 to 2024-12-31",),
        reason="" if margin else "Not found: revenue.",
    )
    whole = MetricPeriod(
        "AAPL", "AAPL", "Apple Inc.", "annual", end.replace(year=end.year - 1), end, "USD",
        ("Revenue is negative.",), (), (metric, replace(metric, name="working_capital")),
    )  # fmt: skip
    return replace(whole, **changes)  # type: ignore[arg-type]  # names of its own fields


def test_a_fact_comes_back_as_it_was_stored(facts: FactRepository, document_id: int) -> None:
    others = [
        replace(FACT, value=Decimal("1E-30"), dimensions=(("srt:Axis", "aapl:iPhone"), ("b", "c"))),
        replace(FACT, value=Decimal(10) ** 40 + Decimal("0.1"), start=date(2023, 10, 1)),
        replace(FACT, value=None, text="a\x00b\ud800", unit=None, decimals=None, label="x" * 300),
        replace(FACT, value=None, end=None, filed=date(2024, 11, 1)),
    ]
    facts.save(document_id, [FACT, *others], "2", ["Only the first 5."])
    stored = facts.of(document_id)
    names = [name for name in type(stored[0]).__slots__ if name != "text"]
    for one, other in zip(stored, [FACT, *others], strict=True):
        assert [getattr(one, name) for name in names] == [getattr(other, name) for name in names]
    assert str(stored[0].value) == "364980000000.00"
    assert stored[3].text == "a b "
    taken = facts.taken([document_id, 10**30, -1])
    assert list(taken) == [document_id]
    assert (taken[document_id].facts, taken[document_id].parser_version) == (5, "2")
    assert taken[document_id].truncated == ["Only the first 5."]


def test_facts_that_are_stored_again_take_the_place_of_the_earlier_ones(
    facts: FactRepository, document_id: int
) -> None:
    facts.save(document_id, [FACT] * 12_000, "2")
    assert len(facts.of(document_id)) == 12_000
    facts.save(document_id, [FACT], "3")
    facts.save(document_id, [FACT], "3")
    assert len(facts.of(document_id)) == 1
    facts.save(document_id, [], "3")
    assert facts.of(document_id) == ()
    assert facts.taken([document_id])[document_id].facts == 0


def test_facts_need_a_document_and_a_finite_number(facts: FactRepository, document_id: int) -> None:
    with pytest.raises(StorageError) as refused:
        facts.save(document_id + 1, [FACT], "2")
    assert refused.value.code == "unknown_document"
    with pytest.raises(ValueError, match="finite"):
        facts.save(document_id, [FACT, replace(FACT, value=Decimal("NaN"))], "2")
    assert facts.taken([document_id]) == {}


def test_facts_go_with_their_document(
    engine: Engine, facts: FactRepository, metrics: MetricRepository, document_id: int
) -> None:
    facts.save(document_id, [FACT], "2")
    metrics.replace("AAPL", [period(date(2024, 9, 28), documents=(document_id, 10**6))])
    assert metrics.periods("AAPL")[0].documents == (document_id,)
    assert metrics.periods(document=document_id) == metrics.periods("AAPL")
    assert metrics.periods(document=document_id + 1) == metrics.periods(document=2**70) == ()
    with writing(engine) as connection:
        connection.execute(delete(schema.documents))
    assert facts.of(document_id) == ()
    assert facts.taken([document_id]) == {}
    assert metrics.periods("AAPL")[0].documents == ()


def test_metrics_of_a_period_come_back_with_inputs_and_what_was_missing(
    metrics: MetricRepository,
) -> None:
    known, missing = period(date(2024, 9, 28)), period(date(2023, 9, 30), None)
    metrics.replace("AAPL", [missing, known])
    first, second = metrics.periods("aapl")
    assert replace(first, calculated_at=None) == known
    assert replace(second, calculated_at=None) == missing
    assert first.calculated_at is not None
    assert second["net_margin"].value is None
    with pytest.raises(KeyError):
        first["no such"]
    assert metrics.periods("MSFT") == ()
    assert metrics.periods(entity="AAPL", basis="quarter") == ()
    assert metrics.entities() == (("AAPL", "AAPL", "Apple Inc."),)


def test_metrics_that_are_calculated_again_leave_one_trace(
    engine: Engine, metrics: MetricRepository
) -> None:
    first = period(date(2024, 9, 28))
    metrics.replace("AAPL", [first, period(date(2023, 9, 30))])
    metrics.replace("MSFT", [replace(first, entity="MSFT", ticker="MSFT")])
    metrics.replace("AAPL", [period(date(2024, 9, 28), "0.26")])
    metrics.replace("AAPL", [period(date(2024, 9, 28), "0.26")])
    (kept,) = metrics.periods("AAPL")
    assert kept["net_margin"].value == Decimal("0.26")
    assert len(metrics.periods("MSFT")) == 1
    with reading(engine) as connection:
        count = select(func.count()).select_from(schema.financial_metrics)
        assert connection.scalar(count) == 4
    metrics.replace("AAPL", [])
    assert metrics.periods("AAPL") == ()


def test_a_series_has_each_period_in_order_and_none_where_the_value_is_missing(
    metrics: MetricRepository,
) -> None:
    years = [
        period(date(2024, 9, 28)),
        period(date(2022, 9, 24), "0.2"),
        period(date(2023, 9, 30), None),
    ]
    quarter = period(date(2024, 12, 28), "0.3", basis="quarter")
    metrics.replace("AAPL", [*years, quarter])
    found = metrics.metric_series("AAPL", ["net_margin", "no such metric"])
    assert list(found) == ["net_margin"]
    series = found["net_margin"]
    assert series.dates == (date(2022, 9, 24), date(2023, 9, 30), date(2024, 9, 28))
    assert series.values == (Decimal("0.2"), None, Decimal("0.25"))
    assert series.known == ((date(2022, 9, 24), 0.2), (date(2024, 9, 28), 0.25))
    assert (series.unit, series.currency, series.basis) == ("ratio", "USD", "annual")
    assert list(metrics.metric_series("aapl")) == ["net_margin", "working_capital"]
    quarters = metrics.metric_series("AAPL", basis="quarter")["net_margin"]
    assert quarters.values == (Decimal("0.3"),)
    assert metrics.metric_series("MSFT") == {}
