"""What becomes of a due entry of the schedule: a run, or a reason for none, and what was missed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import NAMESPACE_URL, uuid4, uuid5

from worker_core.catalog import task as spec_of
from worker_core.schedule.builtin import SWEEP
from worker_core.schedule.timetable import Timetable
from worker_core.storage import NewTask, ScheduleClaim, ScheduleRecord

HEADER = "afi_schedule"
"""The header of a task's message that names the entry which started it."""

OWNER = "schedule"
"""Of the scheduled tasks in the ledger; no key of theirs is ever that of a user's."""

CLOSED = "market closed"

# Years of a timetable by the minute would take long to count, and say no more.
MOST_MISSED = 10_000


class Market(Protocol):
    """Whether an exchange trades at a time."""

    def __call__(self, at: datetime, /) -> bool: ...


def always(_at: datetime, /) -> bool:
    """The market of entries that do not ask for one."""
    return True


def claim_of(
    record: ScheduleRecord,
    timetable: Timetable,
    arguments: Mapping[str, Any],
    now: datetime,
    trades: Market = always,
) -> ScheduleClaim:
    """What a scheduler makes at ``now`` of an entry whose next run has come.

    However many due times have passed, it runs once, for the latest of them; the others were
    missed, unless the market was closed then.
    """
    planned = record.next_run or now
    passed = _passed(timetable, planned, now)
    latest, earlier = passed[0], passed[1:]
    late_s = (now - latest).total_seconds()
    expired = record.expires_s is not None and late_s > record.expires_s
    is_closed = not trades(now)
    # It would have run had somebody been there in time.
    owed = [latest] if expired or (is_closed and earlier) else []
    missed = [time for time in (*owed, *earlier) if trades(time)]
    skipped = CLOSED if is_closed else f"came {late_s:.0f} s too late" if expired else None
    task = None if skipped or record.task == SWEEP else _task(record, arguments, latest)
    return ScheduleClaim(
        at=now,
        due=latest,
        after=timetable.after(planned, now),
        task_id=task.id if task else str(uuid4()),
        task=task,
        skipped=skipped,
        missed=len(missed),
        missed_since=missed[-1] if missed else None,
        last_missed_at=missed[0] if missed else None,
    )


def _passed(timetable: Timetable, planned: datetime, now: datetime) -> list[datetime]:
    """Due times up to ``now``, the latest first; at least the planned one, which a timetable that
    has been changed meanwhile need not contain."""
    found: list[datetime] = []
    for time in timetable.until(planned, now):
        found.append(time)
        if len(found) > MOST_MISSED:
            break
    return found or [planned]


def _task(record: ScheduleRecord, arguments: Mapping[str, Any], due: datetime) -> NewTask:
    # One run of a due time, whichever scheduler comes to it, and should the clock be set back.
    key = f"{record.name}@{due.isoformat()}"
    return NewTask(
        id=str(uuid5(NAMESPACE_URL, f"afi:schedule:{key}")),
        name=record.task,
        queue=spec_of(record.task).queue,
        arguments=arguments,
        headers={HEADER: record.name},
        owner=OWNER,
        idempotency_key=key,
    )
