"""Each measure against its definition, computed the plain way."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.risk.market import days, named, returns
from worker_core.risk import Panel, RiskError, long_run_mes, panel, srisk
from worker_core.risk.comovement import comovement, standardised_shift, turbulence
from worker_core.risk.covariance import ledoit_wolf, windows
from worker_core.risk.tails import (
    delta_covar,
    marginal_expected_shortfall,
    market_beta,
    quantile_regression,
)

WINDOW = 120


def whole(x: np.ndarray) -> Panel:
    return panel(days(len(x)), named(x.shape[1]), x)


def test_rolling_covariances_are_those_of_each_window() -> None:
    x = returns(700) + 5.0
    for stride in (1, 7):
        for part in windows(whole(x), WINDOW, stride):
            for number, end in enumerate(part.ends):
                rows = x[end - WINDOW + 1 : end + 1]
                assert_allclose(part.covariances[number], np.cov(rows.T), rtol=1e-8, atol=1e-14)
                assert_allclose(part.means[number], rows.mean(axis=0))


def test_turbulence_is_the_distance_from_the_days_before_and_its_parts_sum_to_it() -> None:
    x = returns(400)
    found = turbulence(whole(x), WINDOW)
    before = x[-WINDOW - 1 : -1]
    away = np.asarray(x[-1] - before.mean(axis=0))
    expected = away @ np.linalg.inv(np.cov(before.T)) @ away
    assert found.values[-1] == pytest.approx(expected)
    assert found.shares.sum() == pytest.approx(expected)
    assert np.isnan(found.values[:WINDOW]).all()


def test_turbulence_of_a_day_does_not_depend_on_the_days_after_it() -> None:
    x = returns(400)
    early = turbulence(whole(x[:300]), WINDOW).values
    assert_allclose(turbulence(whole(x), WINDOW).values[:300], early)


def test_absorption_is_the_share_of_the_first_fifth_of_the_eigenvectors() -> None:
    x = returns(400, names=10)
    found = comovement(whole(x), WINDOW)
    covariance = np.cov(x[-WINDOW:].T)
    levels = np.sort(np.linalg.eigvalsh(covariance))
    assert found.absorption.values[-1] == pytest.approx(sum(levels[-2:]) / sum(levels))
    assert found.absorption.shares.sum() == pytest.approx(found.absorption.values[-1])
    together = np.asarray(np.corrcoef(x[-WINDOW:].T))
    pairs = together[np.triu_indices(10, 1)]
    assert found.correlation.values[-1] == pytest.approx(pairs.mean())
    assert found.correlation.shares.mean() == pytest.approx(pairs.mean())


def test_entropy_is_one_where_nothing_moves_together_and_falls_to_nought_where_all_does() -> None:
    noise = np.random.default_rng(3).standard_normal((3000, 5)) * 0.01
    apart = comovement(whole(noise), 2900, 50).entropy.values[-1]
    one = np.repeat(noise[:, :1], 5, axis=1)
    assert apart == pytest.approx(1.0, abs=0.005)
    assert comovement(whole(one), 2900, 50).entropy.values[-1] == pytest.approx(0.0, abs=1e-6)


def test_the_standardised_shift_is_fifteen_days_against_a_year() -> None:
    values = np.random.default_rng(4).random(600)
    year = values[-252:]
    expected = (year[-15:].mean() - year.mean()) / year.std(ddof=1)
    assert standardised_shift(values)[-1] == pytest.approx(expected)
    assert np.isnan(standardised_shift(np.full(600, 0.7))).all()
    assert np.isnan(standardised_shift(values[:200])).all()


def test_shrinkage_agrees_with_scikit_learn_also_with_more_names_than_days() -> None:
    from sklearn.covariance import ledoit_wolf as reference

    for x in (returns(50, names=12), returns(30, names=80)):
        assert_allclose(ledoit_wolf(x), reference(x)[0], rtol=1e-9, atol=1e-16)


def test_mes_is_the_mean_loss_on_the_worst_twentieth_of_days() -> None:
    x = returns(400)
    market = x.mean(axis=1)
    worst = np.argsort(market)[:20]
    assert_allclose(marginal_expected_shortfall(x, market), -x[worst].mean(axis=0))


@pytest.mark.parametrize("quantile", [0.05, 0.5])
def test_quantile_regression_reaches_the_least_loss_that_a_linear_program_finds(
    quantile: float,
) -> None:
    from scipy.optimize import linprog

    x = returns(300, names=3).T
    y = x.mean(axis=0) + returns(300, names=1, seed=9)[:, 0]
    base, slope = quantile_regression(x, np.broadcast_to(y, x.shape), quantile)
    for number in range(3):
        residual = y - base[number] - slope[number] * x[number]
        loss = np.where(residual < 0, quantile - 1, quantile) @ residual
        design = np.column_stack([np.ones(300), x[number]])
        best = linprog(
            np.r_[np.zeros(4), np.full(300, quantile), np.full(300, 1 - quantile)],
            A_eq=np.hstack([design, -design, np.eye(300), -np.eye(300)]),
            b_eq=y,
            bounds=(0, None),
        )
        assert loss == pytest.approx(best.fun, rel=1e-9)


def test_delta_covar_is_larger_for_the_name_that_moves_the_market() -> None:
    random = np.random.default_rng(5)
    mover, bystander = random.standard_t(4, (2, 2000)) * 0.01
    market = 0.8 * mover + random.standard_normal(2000) * 0.004
    large, none = delta_covar(np.column_stack([mover, bystander]), market)
    assert large == pytest.approx(-0.8 * np.quantile(mover, 0.05), rel=0.1)
    assert abs(none) < 0.2 * large
    assert np.isnan(delta_covar(np.zeros((2000, 1)), market)).all()


def test_long_run_mes_and_srisk_follow_the_closed_form() -> None:
    assert long_run_mes(np.array([0.0, 1.0, 2.0])) == pytest.approx([0.0, 0.4, 1 - 0.6**2])
    found = srisk("BANK", beta=1.0, equity=100.0, liabilities=1500.0)
    assert found.shortfall == pytest.approx(0.08 * 1500 - 0.92 * 0.6 * 100)
    assert market_beta(np.array([[0.2], [-0.2], [0.1]]), np.array([0.1, -0.1, 0.05])) == (
        pytest.approx([2.0])
    )


@pytest.mark.parametrize(("equity", "liabilities"), [(0.0, 1.0), (float("nan"), 1.0), (1.0, -1.0)])
def test_srisk_refuses_what_is_no_amount_of_money(equity: float, liabilities: float) -> None:
    with pytest.raises(RiskError, match="amount"):
        srisk("BANK", 1.0, equity, liabilities)
