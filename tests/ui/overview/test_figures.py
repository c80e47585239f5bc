import numpy as np
import pytest

from desktop_app.monitor.rows import Gap
from desktop_app.monitor.series import Series, Values
from desktop_app.views.overview import figures

NAN = float("nan")


def series(
    *, received: list[float], succeeded: list[float], failed: list[float], depth: list[float]
) -> Series:
    times = np.arange(len(received), dtype=np.float64) + 1000
    return Series(times, *(np.array(v, np.float64) for v in (received, succeeded, failed, depth)))


def quiet(seconds: int, *, depth: float = 0.0, received: float = 0.0) -> Series:
    nothing = [0.0] * seconds
    return series(
        received=[received] * seconds, succeeded=nothing, failed=nothing, depth=[depth] * seconds
    )


def values(*numbers: float) -> Values:
    return np.array(numbers, dtype=np.float64)


def test_an_hour_sums_what_is_known() -> None:
    hour = figures.hour(
        series(
            received=[1, 1, NAN, 1],
            succeeded=[2, 3, NAN, 0],
            failed=[0, 1, NAN, 0],
            depth=[0, 0, NAN, 0],
        )
    )
    assert (hour.succeeded, hour.failed, hour.ended) == (5, 1, 6)
    assert hour.rate == pytest.approx(120)


def test_an_hour_of_which_nothing_is_known_has_no_rate() -> None:
    hour = figures.hour(
        series(received=[NAN], succeeded=[NAN], failed=[NAN], depth=[NAN]),
    )
    assert (hour.rate, hour.hourly_rate) == (None, None)
    assert hour.ended == 0


def test_an_empty_series_has_no_rate() -> None:
    hour = figures.hour(quiet(0))
    assert (hour.rate, hour.ended, hour.untaken_for) == (None, 0, 0.0)


def test_the_rate_is_that_of_the_last_minute() -> None:
    busy, calm = [2.0] * 60, [1.0] * 60
    nothing = [0.0] * 120
    hour = figures.hour(
        series(received=nothing, succeeded=busy + calm, failed=nothing, depth=nothing)
    )
    assert hour.rate == pytest.approx(60)
    assert hour.hourly_rate == pytest.approx(90)


def test_waiting_that_no_one_takes_counts_from_the_last_taken_task() -> None:
    told = quiet(100, depth=3)
    told.received[29] = 1
    assert figures.hour(told).untaken_for == 70


def test_waiting_counts_from_when_the_queues_were_last_seen_empty() -> None:
    told = quiet(100, depth=3)
    told.depth[:40] = 0
    assert figures.hour(told).untaken_for == 60


def test_seconds_without_a_poll_do_not_end_a_wait() -> None:
    told = quiet(100, depth=3)
    told.depth[1::2] = NAN
    assert figures.hour(told).untaken_for == 100


def test_a_lost_connection_ends_what_is_known_of_a_wait() -> None:
    told = quiet(100, depth=3)
    told.received[50] = NAN
    assert figures.hour(told).untaken_for == 49


@pytest.mark.parametrize(
    "told", [quiet(100), quiet(100, depth=NAN), quiet(100, depth=5, received=1)]
)
def test_nothing_is_untaken_without_waiting_or_while_tasks_are_taken(told: Series) -> None:
    assert figures.hour(told).untaken_for == 0


def test_a_trailing_mean_is_a_rate_a_minute() -> None:
    rates = figures.per_minute(values(0, 1, 0, 3), over=2)
    assert rates.tolist() == [0, 30, 30, 90]


def test_a_trailing_mean_leaves_out_what_is_unknown() -> None:
    rates = figures.per_minute(values(2, NAN, 4), over=3)
    assert rates[0] == 120
    assert np.isnan(rates[1])
    assert rates[2] == 180


def test_a_trailing_mean_of_nothing_is_nothing() -> None:
    assert len(figures.per_minute(values(), over=10)) == 0


def test_a_line_has_only_finite_points() -> None:
    times, numbers = figures.line(values(1, 2, 3), values(5, NAN, 7))
    assert times.tolist() == [1, 3]
    assert numbers.tolist() == [5, 7]


def test_holes_are_the_spans_without_events() -> None:
    told = quiet(10)
    told.succeeded[2:5] = NAN
    told.succeeded[8:] = NAN
    assert figures.holes(told) == [(1002, 1005), (1008, 1010)]


def test_a_single_second_without_events_is_no_hole() -> None:
    told = quiet(10)
    told.succeeded[3] = NAN
    assert figures.holes(told) == []


def test_what_is_on_record_as_missed_is_a_span_too_also_while_connected() -> None:
    told = quiet(10)
    told.succeeded[2:5] = NAN
    gaps = [
        Gap(1004.5, 1006.0, "disconnected", None, ""),
        Gap(1008.0, 1008.5, "overflow", 12, ""),
    ]
    assert figures.unheard(told, gaps) == [(1002, 1006), (1008, 1008.5)]


def test_a_course_has_at_most_the_points_asked_for() -> None:
    course = figures.spark(np.arange(1000, dtype=np.float64), seconds=300, points=60)
    assert len(course) == 60
    assert course[-1] == pytest.approx(997)


def test_a_course_leaves_out_what_is_unknown() -> None:
    course = figures.spark(values(*[NAN] * 10, 1, 1, 1, 1, 1), seconds=300, points=60)
    assert course == [1]


def test_a_short_course_is_not_padded() -> None:
    assert figures.spark(values(1, 2, 3)) == []
    assert figures.spark(values()) == []
