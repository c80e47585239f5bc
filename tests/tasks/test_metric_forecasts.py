"""Companies' metrics are forecast out of the store."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from tests.tasks.direct import Direct
from worker_core.storage import Basis, MetricPeriod, MetricRecord
from worker_core.tasks import metric_forecasts
from worker_core.tasks.metric_forecasts import period_after


def keep(
    run: Direct, ticker: str, values: dict[date, float | None], basis: Basis = "quarter"
) -> None:
    """A company's revenue, by the last days of its periods."""
    run.storage.metrics.replace(
        ticker,
        [
            MetricPeriod(
                entity=ticker,
                ticker=ticker,
                company=ticker,
                basis=basis,
                start=end,
                end=end,
                currency="USD",
                warnings=(),
                documents=(),
                metrics=(revenue(value),),
            )
            for end, value in values.items()
        ],
    )


def revenue(value: float | None) -> MetricRecord:
    number = None if value is None else Decimal(str(value))
    return MetricRecord("revenue", "size", number, "money", "", "1")


def quarters(count: int, seed: int) -> dict[date, float | None]:
    chance = np.random.default_rng(seed)
    level, found = 100.0, {}
    for number in range(count):
        level *= 1.02 + chance.normal(0, 0.01)
        found[period_after(date(2015, 3, 31), 3 * number)] = round(
            level * (1.2 if number % 4 == 3 else 1.0), 2
        )
    return dict(found)


def test_quarters_are_forecast_as_one_group_and_kept_with_their_evidence(run: Direct) -> None:
    for number in range(4):
        keep(run, f"C{number}", quarters(32, number))
    answer = metric_forecasts.forecast(run, ["C0", "C1", "C2", "C3", "NONE"], [], 4)
    assert set(answer["forecasts"]) == {f"C{number} revenue" for number in range(4)}
    assert "no metrics yet" in answer["failed"]["NONE"]
    kept = run.storage.forecasts.latest("metric", "C0", "revenue")
    assert kept is not None
    assert kept.as_of == date(2022, 12, 31)
    assert [point.date for point in kept.points] == [
        date(2023, 3, 31),
        date(2023, 6, 30),
        date(2023, 9, 30),
        date(2023, 12, 31),
    ]
    # The last quarter of a year is the strongest of its four.
    assert kept.points[3].mean == max(point.mean for point in kept.points)
    assert all(list(p.quantiles) == sorted(p.quantiles) for p in kept.points)
    assert kept.skill is not None
    assert kept.skill > 0
    assert kept.coverage_95 is not None
    assert kept.libraries["numpy"]
    again = metric_forecasts.forecast(run, ["C0", "C1", "C2", "C3"], [], 4)
    assert again["forecasts"] == {}
    assert again["already_made"] == answer["forecasts"]


def test_a_missing_quarter_is_a_gap_and_few_quarters_give_way_to_years(run: Direct) -> None:
    whole = quarters(24, 9)
    gap = list(whole)[10]
    keep(run, "GAP", whole | {gap: None})
    keep(run, "YEARS", {date(y, 12, 31): 100.0 + 7 * y % 13 for y in range(2008, 2024)}, "annual")
    answer = metric_forecasts.forecast(run, ["GAP", "YEARS"], ["revenue"], 2)
    assert set(answer["forecasts"]) == {"GAP revenue", "YEARS revenue"}
    gapped = run.storage.forecasts.latest("metric", "GAP", "revenue")
    years = run.storage.forecasts.latest("metric", "YEARS", "revenue")
    assert gapped is not None
    assert any("missing" in note for note in gapped.notes)
    assert years is not None
    assert [point.date for point in years.points] == [date(2024, 12, 31), date(2025, 12, 31)]
    assert years.details["basis"] == "annual"


def test_too_few_values_are_refused_alone(run: Direct) -> None:
    keep(run, "GOOD", quarters(20, 3))
    keep(run, "YOUNG", quarters(2, 4))
    answer = metric_forecasts.forecast(run, ["GOOD", "YOUNG"], [], 4)
    assert set(answer["forecasts"]) == {"GOOD revenue"}
    assert set(answer["failed"]) == {"YOUNG revenue"}


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2023, 9, 30), 3, date(2023, 12, 31)),
        (date(2023, 9, 28), 3, date(2023, 12, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
    ],
)
def test_a_period_ends_where_its_month_does(day: date, months: int, after: date) -> None:
    assert period_after(day, months) == after
