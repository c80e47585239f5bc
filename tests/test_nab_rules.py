"""The benchmark of anomalies is judged by rules that keep to what is known of them."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from benchmarks._nab import NabSeries, best_threshold, nab_score
from benchmarks._vus import vus_pr

START = datetime(2026, 1, 1)  # noqa: DTZ001 - wall clock, as in the benchmark's files
SERIES = NabSeries(
    "group/one.csv",
    tuple(START + timedelta(minutes=row) for row in range(1000)),
    np.zeros(1000),
    ((400, 499), (700, 799)),
)


def score(*alarms: int) -> float:
    heard = np.zeros(1000, dtype=np.bool_)
    heard[list(alarms)] = True
    return nab_score([SERIES], {SERIES.name: heard})


def test_no_alarm_is_nought_and_an_alarm_at_once_in_each_window_a_hundred() -> None:
    assert score() == 0.0
    assert score(400, 700) == pytest.approx(100.0)


def test_an_alarm_at_the_end_of_a_window_is_worth_next_to_what_a_missed_one_costs_less() -> None:
    early, middle, late = score(400), score(450), score(499)
    assert early == pytest.approx(50.0)
    assert early > middle > late > 25.0
    assert score(400, 450, 499) == pytest.approx(early)


def test_an_alarm_far_from_a_window_costs_a_full_false_alarm_and_one_just_behind_less() -> None:
    assert score(200) == pytest.approx(-100 * 0.11 / 4)
    assert score(660) == pytest.approx(-100 * 0.11 / 4, rel=0.01)
    assert score(200) < score(510) < 0.0


def test_what_is_said_while_learning_does_not_count() -> None:
    assert SERIES.probation == 150
    assert score(10, 149) == 0.0
    assert score(150) < 0.0


def test_the_best_threshold_is_the_one_that_trying_all_of_them_finds() -> None:
    scores = np.random.default_rng(0).random(1000).round(2)
    found, reached = best_threshold([SERIES], {SERIES.name: scores})
    tried = {
        level: nab_score([SERIES], {SERIES.name: scores >= level}) for level in set(scores.tolist())
    }
    assert reached == pytest.approx(max(0.0, *tried.values()))
    assert found == np.inf or tried[found] == pytest.approx(reached)


def test_volume_under_the_surface_is_one_for_the_labels_and_their_share_for_chance() -> None:
    windows = [(400, 499), (700, 799)]
    label = np.zeros(1000)
    for first, last in windows:
        label[first : last + 1] = 1.0
    assert vus_pr(label, windows, 50) == pytest.approx(1.0)
    random = np.random.default_rng(0)
    chance = np.mean([vus_pr(random.random(1000), windows, 50) for _ in range(5)])
    assert 0.15 < chance < 0.35
    assert vus_pr(-label, windows, 50) < 0.25
