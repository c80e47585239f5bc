"""When exchanges trade."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from worker_core.market import calendar

NEW_YORK = ZoneInfo("America/New_York")


def new_york(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("at", "trades"),
    [
        ("2025-11-26 09:29", False),
        ("2025-11-26 09:30", True),
        ("2025-11-26 15:59", True),
        ("2025-11-26 16:00", False),
        ("2025-11-27 12:00", False),  # Thanksgiving
        ("2025-11-28 12:59", True),  # the day after closes at one
        ("2025-11-28 13:00", False),
        ("2025-12-25 12:00", False),  # Christmas
        ("2025-11-29 12:00", False),  # a Saturday
        ("2025-01-09 12:00", False),  # a day of mourning, set ten days before
    ],
)
def test_holidays_and_early_closes_are_known(at: str, trades: bool) -> None:
    assert calendar.is_open(new_york(at)) is trades


@pytest.mark.parametrize(
    ("at", "trades"),
    [
        ("2026-03-06 14:29", False),  # the last Friday of winter time
        ("2026-03-06 14:30", True),
        ("2026-03-09 13:29", False),  # the first Monday of summer time
        ("2026-03-09 13:30", True),
        ("2025-10-31 13:30", True),  # the last Friday of summer time
        ("2025-11-03 13:30", False),  # the first Monday of winter time
    ],
)
def test_hours_follow_daylight_saving(at: str, trades: bool) -> None:
    assert calendar.is_open(datetime.fromisoformat(at).replace(tzinfo=UTC)) is trades


def test_an_early_close_is_in_the_day_s_session() -> None:
    assert calendar.session(new_york("2025-11-28 20:00")) == (
        new_york("2025-11-28 09:30"),
        new_york("2025-11-28 13:00"),
    )


def test_the_day_is_the_exchange_s_own() -> None:
    """In Tokyo it is Monday already when it is still Sunday in New York."""
    assert calendar.session(new_york("2025-11-16 21:00")) is None
    opening, _ = calendar.session(new_york("2025-11-16 21:00"), "XTKS") or (None, None)
    assert opening == datetime(2025, 11, 17, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(("at", "trades"), [("11:29", True), ("11:30", False), ("12:30", True)])
def test_a_break_at_noon_is_closed(at: str, trades: bool) -> None:
    moment = datetime.fromisoformat(f"2025-11-17 {at}").replace(tzinfo=ZoneInfo("Asia/Tokyo"))
    assert calendar.is_open(moment, "XTKS") is trades


def test_a_closed_day_has_no_session() -> None:
    assert calendar.session(new_york("2025-11-27 12:00")) is None


def test_an_unknown_exchange_is_named() -> None:
    with pytest.raises(calendar.UnknownExchange, match="XXXX"):
        calendar.is_open(new_york("2025-11-26 12:00"), "XXXX")


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        calendar.is_open(datetime(2025, 11, 26, 12, 0))  # noqa: DTZ001 - this is the case
