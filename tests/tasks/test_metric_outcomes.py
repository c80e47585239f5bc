"""Forecasts of metrics are held against what companies have reported since."""

from datetime import UTC, date, datetime

import pytest

from tests.tasks.direct import Direct
from tests.tasks.test_metric_forecasts import keep, quarters
from worker_core.tasks import metric_forecasts, metric_outcomes
from worker_core.tasks.metric_forecasts import period_after

TEN_YEARS = 3650
NAMES = ("C0", "C1", "C2")


def recent(count: int, seed: int) -> dict[date, float | None]:
    """Quarters of which the last is the last that is over."""
    today = datetime.now(UTC).date()
    end = period_after(date(today.year - 1, 9, 30), 0)
    while period_after(end, 3) <= today:
        end = period_after(end, 3)
    values = quarters(count, seed).values()
    return {period_after(end, 3 * (n + 1 - count)): value for n, value in enumerate(values)}


def test_what_was_reported_is_kept_as_the_outcome_with_its_scores(run: Direct) -> None:
    whole = {name: recent(34, seed) for seed, name in enumerate(NAMES)}
    for name, values in whole.items():
        keep(run, name, dict(list(values.items())[:32]))
    metric_forecasts.forecast(run, NAMES, [], 4)
    for name, values in whole.items():
        keep(run, name, values)
    answer = metric_outcomes.evaluate(run, [], TEN_YEARS)
    assert answer["forecasts"] == 3
    assert answer["new_outcomes"] == 6
    # The other two quarters of each are not over.
    assert answer["open"]["not_due"] == 6
    assert answer["open"]["due_but_not_reported"] == 0
    kept = run.storage.forecasts.latest("metric", "C0", "revenue")
    assert kept is not None
    came = list(whole["C0"].items())[32:]
    assert [(one.date, one.value) for one in kept.outcomes] == came
    for one, point in zip(kept.outcomes, kept.points, strict=False):
        low, high = point.quantiles[0], point.quantiles[-1]
        assert one.scores["inside_95"] is (low <= one.value <= high)
        assert 0 <= one.pit <= 1
        assert one.crps > 0
        assert one.naive_crps is not None
    figures = answer["horizons"]["quarter"]
    assert set(figures) == {"1", "2"}
    assert figures["1"]["forecasts"] == 3
    assert figures["1"]["days"] == 1
    assert figures["1"]["crps"] > 0
    assert figures["1"]["skill"] == pytest.approx(figures["1"]["crps"] / figures["1"]["naive_crps"])
    assert 0 <= figures["1"]["coverage_80"] <= figures["1"]["coverage_95"] <= 1
    assert answer["horizons"]["annual"] == {}
    again = metric_outcomes.evaluate(run, ["c0"], TEN_YEARS)
    assert (again["forecasts"], again["new_outcomes"]) == (1, 0)
    assert again["horizons"]["quarter"]["1"]["forecasts"] == 1


def test_growth_that_the_forecast_knows_beats_the_naive_method(run: Direct) -> None:
    """Steady growth with a season: what repeats last year is behind by a year's growth."""
    whole = {name: recent(36, seed) for seed, name in enumerate(NAMES)}
    for name, values in whole.items():
        keep(run, name, dict(list(values.items())[:32]))
    metric_forecasts.forecast(run, NAMES, [], 4)
    for name, values in whole.items():
        keep(run, name, values)
    figures = metric_outcomes.evaluate(run, [], TEN_YEARS)["horizons"]["quarter"]
    assert set(figures) == {"1", "2", "3", "4"}
    assert figures["1"]["skill"] < 1
    assert figures["1"]["base_rate"] in (0.0, 1.0)


def test_a_quarter_that_is_over_and_not_reported_is_told_from_one_that_is_not_over(
    run: Direct,
) -> None:
    values = list(recent(33, 5).items())
    keep(run, "LATE", dict(values[:32]))
    metric_forecasts.forecast(run, ["LATE"], [], 4)
    answer = metric_outcomes.evaluate(run, [], 90)
    assert answer["new_outcomes"] == 0
    assert answer["open"] == {
        "not_due": 3,
        "next_due": period_after(values[-1][0], 3).isoformat(),
        "due_but_not_reported": 1,
        "oldest_not_reported": values[-1][0].isoformat(),
    }
    assert answer["horizons"] == {"quarter": {}, "annual": {}}


def test_a_quarter_that_no_report_knows_is_no_outcome(run: Direct) -> None:
    values = list(recent(34, 6).items())
    keep(run, "GAP", dict(values[:32]))
    metric_forecasts.forecast(run, ["GAP"], [], 2)
    keep(run, "GAP", dict([*values[:32], (values[32][0], None), values[33]]))
    answer = metric_outcomes.evaluate(run, [], TEN_YEARS)
    assert answer["new_outcomes"] == 1
    assert answer["open"]["due_but_not_reported"] == 1
    kept = run.storage.forecasts.latest("metric", "GAP", "revenue")
    assert kept is not None
    assert [one.step for one in kept.outcomes] == [2]


def test_years_are_scored_beside_years_and_a_company_without_metrics_any_more_stays_open(
    run: Direct,
) -> None:
    this = datetime.now(UTC).date().year
    years = {date(y, 12, 31): 100.0 + 7 * y % 13 for y in range(this - 18, this)}
    keep(run, "YEARS", dict(list(years.items())[:17]), "annual")
    metric_forecasts.forecast(run, ["YEARS"], [], 1)
    keep(run, "YEARS", {}, "annual")
    gone = metric_outcomes.evaluate(run, [], TEN_YEARS)
    assert gone["new_outcomes"] == 0
    assert gone["open"]["due_but_not_reported"] == 1
    keep(run, "YEARS", dict(years), "annual")
    answer = metric_outcomes.evaluate(run, [], TEN_YEARS)
    assert answer["new_outcomes"] == 1
    assert set(answer["horizons"]["annual"]) == {"1"}
    assert answer["horizons"]["quarter"] == {}


def test_without_forecasts_nothing_is_said(run: Direct) -> None:
    answer = metric_outcomes.evaluate(run, [], 90)
    assert (answer["forecasts"], answer["new_outcomes"]) == (0, 0)
    assert answer["open"]["next_due"] is None
