"""Scores of forecasts, against values worked by hand and against simulations."""

import math

import numpy as np
import pytest

from worker_core.forecasting import scores


def test_mase_divides_by_the_seasonal_naive_error_of_the_history() -> None:
    history = [10.0, 20.0, 12.0, 24.0]  # two seasons of two: errors 2 and 4
    assert scores.mase([10.0, 20.0], [13.0, 20.0], history, season=2) == pytest.approx(1.5 / 3)


@pytest.mark.parametrize(
    "history", [[5.0] * 8, [1.0, 2.0] * 4, [0.1 + 0.2, 7.0, 0.3, 7.0], [7.0], []]
)
def test_a_history_without_naive_errors_gives_no_mase(history: list[float]) -> None:
    assert math.isnan(scores.mase([1.0], [2.0], history, season=2))


def test_missing_values_of_the_history_do_not_enter_the_scale() -> None:
    assert scores.naive_scale([1.0, math.nan, 4.0, 6.0]) == 2.0


def test_smape_is_of_the_m_competitions() -> None:
    assert scores.smape([100.0, 50.0], [110.0, 50.0]) == pytest.approx(100 * 10 / 210)
    assert scores.smape([0.0], [0.0]) == 0.0
    assert scores.smape([1.0], [-1.0]) == 100.0 * 2


def test_owa_of_the_naive_method_itself_is_one() -> None:
    assert scores.owa(1.3, 9.0, 1.3, 9.0) == 1.0
    assert scores.owa(0.65, 9.0, 1.3, 9.0) == 0.75
    assert math.isnan(scores.owa(1.0, 1.0, 0.0, 1.0))


def test_coverage_counts_the_ends_of_the_interval() -> None:
    assert scores.coverage([1.0, 2.0, 3.0, 4.0], [1.0] * 4, [3.0] * 4) == 0.75


def test_winkler_adds_the_price_of_a_miss_to_the_width() -> None:
    assert scores.winkler([0.0], [-1.0], [1.0], 0.8) == pytest.approx(2.0)
    assert scores.winkler([3.0], [-1.0], [1.0], 0.8) == pytest.approx(2.0 + 10.0 * 2.0)


def test_winkler_is_least_at_the_true_quantiles() -> None:
    draws = np.random.default_rng(1).normal(size=20_000)

    def score(reach: float) -> float:
        return scores.winkler(draws, np.full_like(draws, -reach), np.full_like(draws, reach), 0.95)

    assert score(1.96) < min(score(1.6), score(2.4))


def test_pinball_is_least_at_the_true_quantile() -> None:
    draws = np.random.default_rng(2).normal(size=20_000)
    losses = [scores.pinball(draws, np.full_like(draws, at), 0.9) for at in (0.9, 1.2816, 1.7)]
    assert min(losses) == losses[1]
    assert scores.pinball([2.0], [1.0], 0.9) == pytest.approx(0.9)


@pytest.mark.parametrize("wrong", [0.0, 1.0, 95.0, math.nan])
def test_a_level_that_is_no_share_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        scores.winkler([0.0], [0.0], [0.0], wrong)


def test_values_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be held against"):
        scores.smape([1.0, 2.0], [1.0])


def test_diebold_mariano_without_overlap_is_a_corrected_t_test() -> None:
    chance = np.random.default_rng(3)
    first, second = chance.normal(1.0, 1.0, 40), chance.normal(1.5, 1.0, 40)
    found = scores.diebold_mariano(first, second)
    difference = first - second
    # Harvey, Leybourne & Newbold with one step: the t-test of the mean.
    expected = difference.mean() / (difference.std(ddof=1) / math.sqrt(40))
    assert found.statistic == pytest.approx(expected)
    assert found.lags == 0
    assert found.difference == pytest.approx(difference.mean())


def test_diebold_mariano_rejects_equal_forecasts_about_as_often_as_it_says() -> None:
    chance = np.random.default_rng(4)
    rejected = 0
    for _ in range(1000):
        # Errors over four overlapping steps: a moving average.
        noise = np.convolve(chance.normal(size=203), np.ones(4), "valid")
        other = np.convolve(chance.normal(size=203), np.ones(4), "valid")
        found = scores.diebold_mariano(noise**2, other**2, overlap=4)
        rejected += found.p_value < 0.05
    assert 0.02 < rejected / 1000 < 0.09


def test_diebold_mariano_one_sided_asks_whether_the_first_is_better() -> None:
    better, worse = np.linspace(0.5, 1.0, 20), np.linspace(1.0, 2.0, 20)
    assert scores.diebold_mariano(better, worse, alternative="less").p_value < 0.01
    assert scores.diebold_mariano(worse, better, alternative="less").p_value > 0.99


def test_diebold_mariano_says_why_there_is_no_test() -> None:
    few = scores.diebold_mariano([1.0] * 5, [2.0] * 5)
    assert math.isnan(few.p_value)
    assert few.note == "No test: 5 losses, and 8 are needed."
    same = scores.diebold_mariano([1.0] * 20, [1.0] * 20)
    assert math.isnan(same.p_value)
    assert "does not vary" in same.note


def test_a_variance_that_comes_out_negative_is_taken_by_bartlett() -> None:
    turning = np.tile([1.0, -1.0], 10) + 0.1
    found = scores.diebold_mariano(turning, np.zeros(20), overlap=2)
    assert math.isfinite(found.statistic)
    assert "Bartlett" in found.note


def test_the_mean_leaves_out_what_could_not_be_scored() -> None:
    assert scores.mean_of([1.0, math.nan, 3.0]) == 2.0
    assert math.isnan(scores.mean_of([math.nan]))
