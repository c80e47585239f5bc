"""When something is due."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker_core.schedule.timetable import BadTimetable, Cron, Every, timetable

NEW_YORK = "America/New_York"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def cron(expression: str, zone: str = "UTC") -> Cron:
    found = timetable("cron", expression, zone)
    assert isinstance(found, Cron)
    return found


def following(expression: str, zone: str, start: str, count: int) -> list[str]:
    found, now = [], at(start)
    for _ in range(count):
        now = cron(expression, zone).first(now)
        found.append(f"{now:%m-%d %H:%M}")
    return found


@pytest.mark.parametrize(
    ("expression", "after", "expected"),
    [
        ("*/5 * * * *", "2026-01-01 00:00", "2026-01-01 00:05"),
        ("*/5 * * * *", "2026-01-01 00:04:59.999999", "2026-01-01 00:05"),
        ("0 0 29 2 *", "2026-01-01", "2028-02-29"),
        ("30 6 * * mon-fri", "2026-01-02 07:00", "2026-01-05 06:30"),
        ("30 6 * * 7", "2026-01-02", "2026-01-04 06:30"),
        ("0 12 1,15 jan-mar/2 *", "2026-01-20", "2026-03-01 12:00"),
        ("10/20 5 * * *", "2026-01-01 05:10", "2026-01-01 05:30"),
        # A day of the month and a day of the week are alternatives, as in crontab(5).
        ("0 0 13 * fri", "2026-02-10", "2026-02-13"),
        ("0 0 13 * fri", "2026-02-13", "2026-02-20"),
    ],
)
def test_the_next_time_of_an_expression(expression: str, after: str, expected: str) -> None:
    assert cron(expression).first(at(after)) == at(expected)


def test_a_time_that_the_clock_skips_comes_as_much_later() -> None:
    """New York, 8 March 2026: 02:00 is followed by 03:00."""
    assert following("30 2 * * *", NEW_YORK, "2026-03-07 12:00", 2) == [
        "03-08 07:30",
        "03-09 06:30",
    ]


def test_a_time_that_the_clock_repeats_comes_once() -> None:
    """New York, 1 November 2026: 02:00 is followed by 01:00."""
    assert following("30 1 * * *", NEW_YORK, "2026-10-31 12:00", 2) == [
        "11-01 05:30",
        "11-02 06:30",
    ]


def test_what_is_due_in_every_hour_is_due_in_the_repeated_one_too() -> None:
    expected = ["11-01 05:30", "11-01 06:00", "11-01 06:30", "11-01 07:00"]
    assert following("*/30 * * * *", NEW_YORK, "2026-11-01 05:00", 4) == expected
    expected = ["03-08 06:30", "03-08 07:00", "03-08 07:30"]
    assert following("*/30 * * * *", NEW_YORK, "2026-03-08 06:00", 3) == expected


@pytest.mark.parametrize(
    ("kind", "expression", "zone", "field"),
    [
        ("cron", "* * * *", "UTC", "expression"),
        ("cron", "60 * * * *", "UTC", "expression"),
        ("cron", "* * 0 * *", "UTC", "expression"),
        ("cron", "*/0 * * * *", "UTC", "expression"),
        ("cron", "5-1 * * * *", "UTC", "expression"),
        ("cron", "*-5 * * * *", "UTC", "expression"),
        ("cron", "* * * * fri-mon", "UTC", "expression"),
        ("cron", "1,,2 * * * *", "UTC", "expression"),
        ("cron", "٣ * * * *", "UTC", "expression"),
        ("cron", "0 0 30 feb *", "UTC", "expression"),
        ("cron", "* * * * *" * 50, "UTC", "expression"),
        ("cron", "* * * * *", "Mars/Olympus", "timezone"),
        ("cron", "* * * * *", "../../etc/passwd", "timezone"),
        ("cron", "* * * * *", "Europe", "timezone"),
        ("cron", "* * * * *", "\0", "timezone"),
        ("every", "0", "UTC", "expression"),
        ("every", "-5", "UTC", "expression"),
        ("every", "nan", "UTC", "expression"),
        ("every", "inf", "UTC", "expression"),
        ("every", "1e9", "UTC", "expression"),
        ("every", "999999999999d", "UTC", "expression"),
        ("every", "", "UTC", "expression"),
        ("weekly", "5", "UTC", "kind"),
    ],
)
def test_what_cannot_be_understood_is_refused_by_its_field(
    kind: str, expression: str, zone: str, field: str
) -> None:
    with pytest.raises(BadTimetable) as refusal:
        timetable(kind, expression, zone)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("kind", "expression", "kept", "words"),
    [
        ("every", "5m", "300", "every 5 min"),
        ("every", "90", "90", "every 90 s"),
        ("every", "1.5", "1.5", "every 1.5 s"),
        ("every", "1h", "3600", "every hour"),
        ("every", "36h", "129600", "every 36 hours"),
        ("every", "1 d", "86400", "every day"),
        ("cron", "*/5  *  * * *", "*/5 * * * *", "every 5 min"),
        ("cron", "* * * * *", "* * * * *", "every minute"),
        ("cron", "7 * * * *", "7 * * * *", "hourly at :07"),
        ("cron", "20 2 * * *", "20 2 * * *", "daily at 02:20"),
        ("cron", "0 9 * * MON-FRI", "0 9 * * mon-fri", "Monday to Friday at 09:00"),
        ("cron", "0 9 * * 7", "0 9 * * 7", "Sundays at 09:00"),
        ("cron", "*/7 * * * *", "*/7 * * * *", "cron */7 * * * *"),
        ("cron", "*/5,10 * * * *", "*/5,10 * * * *", "cron */5,10 * * * *"),
        ("cron", "0 9 1 * *", "0 9 1 * *", "cron 0 9 1 * *"),
    ],
)
def test_a_timetable_has_one_form_and_words(
    kind: str, expression: str, kept: str, words: str
) -> None:
    found = timetable(kind, expression, "UTC")
    assert (found.expression, found.words) == (kept, words)
    assert timetable(kind, found.expression, "UTC") == found


def test_an_interval_keeps_its_beat_whenever_it_is_looked_at() -> None:
    every, due = Every(10), at("2026-01-01 00:00:00")
    assert every.after(due, due) == due + timedelta(seconds=10)
    assert every.after(due, due + timedelta(seconds=35)) == due + timedelta(seconds=40)
    passed = list(every.until(due, due + timedelta(seconds=35)))
    assert passed == [due + timedelta(seconds=s) for s in (30, 20, 10, 0)]


def test_a_plan_beyond_the_interval_was_made_by_another_clock() -> None:
    every, now = Every(10), at("2026-01-01")
    assert every.plausible(now + timedelta(seconds=10), now)
    assert not every.plausible(now + timedelta(seconds=12), now)
    hourly = cron("0 * * * *")
    assert hourly.plausible(at("2026-01-01 01:00"), now)
    assert not hourly.plausible(at("2026-01-01 02:00"), now)


_minutes = st.sampled_from(["*", "*/5", "*/7", "3", "0,30", "10-20", "5/25"])
_hours = st.sampled_from(["*", "*/2", "2", "1-3", "22"])
_days = st.sampled_from(["*", "1", "15-20", "*/3"])
_weekdays = st.sampled_from(["*", "mon-fri", "0", "sat"])
_zones = st.sampled_from(
    ["UTC", NEW_YORK, "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe"]
)


@given(
    st.tuples(_minutes, _hours, _days, st.just("*"), _weekdays).map(" ".join),
    _zones,
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_due_times_come_in_order_and_are_the_same_from_both_ends(
    expression: str, zone: str, start: datetime
) -> None:
    found, now = [], start
    for _ in range(5):
        now = cron(expression, zone).first(now)
        found.append(now)
    assert start < found[0]
    assert all(earlier < later for earlier, later in pairwise(found))
    assert list(cron(expression, zone).until(found[0], found[-1])) == found[::-1]


@given(st.floats(1, 1e6), st.floats(0, 1e6))
def test_the_next_time_lies_ahead_within_one_interval(seconds: float, passed: float) -> None:
    every, due = Every(round(seconds, 3)), at("2026-01-01")
    now = due + timedelta(seconds=passed)
    following = every.after(due, now)
    assert now < following <= now + timedelta(seconds=every.seconds)
    assert (following - due) % timedelta(seconds=every.seconds) == timedelta(0)
