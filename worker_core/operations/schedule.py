"""The schedule, as its users see and change it. A running scheduler follows within seconds."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from worker_core.operations.client import send
from worker_core.operations.configuration import DEFAULT_QUEUE
from worker_core.operations.errors import InvalidArguments, NotScheduled
from worker_core.operations.ledger import kept_schedule
from worker_core.operations.schedule_entry import (
    Forecast,
    ScheduleEntry,
    first_run,
    forecast,
    readiness,
    shown,
    validate,
)
from worker_core.operations.submit import Submission, submit
from worker_core.schedule.builtin import SWEEP, built_in
from worker_core.schedule.due import HEADER
from worker_core.settings import Settings, current, variable_of
from worker_core.storage import ScheduleEdit, ScheduleRecord

if TYPE_CHECKING:
    from worker_core.storage.schedule import ScheduleRepository

__all__ = [
    "Forecast",
    "ScheduleEntry",
    "add",
    "disable",
    "edit",
    "enable",
    "entries",
    "entry",
    "forecast",
    "forget_missed",
    "remove",
    "reset",
    "run_now",
    "validate",
]

_FIELDS = tuple(field.name for field in fields(ScheduleEdit))


def entries(settings: Settings | None = None) -> tuple[ScheduleEntry, ...]:
    """All entries by name. The built-in ones are there once a scheduler has run.

    Raises:
        LedgerUnavailable: the database cannot be read. So does every function here.
    """
    settings = settings or current()
    with kept_schedule(settings) as schedule:
        records, now = schedule.read()
    return tuple(shown(record, now, settings) for record in records)


def entry(name: str, settings: Settings | None = None) -> ScheduleEntry:
    """
    Raises:
        NotScheduled: there is no such entry.
    """
    settings = settings or current()
    with kept_schedule(settings) as schedule:
        record, now = schedule.get(name)
    if record is None:
        raise _unknown(name)
    return shown(record, now, settings)


def add(
    name: str, edit: ScheduleEdit, *, enabled: bool = True, settings: Settings | None = None
) -> ScheduleEntry:
    """Make a new entry.

    Raises:
        InvalidArguments: it cannot be used, or the name is taken.
    """
    settings = settings or current()
    edit = validate(name, edit, settings)
    taken = InvalidArguments(
        f"The schedule has an entry called {name} already.",
        "Choose another name, or change that entry.",
        {"name": "is taken"},
    )
    if name in built_in(settings):
        raise taken
    with kept_schedule(settings) as schedule:
        _, now = schedule.get(name)
        due = first_run(edit, now, settings) if enabled else None
        record = schedule.add(name, edit, due, enabled=enabled)
    if record is None:
        raise taken
    return shown(record, now, settings)


def edit(
    name: str, changes: Mapping[str, Any], *, settings: Settings | None = None
) -> ScheduleEntry:
    """Change fields of `ScheduleEdit`. What is not in ``changes`` stays, and so does the next run
    where its timetable does.

    Raises:
        NotScheduled: there is no such entry.
        InvalidArguments: it cannot be used so.
    """
    settings = settings or current()
    if unknown := [field for field in changes if field not in _FIELDS]:
        raise InvalidArguments(
            f"An entry has no {unknown[0]!r}.",
            f"It has {', '.join(_FIELDS)}.",
            dict.fromkeys(unknown, "is not a field of an entry"),
        )

    def change(schedule: "ScheduleRepository", record: ScheduleRecord, now: datetime) -> Any:
        _refuse_upkeep(record)
        wanted = validate(name, replace(record.edit, **changes), settings)
        return schedule.change(record, wanted, _replanned(record, wanted, now, settings))

    return _changed(name, change, settings)


def reset(name: str, *, settings: Settings | None = None) -> ScheduleEntry:
    """Give a built-in entry back the values that it came with.

    Raises:
        NotScheduled: there is no such entry.
        InvalidArguments: it is none of those.
    """
    settings = settings or current()
    original = built_in(settings).get(name)

    def change(schedule: "ScheduleRepository", record: ScheduleRecord, now: datetime) -> Any:
        if original is None:
            raise _refused(f"The entry {name} did not come with the program.", "Change it instead.")
        due = _replanned(record, original, now, settings)
        return schedule.change(record, original, due, edited=False)

    return _changed(name, change, settings)


def enable(name: str, *, settings: Settings | None = None) -> ScheduleEntry:
    """Let the entry be started again, from its next time on.

    Raises:
        NotScheduled: there is no such entry.
    """
    return _switched(name, True, settings or current())


def disable(name: str, *, settings: Settings | None = None) -> ScheduleEntry:
    """Start the entry no more. Times that pass meanwhile are not missed.

    Raises:
        NotScheduled: there is no such entry.
        InvalidArguments: it is the sweep, which no system can do without.
    """
    return _switched(name, False, settings or current())


def remove(name: str, *, settings: Settings | None = None) -> None:
    """Remove the entry. Tasks that it has started go on.

    Raises:
        NotScheduled: there is no such entry.
        InvalidArguments: it came with the program; it can be disabled instead.
    """
    settings = settings or current()
    with kept_schedule(settings) as schedule:
        record, _ = schedule.get(name)
        if record is None:
            raise _unknown(name)
        _refuse_upkeep(record)
        if name in built_in(settings):
            raise _refused(f"The entry {name} comes with the program.", "Disable it instead.")
        schedule.remove(name)


def forget_missed(name: str, *, settings: Settings | None = None) -> ScheduleEntry:
    """Count missed runs from nothing again.

    Raises:
        NotScheduled: there is no such entry.
    """
    with kept_schedule(settings) as schedule:
        schedule.forget_missed(name)
    return entry(name, settings)


def run_now(name: str, *, settings: Settings | None = None) -> Submission:
    """Start the entry's task at once, whatever the schedule says, which goes on as it was.

    Raises:
        NotScheduled: there is no such entry.
        UnknownTask, TaskUnavailable, InvalidArguments: its task cannot run.
        BrokerUnreachable, BrokerRefused: the sweep, which has no row in the ledger, was not sent.
    """
    settings = settings or current()
    with kept_schedule(settings) as schedule:
        record, _ = schedule.get(name)
        if record is None:
            raise _unknown(name)
        if record.task == SWEEP:
            task_id = send(SWEEP, (), {}, expires=record.expires_s, settings=settings)
            submission = Submission(task_id, SWEEP, DEFAULT_QUEUE)
        else:
            submission = submit(
                record.task, record.arguments, headers={HEADER: name}, settings=settings
            )
        schedule.ran(name, submission.task_id)
    return submission


def _replanned(
    record: ScheduleRecord, wanted: ScheduleEdit, now: datetime, settings: Settings
) -> datetime | None:
    if not record.enabled:
        return None
    before = (record.task, record.kind, record.expression, record.timezone)
    same = before == (wanted.task, wanted.kind, wanted.expression, wanted.timezone)
    return record.next_run if same else first_run(wanted, now, settings)


def _switched(name: str, enabled: bool, settings: Settings) -> ScheduleEntry:
    def change(schedule: "ScheduleRepository", record: ScheduleRecord, now: datetime) -> Any:
        if record.enabled == enabled:
            return record
        if not enabled:
            _refuse_upkeep(record)
        # A running scheduler plans it, or says why it cannot be.
        due = None
        if enabled and readiness(record, settings)[2] is None:
            due = first_run(record.edit, now, settings)
        return schedule.switch(record, due, enabled=enabled)

    return _changed(name, change, settings)


def _changed(
    name: str,
    change: "Callable[[ScheduleRepository, ScheduleRecord, datetime], ScheduleRecord | None]",
    settings: Settings,
) -> ScheduleEntry:
    with kept_schedule(settings) as schedule:
        while True:
            record, now = schedule.get(name)
            if record is None:
                raise _unknown(name)
            # Somebody else may change it between the two; what they wrote is kept then.
            changed = change(schedule, record, now)
            if changed is not None:
                return shown(changed, now, settings)


def _refuse_upkeep(record: ScheduleRecord) -> None:
    if record.task == SWEEP:
        raise _refused(
            f"The entry {record.name} delivers tasks that the broker has lost, and stays as it is.",
            f"The setting {variable_of('sweep_every_s')} says how often it runs.",
        )


def _refused(message: str, remedy: str) -> InvalidArguments:
    return InvalidArguments(message, remedy, {"name": message})


def _unknown(name: str) -> NotScheduled:
    return NotScheduled(
        f"The schedule has no entry {name!r}.", "“afi schedule list” shows what there is."
    )
