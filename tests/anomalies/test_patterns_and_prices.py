"""Patterns, prices, reported metrics: what each detector finds, and what it does not judge."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest

from worker_core.anomalies import SeriesError, nearest_windows, sub_knn, sub_pca
from worker_core.anomalies.metrics import FEWEST_CHANGES, judge_metric
from worker_core.anomalies.model import Floats
from worker_core.anomalies.patterns import SUB_KNN, SUB_PCA, new_patterns
from worker_core.anomalies.planting import average_precision, f1_loss, planted
from worker_core.anomalies.prices import (
    BAD_TICK,
    LEVEL_JUMP,
    SEED_DAYS,
    STALE_RUN,
    THRESHOLDS,
    price_anomalies,
    price_scores,
    volatility,
)


def wave(rows: int = 2000, seed: int = 0) -> Floats:
    noise = np.random.default_rng(seed).standard_normal(rows)
    return np.asarray(np.sin(np.arange(rows) * 2 * np.pi / 50) + 0.1 * noise)


def closes(rows: int = 1500, seed: int = 0) -> Floats:
    steps = np.random.default_rng(seed).standard_t(5, rows) * 0.008
    return np.asarray(50.0 * np.exp(np.cumsum(steps)))


@pytest.mark.parametrize("detector", [sub_knn, sub_pca])
def test_a_stretch_at_rest_in_a_wave_is_the_farthest_from_all_others(detector: object) -> None:
    values = wave()
    values[1200:1250] = 0.0
    scores = detector(values, 50)  # type: ignore[operator]  # either of two functions
    assert len(scores) == len(values)
    assert 1190 <= int(np.argmax(scores)) <= 1260


def test_new_patterns_are_found_by_their_past_alone_with_the_windows_most_like_them() -> None:
    values = wave()
    values[1500:1550] = np.sin(np.arange(50) * 2 * np.pi / 7)
    values[1700:1750] = np.sin(np.arange(50) * 2 * np.pi / 7)
    found = new_patterns(values, 50)
    assert {one.detector for one in found} <= {SUB_KNN, SUB_PCA}
    assert any(1450 < one.start < 1550 for one in found)
    early = [one for one in new_patterns(values[:1600], 50) if one.start < 1480]
    assert early == [one for one in found if one.start < 1480]
    for one in found:
        assert one.quantile > 0.99
        assert all(near.start + 50 <= one.start for near in one.nearest)


def test_a_wave_that_goes_on_has_no_new_pattern() -> None:
    assert new_patterns(wave(), 50) == ()


def test_the_nearest_windows_are_past_apart_and_in_order_of_their_distance() -> None:
    values = wave(400)
    values[300:320] = values[100:120] + 0.001
    found = nearest_windows(values, 300, 20)
    assert found[0].start == 100
    assert found[0].distance == pytest.approx(0.001)
    assert [one.distance for one in found] == sorted(one.distance for one in found)
    starts = sorted(one.start for one in found)
    assert all(after - before >= 20 for before, after in pairwise(starts))
    assert nearest_windows(values, 10, 20) == ()
    assert len(nearest_windows(values, 45, 20)) == 2


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.arange(60.0), "need 200 rows"),
        (np.full(500, 2.0), "never moves"),
        (np.array([np.nan] * 500), "missing or infinite"),
    ],
)
@pytest.mark.parametrize("detector", [sub_knn, sub_pca, new_patterns])
def test_series_without_patterns_are_refused_in_words(
    detector: object, values: Floats, words: str
) -> None:
    with pytest.raises(SeriesError, match=words):
        detector(values, 50)  # type: ignore[operator]  # any of three functions


def test_each_defect_of_a_price_is_found_by_its_own_detector() -> None:
    x = closes()
    labels = [str(day) for day in range(len(x))]
    assert price_anomalies(x, labels) == ()
    x[500] *= 1.3
    x[800:] *= 1.4
    x[1000:1009] = x[999]
    found = [(one.detector, one.row) for one in price_anomalies(x, labels)]
    assert found == [(BAD_TICK, 500), (LEVEL_JUMP, 800), (STALE_RUN, 1008)]
    for one in price_anomalies(x, labels):
        assert one.strength >= THRESHOLDS[one.detector]
        assert one.score >= 0.5
        assert f"on {one.row}" in one.words


@pytest.mark.parametrize(
    ("defect", "least"), [(BAD_TICK, 0.919), (LEVEL_JUMP, 0.718), (STALE_RUN, 0.978)]
)
def test_planted_defects_come_first(defect: str, least: float) -> None:
    labels, scores = [], []
    for seed in range(4):
        x, label = planted(closes(seed=seed), defect, seed)
        labels.append(label)
        scores.append(price_scores(x).by_detector()[defect])
    assert average_precision(np.concatenate(labels), np.concatenate(scores)) >= least


def test_a_stock_that_often_stands_still_is_not_stale_for_it() -> None:
    random = np.random.default_rng(1)
    x = closes()
    still = random.random(len(x)) < 0.6
    for day in range(1, len(x)):
        if still[day]:
            x[day] = x[day - 1]
    found = price_anomalies(x, [str(day) for day in range(len(x))])
    assert [one for one in found if one.detector == STALE_RUN] == []


def test_volatility_of_a_day_is_known_the_day_before_and_not_moved_by_a_defect() -> None:
    returns = np.diff(np.log(closes()), prepend=0.0)
    returns[0] = 0.0
    plain = volatility(returns)
    changed = returns.copy()
    changed[700] = 5.0
    np.testing.assert_array_equal(volatility(changed)[:701], plain[:701])
    assert volatility(changed)[701] < 2.0 * plain[701]
    assert np.isinf(plain[: SEED_DAYS + 1]).all()


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (np.array([1.0] * 30), "30 closes, and 62"),
        (np.array([1.0] * 99 + [-1.0]), "not positive"),
        (np.array([1.0] * 99 + [np.nan]), "missing"),
    ],
)
def test_prices_that_cannot_be_judged_are_refused_in_words(x: Floats, words: str) -> None:
    with pytest.raises(SeriesError, match=words):
        price_scores(x)


def test_average_precision_and_f1_are_those_of_the_textbook() -> None:
    label = np.array([True, False, True, False])
    assert average_precision(label, np.array([4.0, 3.0, 2.0, 1.0])) == pytest.approx(
        (1 + 2 / 3) / 2
    )
    assert f1_loss(label, np.array([True, True, False, False])) == pytest.approx(0.5)
    assert f1_loss(label, label) == 0.0
    assert f1_loss(~label & label, ~label & label) == 0.0


def quarters(count: int) -> list[date]:
    firsts = [date(2010 + n // 4, 3 * (n % 4) + 1, 1) for n in range(1, count + 1)]
    return [first - timedelta(days=1) for first in firsts]


def sales(count: int) -> list[float]:
    random = np.random.default_rng(2)
    season = [1.0, 0.9, 1.0, 1.4]
    return [100 * 1.02**n * season[n % 4] * (1 + 0.01 * random.normal()) for n in range(count)]


def test_a_quarter_is_held_against_the_same_quarter_a_year_before() -> None:
    values = sales(32)
    judged = judge_metric(quarters(32), values)
    assert len(judged) == 32 - 4 - FEWEST_CHANGES
    assert not any(one.is_anomaly for one in judged)
    values[-1] /= 2
    last = judge_metric(quarters(32), values)[-1]
    assert last.is_anomaly
    assert last.quantile == 1.0
    assert "-44.9 %" in last.words
    assert len(last.nearest) == 3


def test_no_quarter_is_judged_by_later_ones() -> None:
    values = sales(32)
    whole = judge_metric(quarters(32), values)
    assert judge_metric(quarters(24), values[:24]) == whole[: 24 - 4 - FEWEST_CHANGES]


def test_losses_are_held_against_each_other_by_differences() -> None:
    values = [-5.0 + n % 3 for n in range(30)]
    values[-1] = -60.0
    last = judge_metric(quarters(30), values)[-1]
    assert last.is_anomaly
    assert "%" not in last.words.split(";")[0]


@pytest.mark.parametrize("count", [0, 1, 5, 12])
def test_a_short_history_says_how_much_is_needed(count: int) -> None:
    with pytest.raises(SeriesError, match=f"from {count} periods, and 9 changes are needed"):
        judge_metric(quarters(count), sales(count))


def test_a_metric_that_never_changed_is_not_called_unusual_for_its_first_change() -> None:
    judged = judge_metric(quarters(20), [7.0] * 19 + [8.0])
    assert not judged[-1].is_anomaly
