"""What becomes of a due entry, on the real calendar of the New York Stock Exchange."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker_core.market.calendar import is_open
from worker_core.schedule.due import CLOSED, Market, always, claim_of
from worker_core.schedule.timetable import Every, timetable
from worker_core.storage import ScheduleClaim, ScheduleRecord

TASK = "data_processing.update_market_data"
ZONE = ZoneInfo("America/New_York")


def new_york(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def record(next_run: datetime, **values: object) -> ScheduleRecord:
    made = ScheduleRecord(
        name="market-data",
        task=TASK,
        arguments={},
        kind="cron",
        expression="*/5 * * * *",
        timezone=None,
        market_hours=True,
        expires_s=None,
        enabled=True,
        built_in=True,
        edited=False,
        version=1,
        next_run=next_run,
        last_run=None,
        last_task_id=None,
        last_drift_s=None,
        skipped_at=None,
        skipped_why=None,
        missed=0,
        missed_since=None,
        last_missed_at=None,
        updated_at=next_run,
    )
    return replace(made, **values)  # type: ignore[arg-type]  # any of its fields


def claim(due: str, now: str | None = None, trades: Market = is_open) -> ScheduleClaim:
    every_five = timetable("cron", "*/5 * * * *", "UTC")
    return claim_of(record(new_york(due)), every_five, {}, new_york(now or due), trades)


@pytest.mark.parametrize(
    ("due", "runs"),
    [
        ("2026-11-25 09:25", False),
        ("2026-11-25 09:30", True),
        ("2026-11-25 15:55", True),
        ("2026-11-25 16:00", False),
        ("2026-11-26 12:00", False),  # Thanksgiving
        ("2026-11-27 12:55", True),  # the day after closes at one
        ("2026-11-27 13:00", False),
        ("2026-11-28 12:00", False),  # a Saturday
        ("2026-03-06 09:30", True),  # in winter time
        ("2026-03-09 09:25", False),  # the first Monday of summer time
        ("2026-03-09 09:30", True),
        ("2026-10-30 15:55", True),
        ("2026-11-02 15:55", True),  # the first Monday of winter time
        ("2026-11-02 16:00", False),
    ],
)
def test_a_closed_market_is_a_reason_and_no_miss(due: str, runs: bool) -> None:
    found = claim(due)
    assert found.skipped == (None if runs else CLOSED)
    assert (found.task is not None) is runs
    assert found.missed == 0
    assert found.after == new_york(due) + timedelta(minutes=5)


def test_after_a_weekend_away_only_times_of_trading_were_missed() -> None:
    found = claim("2026-11-20 15:50", "2026-11-23 09:41")
    assert found.due == new_york("2026-11-23 09:40")
    assert found.task is not None
    # Friday 15:50 and 15:55, Monday 09:30 and 09:35.
    assert found.missed == 4
    assert found.missed_since == new_york("2026-11-20 15:50")
    assert found.last_missed_at == new_york("2026-11-23 09:35")


def test_who_comes_back_after_the_close_starts_nothing() -> None:
    found = claim("2026-11-25 15:50", "2026-11-25 20:00:03")
    assert (found.skipped, found.missed) == (CLOSED, 2)
    assert found.last_missed_at == new_york("2026-11-25 15:55")


def test_runs_that_came_too_late_are_missed() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    late = record(now - timedelta(minutes=9), expires_s=60.0, market_hours=False)
    found = claim_of(late, Every(300), {}, now, always)
    assert found.skipped == "came 240 s too late"
    assert (found.missed, found.last_missed_at) == (2, now - timedelta(minutes=4))
    in_time = replace(late, next_run=now - timedelta(seconds=60))
    assert claim_of(in_time, Every(300), {}, now).task is not None


def test_one_due_time_is_one_task_whoever_claims_it() -> None:
    one, other = claim("2026-11-25 10:00"), claim("2026-11-25 10:00", "2026-11-25 10:04")
    assert one.task is not None
    assert other.task is not None
    assert one.task.id == other.task.id
    assert one.task.idempotency_key == other.task.idempotency_key
    following = claim("2026-11-25 10:05").task
    assert following is not None
    assert following.id != one.task.id


@given(st.integers(1, 5000), st.floats(0, 1e5))
def test_however_long_nobody_came_it_runs_once(seconds: int, away: float) -> None:
    due = datetime(2026, 1, 1, tzinfo=UTC)
    now = due + timedelta(seconds=away)
    found = claim_of(record(due), Every(seconds), {}, now, always)
    assert found.due <= now < found.after
    assert found.after - found.due == timedelta(seconds=seconds)
    assert found.task is not None
    assert found.missed == min((found.due - due) // timedelta(seconds=seconds), 10_000)
