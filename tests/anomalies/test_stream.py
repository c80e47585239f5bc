"""Series scored as they come: causal, the same however cut, resumable, alarmed by what is odd."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from worker_core.anomalies import (
    Parameters,
    SeriesDetector,
    SeriesError,
    alarms,
    quick_parameters,
    score_series,
)
from worker_core.anomalies.model import DETECTORS, NEIGHBOURS, Floats

DAY = 86_400.0


def daily(days: int, seed: int = 0) -> tuple[Floats, Floats]:
    """Stamps every 30 minutes, and values with a daily season."""
    stamps = 1800.0 * np.arange(48 * days).astype(np.float64)
    random = np.random.default_rng(seed)
    wave = 10.0 * np.sin(2 * np.pi * stamps / DAY) + 50.0
    return stamps, wave + random.standard_normal(len(stamps))


def walk(rows: int, seed: int) -> tuple[Floats, Floats]:
    """Stamps, and a series with jumps, spikes and stretches at rest."""
    random = np.random.default_rng(seed)
    steps = random.standard_t(2, rows)
    steps[random.random(rows) < 0.3] = 0.0
    values = 0.3 * np.cumsum(steps) + (random.random(rows) < 0.01) * 30.0
    return 3600.0 * np.arange(rows).astype(np.float64), np.asarray(values)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10_000), st.integers(1, 699), st.booleans())
def test_no_score_depends_on_later_rows(seed: int, cut: int, timed: bool) -> None:
    stamps, values = walk(700, seed)
    whole = score_series(values, stamps if timed else None)
    early = score_series(values[:cut], stamps[:cut] if timed else None)
    np.testing.assert_allclose(whole.score[:cut], early.score, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(whole.is_anomaly[:cut], early.is_anomaly)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10_000), st.lists(st.integers(1, 200), min_size=1, max_size=12))
def test_scores_are_the_same_however_the_series_is_cut_and_stored_between(
    seed: int, pieces: list[int]
) -> None:
    stamps, values = walk(900, seed)
    whole = score_series(values, stamps)
    detector, at, found = SeriesDetector(), 0, []
    for piece in [*pieces, len(values)]:
        part = slice(at, at + piece)
        found.append(detector.update(values[part], stamps[part]).score)
        detector = SeriesDetector.resume(json.loads(json.dumps(detector.state())))
        at += piece
    np.testing.assert_allclose(np.concatenate(found), whole.score, rtol=1e-9, atol=1e-12)


def test_a_long_series_forgets_its_beginning_without_losing_its_place() -> None:
    stamps, values = walk(12_000, 3)
    whole = score_series(values, stamps)
    detector = SeriesDetector()
    found = [
        detector.update(values[at : at + 777], stamps[at : at + 777]).score
        for at in range(0, len(values), 777)
    ]
    np.testing.assert_allclose(np.concatenate(found), whole.score, rtol=1e-9, atol=1e-12)
    assert len(json.dumps(detector.state())) < 400_000


@pytest.mark.parametrize("quick", [True, False])
def test_a_spike_a_new_level_and_a_day_without_its_season_are_alarms(quick: bool) -> None:
    parameters = quick_parameters() if quick else Parameters()
    stamps, values = daily(20)
    spike, level, flat = values.copy(), values.copy(), values.copy()
    spike[700] += 60.0
    level[700:] += 40.0
    flat[710:730] = 75.0
    assert not score_series(values, stamps, parameters).is_anomaly.any()
    assert score_series(spike, stamps, parameters).is_anomaly[700]
    assert score_series(level, stamps, parameters).is_anomaly[700:710].any()
    assert score_series(flat, stamps, parameters).is_anomaly[710:730].any()


def test_a_stretch_in_an_order_never_seen_is_farther_from_its_neighbours_than_any_before() -> None:
    _, values = daily(20)
    values[720:740] = 50.0 + 12.0 * np.sign(np.sin(np.arange(20) * 2.5))
    strengths = score_series(values).strengths[NEIGHBOURS]
    assert strengths[720:745].max() > 3 * np.delete(strengths, range(720, 760)).max()


def test_after_an_alarm_it_is_quiet_unless_it_becomes_much_louder() -> None:
    random = np.random.default_rng(2)
    values = random.standard_normal(3000)
    values[2000:2020] += 40.0
    found = score_series(values, parameters=quick_parameters())
    assert found.is_anomaly[2000]
    assert found.is_anomaly[2000:2020].sum() < 4
    assert (found.score[2000:2020] > 0.3).all()
    values[2010] += 400.0
    assert score_series(values, parameters=quick_parameters()).is_anomaly[2010]


def test_an_alarm_is_a_score_of_a_half_and_more_and_nothing_else_is() -> None:
    for seed in range(5):
        stamps, values = walk(2000, seed)
        found = score_series(values, stamps)
        np.testing.assert_array_equal(found.is_anomaly, found.score >= 0.5)
        assert found.score.min() >= 0.0
        assert found.score.max() < 1.0


def test_scores_do_not_depend_on_unit_and_origin() -> None:
    stamps, values = walk(1500, 8)
    plain = score_series(values, stamps).score
    np.testing.assert_allclose(score_series(values * 1e6 + 5e7, stamps).score, plain, atol=1e-5)


@pytest.mark.parametrize(
    "values",
    [np.full(500, 3.0), np.zeros(500), np.full(500, 0.1), np.arange(20.0), np.empty(0)],
    ids=["constant", "zero", "constant of no exact binary", "short", "empty"],
)
def test_what_never_moves_or_is_too_short_has_the_score_nought(values: Floats) -> None:
    found = score_series(values, 60.0 * np.arange(len(values)).astype(np.float64))
    assert not found.score.any()


def test_the_first_move_of_a_series_at_rest_is_an_alarm_and_says_so() -> None:
    for constant in (0.0, 0.1, -3e9):
        values = np.full(400, constant)
        values[300] += 1.0
        found = score_series(values)
        assert np.flatnonzero(found.is_anomaly).tolist() == [300]
        (alarm,) = alarms(values, found, Parameters())
        assert f"first move after 300 rows of {constant:g}" in alarm.words


def test_huge_and_tiny_values_give_finite_scores() -> None:
    random = np.random.default_rng(4)
    for scale in (1e149, 1e-150):
        found = score_series(random.standard_normal(400) * scale)
        assert np.isfinite(found.score).all()
        for name in DETECTORS:
            assert np.isfinite(found.strengths[name]).all()


def test_missing_values_and_too_few_stamps_are_refused_in_words() -> None:
    with pytest.raises(SeriesError, match="missing, infinite"):
        score_series(np.array([1.0, np.nan]))
    with pytest.raises(SeriesError, match="as many stamps"):
        score_series(np.ones(3), np.ones(2))


@pytest.mark.parametrize(
    "damage",
    [
        {"version": 99},
        {"past": None},
        {"season": {}},
        {"whole": [1, 2]},
        {"neighbours": {"seen": 3}},
        {"rows": "many"},
    ],
)
def test_a_damaged_state_is_refused_in_words(damage: dict[str, object]) -> None:
    detector = SeriesDetector()
    detector.update(np.arange(100.0))
    with pytest.raises(SeriesError, match="learn it afresh"):
        SeriesDetector.resume(detector.state() | damage)
