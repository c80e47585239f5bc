"""Anomalies, baselines and systemic risk, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, update

from worker_core.storage import (
    AnomalyRecord,
    RiskSeries,
    RiskUniverse,
    StorageError,
    schema,
)
from worker_core.storage.anomalies import AnomalyRepository
from worker_core.storage.engine import writing
from worker_core.storage.risk import RiskRepository, universe_hash

DAY = datetime(2026, 5, 4, tzinfo=UTC)


def anomaly(days: int = 0, detector: str = "level", **changes: object) -> AnomalyRecord:
    one = AnomalyRecord(
        subject="AAPL",
        kind="price",
        detector=detector,
        at=DAY + timedelta(days=days),
        value=101.5,
        score=0.7,
        strength=9.25,
        unit="median absolute deviations",
        quantile=0.999,
        words="101.5 is far away.",
        nearest=({"start": "2020-03-01", "end": "2020-03-20", "distance": 1.5},),
        evidence={"usual": 90.0},
        task_id="t1",
    )
    return replace(one, **changes)  # type: ignore[arg-type]  # fields of the record


@pytest.fixture
def kept(engine: Engine) -> AnomalyRepository:
    return AnomalyRepository(engine)


@pytest.fixture
def risk(engine: Engine) -> RiskRepository:
    return RiskRepository(engine)


def test_an_anomaly_comes_back_as_it_was_kept(kept: AnomalyRepository) -> None:
    assert kept.replace("AAPL", "price", [anomaly()]) == 1
    (back,) = kept.found("AAPL")
    assert replace(back, found_at=None) == anomaly()
    assert back.found_at is not None


def test_a_second_delivery_keeps_one_and_the_time_it_was_found(kept: AnomalyRepository) -> None:
    kept.replace("AAPL", "price", [anomaly()])
    (first,) = kept.found()
    kept.replace("AAPL", "price", [anomaly(), anomaly(score=0.9, task_id="t2")])
    (second,) = kept.found()
    assert second.found_at == first.found_at
    assert (second.score, second.task_id) == (0.9, "t2")


def test_what_is_no_longer_found_goes_and_other_subjects_and_kinds_stay(
    kept: AnomalyRepository,
) -> None:
    kept.replace("AAPL", "price", [anomaly(number) for number in range(700)])
    kept.replace("MSFT", "price", [anomaly(subject="MSFT")])
    kept.replace("AAPL", "pattern", [anomaly(kind="pattern")])
    kept.replace("AAPL", "price", [anomaly(5)])
    assert [one.at for one in kept.found("AAPL", "price")] == [DAY + timedelta(days=5)]
    assert len(kept.found()) == 3


def test_only_what_is_since_then_is_replaced(kept: AnomalyRepository) -> None:
    kept.replace("AAPL", "price", [anomaly(0), anomaly(10)])
    kept.replace("AAPL", "price", [anomaly(12)], since=DAY + timedelta(days=5))
    days = [(one.at - DAY).days for one in kept.found("AAPL")]
    assert days == [12, 0]
    assert len(kept.found(since=DAY + timedelta(days=1))) == 1
    assert len(kept.found(limit=1)) == 1


def test_a_ticker_also_finds_its_metrics_and_no_other_ticker(kept: AnomalyRepository) -> None:
    for subject in ("A", "A revenue", "AA revenue", "A_ revenue"):
        kept.replace(subject, "metric", [anomaly(subject=subject, kind="metric")])
    assert {one.subject for one in kept.found("A")} == {"A", "A revenue"}


def test_numbers_that_are_none_are_refused(kept: AnomalyRepository) -> None:
    with pytest.raises(ValueError, match="nan"):
        kept.replace("AAPL", "price", [anomaly(score=float("nan"))])
    assert kept.found() == ()


def baseline(kept: AnomalyRepository, content: str = "a", rows: int = 10) -> int:
    return kept.save_baseline(
        "AAPL",
        "price",
        parameters={"power": 4.0},
        state={"version": 1, "held": [1.5] * rows},
        rows=rows,
        last_at=DAY,
        content_sha256=content * 64,
        task_id="t1",
    )


def test_a_baseline_is_versioned_and_the_same_content_is_the_same_version(
    kept: AnomalyRepository,
) -> None:
    assert [baseline(kept), baseline(kept), baseline(kept, "b", 20)] == [1, 1, 2]
    newest, first = kept.baseline("AAPL", "price"), kept.baseline("AAPL", "price", 1)
    assert newest is not None
    assert first is not None
    assert (newest.version, newest.rows, newest.last_at) == (2, 20, DAY)
    assert first.state == {"version": 1, "held": [1.5] * 10}
    assert kept.baselines() == (("AAPL", "price", 2),)
    assert kept.baseline("MSFT", "price") is None


def test_the_last_ten_versions_are_kept(kept: AnomalyRepository) -> None:
    for number in range(13):
        baseline(kept, f"{number:x}")
    assert kept.baseline("AAPL", "price", 3) is None
    assert kept.baseline("AAPL", "price", 4) is not None


@pytest.mark.parametrize("broken", [b"", b"x" * 40])
def test_a_damaged_baseline_is_said(kept: AnomalyRepository, engine: Engine, broken: bytes) -> None:
    baseline(kept)
    with writing(engine) as connection:
        connection.execute(update(schema.anomaly_baselines).values(state=broken))
    with pytest.raises(StorageError, match="AAPL is damaged"):
        kept.baseline("AAPL", "price")


NAMES = ("MSFT", "AAPL")
UNIVERSE = universe_hash(NAMES)


def about(day: date = date(2026, 5, 4), **changes: object) -> RiskUniverse:
    one = RiskUniverse(
        UNIVERSE, 500, NAMES, day, ("coincident",), {"total": 12.5, "names": list(NAMES)}, "t1"
    )
    return replace(one, **changes)  # type: ignore[arg-type]  # fields of the record


def measured(days: int, measure: str = "mes") -> RiskSeries:
    dates = [date(2026, 1, 1) + timedelta(days=number) for number in range(days)]
    percentiles = [None if number < 2 else 50.0 for number in range(days)]
    return RiskSeries(
        measure,
        dates,
        [number / 8 for number in range(days)],
        percentiles,
        {"AAPL": 0.25, "MSFT": 0.5},
    )


def test_risk_comes_back_as_it_was_kept(risk: RiskRepository) -> None:
    assert risk.replace(about(), [measured(5), measured(3, "turbulence")]) == 8
    assert risk.series(UNIVERSE, 500, "mes") == measured(5)
    assert risk.series(UNIVERSE, 250, "mes") is None
    assert risk.whole(UNIVERSE, 500) == (measured(5), measured(3, "turbulence"))
    since = risk.series(UNIVERSE, 500, "mes", since=date(2026, 1, 4))
    assert since is not None
    assert list(since.values) == [0.375, 0.5]
    (back,) = risk.universes()
    assert replace(back, computed_at=None) == about()
    assert [(one.measure, list(one.values)) for one in risk.latest(UNIVERSE, 500)] == [
        ("mes", [0.5]),
        ("turbulence", [0.25]),
    ]


def test_risk_that_is_measured_again_takes_the_place_of_what_was(risk: RiskRepository) -> None:
    risk.replace(about(), [measured(5), measured(3, "turbulence")])
    risk.replace(about(), [measured(4)])
    assert risk.series(UNIVERSE, 500, "mes") == measured(4)
    assert risk.series(UNIVERSE, 500, "turbulence") is None
    assert len(risk.universes()) == 1
    risk.replace(about(date(2026, 5, 5), connectedness=None, window=250), [])
    assert [one.window for one in risk.universes()] == [250, 500]


def test_a_universe_is_the_same_in_any_order_of_its_names() -> None:
    assert universe_hash(["A", "B"]) == universe_hash(iter(["B", "A"])) != universe_hash(["AB"])
