import json
import math

import numpy as np
import pytest

from tests.forecasting.price.markets import Market, market
from worker_core.forecasting.price import prepare
from worker_core.forecasting.price.evaluation import (
    evaluate,
    in_words,
    worst_year,
)
from worker_core.forecasting.price.historical import historical


def test_where_volatility_clusters_the_density_beats_historical_simulation() -> None:
    skills, tests = [], []
    for seed in range(4):
        made = market(1600, seed=20 + seed)
        result = evaluate(prepare(made.closes, made.ohlc))
        assert result is not None
        assert set(result.horizons) == {1, 5, 21}
        skills.append(result.horizons[1].skill)
        tests.append(result.horizons[1].coverage[95])
    assert np.mean(skills) < 0.99
    assert 0.9 < np.mean(tests) < 0.99


def test_nothing_later_than_an_origin_is_known_there(stock: Market) -> None:
    """What comes in the end is changed: what was forecast before that may not be."""
    history = prepare(stock.closes, stock.ohlc)
    plain = evaluate(history, horizons=(1,))
    later = stock.ohlc.copy()
    later[-30:] *= np.linspace(1, 3, 30)[:, None]
    changed = evaluate(prepare(later[:, 3], later), horizons=(1,))
    assert plain is not None
    assert changed is not None
    early = slice(0, plain.horizons[1].origins - 7)
    assert plain.horizons[1].losses[early] == changed.horizons[1].losses[early]
    assert plain.horizons[1].losses != changed.horizons[1].losses


def test_scores_are_told_with_their_base_rate_and_without_boasting(stock: Market) -> None:
    result = evaluate(prepare(stock.closes))
    assert result is not None
    for scores in result.horizons.values():
        words = in_words(scores)
        assert "base rate, and no skill" in words
        if not scores.dm_p < 0.05:
            assert "not surely different" in words
        assert sum(scores.pit) == pytest.approx(1)
        assert 0 <= scores.worst_year <= scores.coverage[95] + 0.1
        json.dumps(scores.as_json(), allow_nan=False)


def test_intervals_learn_only_at_long_horizons(stock: Market) -> None:
    result = evaluate(prepare(stock.closes))
    assert result is not None
    assert {horizon for horizon, _ in result.conformal.misses} == {5, 21}
    assert result.conformal.outcomes[21, 95] == result.horizons[21].origins


def test_a_short_history_has_no_evaluation(stock: Market) -> None:
    assert evaluate(prepare(stock.closes[-300:])) is None


def test_a_random_walk_without_clusters_shows_no_skill() -> None:
    generator = np.random.default_rng(6)
    closes = 50 * np.exp(np.cumsum(generator.normal(0.0002, 0.01, 1600)))
    result = evaluate(prepare(closes))
    assert result is not None
    assert abs(result.horizons[1].skill - 1) < 0.05


def test_the_naive_method_takes_overlapping_periods_of_its_window() -> None:
    returns = np.linspace(0, 0.012, 1200, endpoint=False)
    periods = historical(returns, 5, end=1100)
    assert len(periods) == 1000 - 5 + 1
    assert periods[-1] == pytest.approx(returns[1095:1100].sum())
    assert len(historical(returns[:3], 5)) == 0


def test_the_worst_year_is_the_lowest_of_the_rolling_ones() -> None:
    inside = np.ones(150, dtype=bool)
    inside[60:70] = False
    assert worst_year(inside, 5) == pytest.approx(40 / 50)
    assert math.isnan(worst_year(inside[:49], 5))
