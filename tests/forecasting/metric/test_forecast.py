"""The forecast of a group: what is averaged, what is refused, and what is known of it."""

import math

import numpy as np
import pytest

from tests.forecasting.metric.makers import group, seasonal
from worker_core.forecasting.metric.checks import Series
from worker_core.forecasting.metric.evaluation import TooShort, evaluate
from worker_core.forecasting.metric.forecast import forecast_metrics
from worker_core.forecasting.metric.model import GroupForecast, MetricForecast
from worker_core.forecasting.metric.options import Options
from worker_core.forecasting.metric.panel import Floats


def one(values: Floats | list[float], *, season: int = 1, horizon: int = 3) -> GroupForecast:
    return forecast_metrics(
        [Series("x", np.asarray(values, dtype=np.float64))], season=season, horizon=horizon
    )


def only(values: Floats | list[float], *, season: int = 1, horizon: int = 3) -> MetricForecast:
    (found,) = one(values, season=season, horizon=horizon).forecasts
    return found


def reason(values: Floats | list[float]) -> str:
    (refused,) = one(values).refused
    return refused.reason


def test_a_group_learns_from_all_of_its_series() -> None:
    found = forecast_metrics(group(40), season=4, horizon=4)
    assert "pooled trees" in found.forecasts[0].model
    assert found.notes == ()
    assert found.evidence is not None
    assert found.evidence.skill > 0.1
    assert found.evidence.against_naive.p_value < 1e-3


def test_a_few_series_say_that_they_stand_alone() -> None:
    found = forecast_metrics(group(3), season=4, horizon=4)
    assert "pooled" not in found.forecasts[0].model
    assert "stand alone" in found.notes[0]


def test_the_same_call_gives_the_same_numbers() -> None:
    first, second = (forecast_metrics(group(22, 30), season=4, horizon=3) for _ in range(2))
    for before, after in zip(first.forecasts, second.forecasts, strict=True):
        assert (before.mean == after.mean).all()
        assert (before.low[95.0] == after.low[95.0]).all()
        assert before.data_hash == after.data_hash


def test_what_a_forecast_rests_on_is_told() -> None:
    found = one(seasonal(), season=4)
    assert set(found.versions) == {"afi-desk", "python", "numpy", "scipy", "scikit-learn"}
    assert found.seed == 0
    assert len(found.forecasts[0].data_hash) == 64
    assert found.evidence is not None
    assert set(found.evidence.winkler) == set(found.evidence.pinball) == {80.0, 95.0}
    assert math.isfinite(found.forecasts[0].skill)


def test_a_changed_value_changes_the_hash() -> None:
    values = seasonal()
    before = only(values).data_hash
    values[3] += 1e-9
    assert only(values).data_hash != before


def test_what_is_held_out_does_not_teach() -> None:
    """If the last values are nonsense, the evidence must not look good."""
    series = [Series(each.id, np.append(each.values, [1e3, -1e3, 1e3])) for each in group(30)]
    found = forecast_metrics(series, season=4, horizon=3)
    assert found.evidence is not None
    assert found.evidence.mase > 20


def test_below_two_seasons_it_is_the_naive_method_and_says_so() -> None:
    found = only([1.0, 3.0, 2.0, 4.0, 1.5, 3.5, 2.5], season=4, horizon=4)
    assert found.model == "Seasonal naive"
    assert found.mean == pytest.approx([4.0, 1.5, 3.5, 2.5])
    assert "two seasons" in found.notes[0]
    assert (found.high[95.0] - found.low[95.0] > 2.0).all()


def test_a_constant_stays_and_claims_no_uncertainty_it_cannot_know() -> None:
    found = only([7.0] * 20)
    assert (found.mean == 7.0).all()
    assert (found.high[95.0] == 7.0).all()
    assert "never changed" in found.notes[0]


def test_gaps_are_filled_and_told() -> None:
    values = seasonal(48, 4, noise=0.1)
    values[[10, 11, 30]] = np.nan
    found = only(values, season=4, horizon=4)
    assert "3 of 48 values are missing" in found.notes[0]
    assert found.mean == pytest.approx(only(seasonal(48, 4, noise=0.1), season=4, horizon=4).mean,
                                       rel=0.02)  # fmt: skip


def test_missing_values_at_the_end_are_not_made_up() -> None:
    whole, cut = seasonal(40, 4), seasonal(40, 4)
    cut[-2:] = np.nan
    found = only(cut, season=4)
    assert "The last 2 steps have no value" in found.notes[0]
    assert found.mean == pytest.approx(only(whole[:-2], season=4).mean)


def test_mostly_nothing_is_forecast_as_demand() -> None:
    chance = np.random.default_rng(1)
    values = np.where(chance.random(60) < 0.25, chance.poisson(5.0, 60), 0).astype(np.float64)
    found = only(values)
    assert found.model == "Croston (SBA)"
    assert 0.4 * values.mean() < found.mean[0] < 2.0 * values.mean()
    assert (found.low[95.0] >= 0).all()


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([], "no value at all"),
        ([math.nan] * 5, "no value at all"),
        ([4.0], "3 are needed"),
        ([1.0, 2.0, math.inf, 3.0, 4.0], "first at step 3"),
        ([1.0, -math.inf, 3.0], "infinite"),
        ([1.0, math.nan, math.nan, math.nan, 2.0, 3.0], "too many to fill in"),
        ([1e200, 2e200, 1e200, 3e200], "beyond 1e100"),
        ([1e-200, 2e-200, 1e-200, 3e-200], "below 1e-100"),
    ],
)
def test_what_cannot_be_forecast_is_refused_in_words(values: list[float], told: str) -> None:
    assert told in reason(values)


def test_one_bad_series_does_not_hold_up_the_others() -> None:
    found = forecast_metrics(
        [*group(4), Series("bad", np.array([math.inf, 1.0, 2.0]))], season=4, horizon=2
    )
    assert len(found.forecasts) == 4
    assert [each.id for each in found.refused] == ["bad"]


@pytest.mark.parametrize(
    "values",
    [
        np.concatenate([np.zeros(30), [1.0]]),
        np.concatenate([np.full(30, 5.0), [1e9]]),
        np.tile([1.0, -1.0], 20),
        10.0 ** np.arange(40),
        -seasonal(40, 4),
        np.arange(40.0) % 4,
        np.full(40, 1e-99) * np.arange(1, 41),
    ],
)
def test_odd_series_get_finite_numbers_in_order(values: Floats) -> None:
    found = only(values, season=4, horizon=6)
    assert np.isfinite(found.mean).all()
    for level in (80.0, 95.0):
        assert (found.low[level] <= found.high[level]).all()
        assert np.isfinite(found.high[level]).all()
    assert (found.low[95.0] <= found.low[80.0]).all()


def test_a_horizon_longer_than_the_past_is_answered_with_wide_intervals() -> None:
    found = only(seasonal(16, 4), season=4, horizon=40)
    assert np.isfinite(found.mean).all()
    width = found.high[95.0] - found.low[95.0]
    assert width[-1] > width[0]


@pytest.mark.parametrize(
    ("season", "horizon", "levels"), [(0, 1, (80,)), (1, 0, (80,)), (1, 1, (100,)), (1, 1, ())]
)
def test_what_is_no_season_horizon_or_level_is_refused(
    season: int, horizon: int, levels: tuple[float, ...]
) -> None:
    with pytest.raises(ValueError, match=r"season|horizon|Levels"):
        forecast_metrics(group(1), season=season, horizon=horizon, levels=levels)


def test_options_out_of_bounds_are_refused() -> None:
    with pytest.raises(ValueError, match="pooled_share"):
        Options(pooled_share=1.5)


def test_an_evaluation_knows_nothing_of_what_came() -> None:
    series = [Series(f"{place}", seasonal(40, 4, seed=place)) for place in range(10)]
    before = evaluate(series, season=4, horizon=4, origins=2)
    assert before.forecasts == 20
    assert before.owa < 1.0
    assert before.skill == pytest.approx(1 - before.mase / before.naive_mase)
    assert math.isfinite(before.against_naive.p_value)
    # Another end changes the last origin's errors alone.
    changed = [
        Series(each.id, np.append(each.values[:-4], each.values[-4:] + 50)) for each in series
    ]
    after = evaluate(changed, season=4, horizon=4, origins=2)
    assert after.by_origin[0]["owa"] == pytest.approx(before.by_origin[0]["owa"])
    assert after.mase > before.mase + 1


def test_too_short_to_evaluate_is_said() -> None:
    with pytest.raises(TooShort, match="needs 11"):
        evaluate([Series("x", np.arange(6.0))], season=1, horizon=8)


def test_where_the_naive_method_is_surely_better_it_is_the_forecast_and_that_is_said() -> None:
    chance = np.random.default_rng(28)
    at = np.arange(120)
    pattern = np.tile(chance.normal(0.0, 30.0, 12), 10)
    values = 100.0 + pattern + chance.standard_t(2, 120) * (at % 12 == 3)
    found = one(list(values[:108]), season=12, horizon=6)
    (forecast,) = found.forecasts
    assert forecast.model == "Seasonal naive"
    assert forecast.mean == pytest.approx(values[96:102])
    assert "so that stands in its place" in found.notes[0]
    assert found.evidence is not None
    assert found.evidence.skill == 0.0
    assert found.evidence.coverage[95.0] > 0.9
    for level in (80.0, 95.0):
        assert (forecast.high[level] > forecast.low[level]).all()
