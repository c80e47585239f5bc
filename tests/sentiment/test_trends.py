"""Trends say what the data bear, and say so where they bear nothing."""

import itertools
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker_core.sentiment.trends import Observation, daily, newey_west, partition, trend

START = date(2024, 1, 1)


def series(values: list[float]) -> list[Observation]:
    return [Observation(START + timedelta(days=i), value, 3) for i, value in enumerate(values)]


def noise(count: int, seed: int = 0, size: float = 0.05) -> list[float]:
    return list(np.random.default_rng(seed).normal(0, size, count))


def test_documents_of_a_day_weigh_the_same() -> None:
    (day,) = daily([Observation(START, 0.2, 10), Observation(START, 0.6, 1)], half_life=7)
    assert day.mean == pytest.approx(0.4)
    assert (day.documents, day.sentences) == (2, 11)


def test_a_day_weighs_half_after_a_half_life_of_calendar_days() -> None:
    first, second = daily(
        [Observation(START, 1.0), Observation(START + timedelta(days=7), 0.0)], half_life=7
    )
    assert first.ewma == 1.0
    assert second.ewma == pytest.approx(0.5 / 1.5)


def test_days_come_in_order_whatever_the_order_of_the_documents() -> None:
    assert daily(reversed(series([1, 2, 3])), half_life=7) == daily(series([1, 2, 3]), half_life=7)


def test_the_slope_and_its_error_are_those_of_statsmodels() -> None:
    import statsmodels.api as sm

    values = [0.002 * i + each for i, each in enumerate(noise(150))]
    days = daily(series(values), half_life=7)
    ours = newey_west(days)
    model = sm.OLS(values, sm.add_constant(np.arange(150) / 30.0)).fit(
        cov_type="HAC", cov_kwds={"maxlags": ours.lags, "use_correction": True}
    )
    assert ours.per_30_days == pytest.approx(model.params[1])
    assert ours.error == pytest.approx(model.bse[1])
    assert ours.p_value == pytest.approx(model.pvalues[1])


def test_a_steady_rise_is_significant_and_noise_is_not() -> None:
    rising = trend(series([0.01 * i + each for i, each in enumerate(noise(60))])).slope
    flat = trend(series(noise(60))).slope
    assert rising is not None
    assert flat is not None
    assert rising.p_value < 0.001
    assert rising.low < 0.3 < rising.high
    assert flat.p_value > 0.05


def test_a_change_of_level_is_dated() -> None:
    values = [each + (0.5 if i >= 40 else 0.0) for i, each in enumerate(noise(90))]
    (turn,) = trend(series(values)).turns
    assert abs((turn.day - START).days - 40) <= 1
    assert turn.before == pytest.approx(0.0, abs=0.05)
    assert turn.after == pytest.approx(0.5, abs=0.05)


def test_noise_has_no_turns() -> None:
    found = [len(trend(series(noise(200, seed=seed))).turns) for seed in range(20)]
    assert sum(found) <= 1


def test_a_tone_that_never_changes_has_neither_slope_nor_turn() -> None:
    found = trend(series([0.1] * 50))
    assert found.slope is not None
    assert found.slope.per_30_days == pytest.approx(0.0, abs=1e-9)
    assert found.slope.p_value == 1.0
    assert found.turns == ()


@pytest.mark.parametrize(("count", "said"), [(0, 2), (1, 2), (9, 2), (10, 1), (19, 1), (20, 0)])
def test_too_little_data_is_said_and_nothing_computed(count: int, said: int) -> None:
    found = trend(series(noise(count)))
    assert len(found.missing) == said
    assert (found.slope is None) == (count < 10)
    assert len(found.days) == count
    if count == 1:
        assert found.missing[0] == "No slope: 1 day has documents, and 10 are needed."


@pytest.mark.parametrize("half_life", [0.0, -1.0, float("nan")])
def test_a_half_life_that_is_none_is_refused(half_life: float) -> None:
    with pytest.raises(ValueError, match="half-life"):
        trend([], half_life=half_life)


def test_a_tone_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not a number"):
        trend(series([0.1, float("nan")]))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-1, 1).map(lambda v: round(v, 2)), min_size=1, max_size=9),
    st.floats(0.05, 1),
)
def test_no_partition_is_better_than_the_one_that_is_found(
    values: list[float], penalty: float
) -> None:
    def cost(starts: tuple[int, ...]) -> float:
        edges = [0, *starts, len(values)]
        return penalty * len(starts) + sum(
            float(np.sum((np.array(values[a:b]) - np.mean(values[a:b])) ** 2))
            for a, b in itertools.pairwise(edges)
        )

    inner = range(1, len(values))
    every = itertools.chain.from_iterable(
        itertools.combinations(inner, size) for size in range(len(values))
    )
    least = min(cost(starts) for starts in every)
    assert cost(tuple(partition(values, penalty, shortest=1))) == pytest.approx(least, abs=1e-9)
