from statistics import NormalDist

import numpy as np
import pytest

from tests.forecasting.price.markets import Market, market
from worker_core.forecasting.price import (
    Conformal,
    Parameters,
    forecast_prices,
    own_drift,
    pooled_prior,
)


def test_the_same_seed_gives_the_same_numbers_and_another_one_nearly_the_same(
    stock: Market,
) -> None:
    first = forecast_prices(stock.closes, 10, seed=5)
    again = forecast_prices(stock.closes, 10, seed=5, parameters=first.parameters)
    other = forecast_prices(stock.closes, 10, seed=6, parameters=first.parameters)
    np.testing.assert_array_equal(first.quantiles, again.quantiles)
    assert not np.array_equal(first.quantiles, other.quantiles)
    np.testing.assert_allclose(first.median, other.median, rtol=0.01)


def test_quantiles_are_ordered_and_spread_with_the_horizon(stock: Market) -> None:
    forecast = forecast_prices(stock.closes, 60, levels=(50, 80, 95), ohlc=stock.ohlc)
    assert forecast.quantiles.shape == (60, len(forecast.shares))
    assert (np.diff(forecast.quantiles, axis=1) >= 0).all()
    assert (forecast.quantiles > 0).all()
    for level in (50, 80, 95):
        lower, upper = forecast.interval(level)
        assert (lower < upper).all()
        assert upper[-1] / lower[-1] > upper[0] / lower[0]
    assert (forecast.interval(95)[0] <= forecast.interval(50)[0]).all()


def test_the_mean_is_a_random_walk_with_the_drift_it_was_given(stock: Market) -> None:
    still = forecast_prices(stock.closes, 21, drift=0.0)
    rising = forecast_prices(stock.closes, 21, drift=0.001)
    np.testing.assert_allclose(still.mean, stock.closes[-1])
    np.testing.assert_allclose(rising.mean[-1], stock.closes[-1] * np.exp(0.021))


def test_the_volatility_is_near_the_one_that_made_the_prices() -> None:
    ratios = []
    for seed in range(6):
        made = market(1300, seed=seed)
        for ohlc in (None, made.ohlc[:-1]):
            forecast = forecast_prices(made.closes[:-1], 1, ohlc=ohlc)
            assert forecast.models == ("EWMA", "GJR-t", "HAR")
            truth = np.sqrt(252 * made.variance[-1])
            ratios.append(forecast.annual_volatility / truth)
    assert 0.85 < np.median(ratios) < 1.15
    assert min(ratios) > 0.6
    assert max(ratios) < 1.6


def test_intervals_hold_what_they_promise_on_prices_that_came() -> None:
    inside = {(level, step): 0 for level in (80, 95) for step in (1, 10)}
    count = 0
    for seed in range(10):
        made = market(1100, seed=100 + seed)
        parameters: Parameters | None = None
        for end in range(800, 1080, 20):
            forecast = forecast_prices(made.closes[:end], 10, parameters=parameters, seed=end)
            parameters, count = forecast.parameters, count + 1
            for level, step in inside:
                lower, upper = forecast.interval(level)
                came = made.closes[end - 1 + step]
                inside[level, step] += int(lower[step - 1] <= came <= upper[step - 1])
    for (level, step), hits in inside.items():
        spread = 3.5 * np.sqrt(level / 100 * (1 - level / 100) / count)
        assert abs(hits / count - level / 100) < spread, (level, step)


def test_direction_is_never_told_without_its_base_rate(stock: Market) -> None:
    forecast = forecast_prices(stock.closes, 21)
    closes = stock.closes
    assert forecast.base_rate[20] == pytest.approx(np.mean(closes[21:] > closes[:-21]))
    assert ((forecast.up_probability >= 0) & (forecast.up_probability <= 1)).all()


def test_a_base_rate_of_too_few_periods_is_missing(stock: Market) -> None:
    forecast = forecast_prices(stock.closes[-100:], 60)
    assert np.isfinite(forecast.base_rate[30])
    assert np.isnan(forecast.base_rate[-1])


def test_parameters_survive_being_written_down(stock: Market) -> None:
    forecast = forecast_prices(stock.closes, 5, ohlc=stock.ohlc)
    read = Parameters.from_json(forecast.parameters.as_json())
    assert read == forecast.parameters
    for damaged in ({}, {"version": "other"}, forecast.parameters.as_json() | {"har": {"x": 1}}):
        with pytest.raises(ValueError, match=r"parameters"):
            Parameters.from_json(damaged)


def test_cached_parameters_follow_new_closes_without_a_fit(
    stock: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    early = forecast_prices(stock.closes[:1400], 5, ohlc=stock.ohlc[:1400])

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("fitted")

    monkeypatch.setattr("worker_core.forecasting.price.model.fit_gjr", refuse)
    monkeypatch.setattr("worker_core.forecasting.price.model.fit_har", refuse)
    late = forecast_prices(stock.closes, 5, ohlc=stock.ohlc, parameters=early.parameters)
    assert late.last == stock.closes[-1]
    assert late.parameters == early.parameters


def test_parameters_of_ranges_serve_where_only_closes_are_left(stock: Market) -> None:
    ranged = forecast_prices(stock.closes, 5, ohlc=stock.ohlc)
    bare = forecast_prices(stock.closes, 5, parameters=ranged.parameters)
    assert bare.models == ranged.models
    short = forecast_prices(stock.closes[-62:], 5, parameters=ranged.parameters)
    assert "HAR" not in short.models


def test_the_scale_of_a_price_changes_nothing_but_the_scale(stock: Market) -> None:
    pounds = forecast_prices(stock.closes, 10)
    pence = forecast_prices(100 * stock.closes, 10, parameters=pounds.parameters)
    np.testing.assert_allclose(pence.quantiles, 100 * pounds.quantiles, rtol=1e-9)


@pytest.mark.parametrize("horizon", [0, -1, 253])
def test_a_horizon_out_of_bounds_is_refused(stock: Market, horizon: int) -> None:
    with pytest.raises(ValueError, match="horizon"):
        forecast_prices(stock.closes, horizon)


def test_levels_and_drifts_that_mean_nothing_are_refused(stock: Market) -> None:
    with pytest.raises(ValueError, match="level"):
        forecast_prices(stock.closes, 5, levels=(0.95, 100))
    for drift in (0.5, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="drift"):
            forecast_prices(stock.closes, 5, drift=drift)


def test_a_lone_symbol_s_drift_lies_between_its_own_and_the_usual() -> None:
    returns = np.random.default_rng(3).normal(0.002, 0.02, 1000)
    assert own_drift(returns, prior=0.0002) > 0.0002
    assert own_drift(returns, prior=0.0002) < returns.mean()
    assert own_drift(returns[:50]) < own_drift(returns)


def test_the_pool_s_drift_is_shrunk_and_never_more_than_what_was_seen() -> None:
    generator = np.random.default_rng(4)
    several = [generator.normal(0.001, 0.02, 1000) for _ in range(50)]
    grand = np.mean([r.mean() + r.var() / 2 for r in several])
    assert 0.0002 < pooled_prior(several) < grand
    assert pooled_prior([]) == 0.0002


def test_misses_widen_the_intervals_and_hits_narrow_them(stock: Market) -> None:
    plain = forecast_prices(stock.closes, 21)
    missed, held = Conformal(), Conformal()
    for _ in range(4):
        missed = missed.learned(21, {80: True, 95: True})
    for _ in range(100):
        held = held.learned(21, {80: False, 95: False})
    wide = forecast_prices(stock.closes, 21, conformal=missed, parameters=plain.parameters)
    narrow = forecast_prices(stock.closes, 21, conformal=held, parameters=plain.parameters)
    for level in (80, 95):
        widths = [np.subtract(*f.interval(level)[::-1])[20] for f in (narrow, plain, wide)]
        assert widths[0] < widths[1] < widths[2]
    # A session ahead is far from what has been missed.
    np.testing.assert_array_equal(wide.quantiles[0], plain.quantiles[0])
    assert (np.diff(wide.quantiles, axis=1) >= 0).all()


def test_conformal_state_survives_being_written_down() -> None:
    state = Conformal().learned(21, {80: True, 95: False}).learned(5, {80: False})
    assert Conformal.from_json(state.as_json()) == state
    assert state.misses[21, 80] == pytest.approx(0.2 - 0.005 * 0.8)


def test_the_share_of_misses_becomes_what_was_promised_whatever_comes() -> None:
    """The guarantee of Gibbs & Candès, with a density that is far too narrow."""
    generator = np.random.default_rng(8)
    state, misses = Conformal(), 0
    draws = generator.normal(0, 2.0, 4000)
    promised = NormalDist()
    for came in draws:
        share = float(state.shares(21, np.array([0.1]))[0])
        outside = abs(came) > -promised.inv_cdf(share)
        misses += outside
        state = state.learned(21, {80: bool(outside)})
    assert misses / len(draws) == pytest.approx(0.2, abs=0.03)
