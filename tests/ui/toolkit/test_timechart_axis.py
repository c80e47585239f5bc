"""The axis of charts over days: places of sessions, ticks and their words, and what is in sight."""

from datetime import date

import numpy as np
import pytest

from desktop_app.ui.axis import fitting, tick_words, upward
from desktop_app.ui.timechart import (
    Sessions,
    Span,
)
from desktop_app.ui.timechart.sessions import DAY
from desktop_app.ui.timechart.ticks import day_ticks, log_ticks, value_ticks
from tests.ui.toolkit.timecharts import weekdays


def test_a_weekend_takes_no_room_and_a_saturday_stands_between_its_neighbours() -> None:
    sessions = Sessions(weekdays(10))
    assert sessions.place(date(2012, 1, 6)) == 4
    assert sessions.place(date(2012, 1, 9)) == 5
    assert 4 < sessions.place(date(2012, 1, 7)) < 5
    assert sessions.day_at(4.4) == date(2012, 1, 6)


def test_days_before_and_after_all_sessions_go_on_at_five_a_week() -> None:
    sessions = Sessions(weekdays(10))
    assert sessions.place(date(2012, 1, 20)) == pytest.approx(9 + 5)
    assert sessions.place(date(2011, 12, 26)) == pytest.approx(-5)
    assert sessions.day_at(14) == date(2012, 1, 20)
    assert sessions.day_at(-5) == date(2011, 12, 26)


def test_without_sessions_places_and_days_still_belong_to_each_other() -> None:
    sessions = Sessions(np.empty(0, DAY))
    for day in (date(1999, 5, 3), date(2024, 2, 29)):
        assert abs((sessions.day_at(sessions.place(day)) - day).days) <= 1


@pytest.mark.parametrize("count", [12, 60, 300, 2500, 10_000])
def test_ticks_of_days_are_few_in_sight_and_in_order(count: int) -> None:
    sessions = Sessions(weekdays(count))
    ticks = day_ticks(sessions, 0, count - 1, 8)
    assert 1 <= len(ticks) <= 16
    places = [place for place, _ in ticks]
    assert places == sorted(places)
    assert all(words for _, words in ticks)


def test_ticks_of_values_are_round_and_within() -> None:
    assert value_ticks(0.0, 10.0, 5) == [0, 2, 4, 6, 8, 10]
    assert value_ticks(98.7, 101.2, 4) == [99, 100, 101]
    assert value_ticks(5.0, 5.0, 4) == []
    assert value_ticks(float("nan"), 1.0, 4) == []
    assert log_ticks(1.0, 1000.0, 10) == [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
    assert log_ticks(98.0, 102.0, 4) == value_ticks(98.0, 102.0, 4)


def test_words_of_ticks_have_the_decimals_that_the_ticks_need_and_zero_has_no_sign() -> None:
    assert tick_words([300.0, 400.0], "{:.2f}".format) == ["300", "400"]
    assert tick_words([0.0, 0.2, 0.4], "{:+.2f}".format) == ["0", "+0.2", "+0.4"]
    assert tick_words([0.0, 50.0, 100.0], "{:,.1f} bn".format) == ["0", "50 bn", "100 bn"]
    assert tick_words([98.0, 98.25], "{:.2f}".format) == ["98.00", "98.25"]
    assert tick_words([], str) == []


def test_an_axis_too_narrow_for_its_units_has_the_numbers_alone() -> None:
    words = ["0", "50 messages", "1,000 tasks a minute"]
    assert fitting(words, lambda _: True) == words
    assert fitting(words, lambda one: len(one) < 8) == ["0", "50", "1,000"]
    assert fitting(["50 bn", "80 %", "5 s", "a word"], lambda _: False)[:3] == [
        "50 bn",
        "80 %",
        "5 s",
    ]


def test_an_axis_from_zero_has_steps_of_two_where_a_quarter_would_split_a_count() -> None:
    assert upward(8.0) == [0, 2, 4, 6, 8]
    assert upward(10.0) == [0, 2, 4, 6, 8, 10]
    assert upward(1.0) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])


def test_a_span_never_leaves_what_there_is() -> None:
    span = Span()
    span.set_sessions(Sessions(weekdays(100)), 0, 99)
    span.show_last(20)
    assert (span.start, span.end) == (79, 99)
    span.move(50)
    assert (span.start, span.end) == (79, 99)
    span.zoom(100)
    assert span.end - span.start == pytest.approx(10)
    span.zoom(-100)
    assert (span.start, span.end) == (0, 99)
    span.point(1e9)
    assert span.pointer == 99
