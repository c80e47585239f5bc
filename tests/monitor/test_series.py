"""Rates by the second, and figures by task name."""

import numpy as np
import pytest

from desktop_app.monitor.series import RollingSeries
from desktop_app.monitor.stats import StatsCollector


def test_each_complete_second_has_one_entry() -> None:
    series = RollingSeries(100.2)
    series.advance(100.5, live=True)
    series.count("succeeded", 100.6)
    series.count("succeeded", 100.9)
    assert series.advance(101.0, live=True)
    series.count("failed", 101.5)
    series.depth(7)
    series.advance(102.3, live=True)
    taken = series.snapshot()
    assert taken.times.tolist() == [100.0, 101.0]
    assert taken.succeeded.tolist() == [2.0, 0.0]
    assert taken.failed.tolist() == [0.0, 1.0]
    np.testing.assert_array_equal(taken.depth, [np.nan, 7.0])


def test_seconds_without_a_connection_are_holes_not_zeros() -> None:
    series = RollingSeries(100.0)
    series.advance(101.0, live=True)
    series.advance(103.0, live=False)
    series.advance(105.0, live=True)
    np.testing.assert_array_equal(series.snapshot().received, [0.0, 0.0, np.nan, 0.0, 0.0])


def test_a_late_event_counts_in_its_own_second() -> None:
    series = RollingSeries(100.0)
    series.advance(103.0, live=True)
    series.count("received", 101.5)
    series.count("received", 50.0)
    assert series.snapshot().received.tolist() == [0.0, 1.0, 0.0]


def test_the_ring_keeps_its_length_and_its_order() -> None:
    series = RollingSeries(0.0, seconds=60)
    for second in range(150):
        series.advance(float(second), live=True)
        for _ in range(second):
            series.count("succeeded", float(second))
    taken = series.snapshot()
    assert taken.times.tolist() == list(range(90, 149))
    assert taken.succeeded.tolist() == list(range(90, 149))


def test_a_computer_that_slept_shows_a_hole() -> None:
    series = RollingSeries(0.0)
    series.advance(1000.0, live=True)
    taken = series.snapshot()
    assert np.isnan(taken.succeeded[1:]).all()


def test_a_clock_set_back_does_no_harm() -> None:
    series = RollingSeries(1000.0)
    series.advance(1010.0, live=True)
    assert not series.advance(500.0, live=True)
    series.count("failed", 500.0)
    series.advance(1011.0, live=True)
    assert len(series.snapshot().times) == 11


def test_percentiles_are_within_a_tenth() -> None:
    stats = StatsCollector("a.b")
    runtimes = np.random.default_rng(7).lognormal(0.0, 1.5, 5000)
    for runtime in runtimes:
        stats.ran(float(runtime))
    frozen = stats.freeze()
    assert frozen.runtime_p50 == pytest.approx(np.percentile(runtimes, 50), rel=0.1)
    assert frozen.runtime_p95 == pytest.approx(np.percentile(runtimes, 95), rel=0.1)
    assert frozen.runtime_max == runtimes.max()
    assert frozen.runtime_mean == pytest.approx(runtimes.mean())


def test_without_a_success_there_is_no_runtime() -> None:
    frozen = StatsCollector("a.b").freeze()
    assert frozen.runtime_p50 is frozen.runtime_mean is frozen.runtime_max is None
