"""The schedule, as its users see and change it. A running scheduler follows within seconds."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from worker_core.catalog import TASKS, UnknownTask, task
from worker_core.due import HEADER
from worker_core.operations.client import send
from worker_core.operations.configuration import DEFAULT_QUEUE
from worker_core.operations.errors import InvalidArguments, NotScheduled
from worker_core.operations.ledger import kept_schedule
from worker_core.operations.submit import Submission, checked, submit
from worker_core.schedule import SWEEP, built_in
from worker_core.settings import Settings, current, variable_of
from worker_core.storage import ScheduleEdit, ScheduleRecord
from worker_core.timetable import BadTimetable, Timetable, timetable

if TYPE_CHECKING:
    from worker_core.storage.schedule import ScheduleRepository

SHORTEST_S = 1.0
LONGEST_S = 10 * 366 * 86_400.0
OVERDUE_S = 60.0

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_FIELDS = tuple(field.name for field in fields(ScheduleEdit))


@dataclass(frozen=True, slots=True)
class ScheduleEntry:
    """An entry as it is shown; see `ScheduleRecord` for what has no comment here.

    ``text`` is its timetable in words, ``title`` that of its task, ``timezone`` the one in force.
    ``problem`` says why it is not started although it is enabled.
    """

    name: str
    task: str
    title: str
    arguments: dict[str, Any]
    kind: str
    expression: str
    timezone: str
    market_hours: bool
    expires_s: float | None
    text: str
    enabled: bool
    built_in: bool
    edited: bool
    problem: str | None
    next_run: datetime | None
    last_run: datetime | None
    last_task_id: str | None
    last_drift_s: float | None
    skipped_at: datetime | None
    skipped_why: str | None
    missed: int
    missed_since: datetime | None
    last_missed_at: datetime | None


def entries(settings: Settings | None = None) -> tuple[ScheduleEntry, ...]:
    """All entries by name. The built-in ones are there once a scheduler has run.

    Raises:
        LedgerUnavailable: the database cannot be read. So does every function here.
    """
    settings = settings or current()
    with kept_schedule(settings) as schedule:
        records, now = schedule.read()
    return tuple(_shown(record, now, settings) for record in records)


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
    return _shown(record, now, settings)


def validate(name: str, edit: ScheduleEdit, settings: Settings | None = None) -> ScheduleEdit:
    """``edit`` as it is kept, with the defaults of its task and its expression in one form.

    Raises:
        InvalidArguments: something in it cannot be used; ``fields`` names all of it.
    """
    settings = settings or current()
    wrong: dict[str, str] = {}
    if not _NAME.fullmatch(name):
        wrong["name"] = "must be 1 to 64 letters, digits, dots, dashes and underscores"
    arguments: Mapping[str, Any] = {}
    try:
        arguments = checked(task(edit.task), edit.arguments)
    except UnknownTask as error:
        wrong["task"] = f"is unknown: {error.args[0]}"
    except InvalidArguments as error:
        wrong |= {f"arguments.{path}".rstrip("."): text for path, text in error.fields.items()}
    expression = edit.expression
    try:
        found = timetable(edit.kind, expression, edit.timezone or settings.timezone)
        expression = found.expression
        if edit.kind == "every" and float(expression) < SHORTEST_S:
            wrong["expression"] = f"must be at least {SHORTEST_S:g} s"
    except BadTimetable as error:
        wrong[error.field] = str(error)
    if edit.expires_s is not None and not 0 < edit.expires_s <= LONGEST_S:
        wrong["expires_s"] = "must be a number of seconds above 0"
    if wrong:
        text = "; ".join(f"{field} {words}" for field, words in wrong.items())
        raise InvalidArguments(
            f"This cannot be scheduled: {text}.", "Correct it and try again.", wrong
        )
    return replace(edit, arguments=arguments, expression=expression)


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
        due = _first(edit, now, settings) if enabled else None
        record = schedule.add(name, edit, due, enabled=enabled)
    if record is None:
        raise taken
    return _shown(record, now, settings)


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


def readiness(
    record: ScheduleRecord, settings: Settings
) -> tuple[Timetable | None, dict[str, Any], str | None]:
    """The entry's timetable, its arguments as they are sent, and why it cannot run."""
    try:
        found = timetable(record.kind, record.expression, record.timezone or settings.timezone)
    except BadTimetable as error:
        return None, {}, f"Its {error.field} {error}."
    if record.task == SWEEP:
        return found, {}, None
    try:
        spec = task(record.task)
        if spec.unavailable is not None:
            return found, {}, spec.unavailable
        return found, checked(spec, record.arguments), None
    except (UnknownTask, InvalidArguments) as error:
        return found, {}, str(error)


def _shown(record: ScheduleRecord, now: datetime, settings: Settings) -> ScheduleEntry:
    found, _, problem = readiness(record, settings)
    late = record.next_run is not None and (now - record.next_run).total_seconds() > OVERDUE_S
    if problem is None and late:
        problem = "It is overdue: no scheduler runs."
    words = record.expression if found is None else found.words
    return ScheduleEntry(
        name=record.name,
        task=record.task,
        title=_title(record.task),
        arguments=record.arguments,
        kind=record.kind,
        expression=record.expression,
        timezone=record.timezone or settings.timezone,
        market_hours=record.market_hours,
        expires_s=record.expires_s,
        text=f"{words} in market hours" if record.market_hours else words,
        enabled=record.enabled,
        built_in=record.built_in,
        edited=record.edited,
        problem=problem,
        next_run=record.next_run,
        last_run=record.last_run,
        last_task_id=record.last_task_id,
        last_drift_s=record.last_drift_s,
        skipped_at=record.skipped_at,
        skipped_why=record.skipped_why,
        missed=record.missed,
        missed_since=record.missed_since,
        last_missed_at=record.last_missed_at,
    )


def _title(name: str) -> str:
    if name == SWEEP:
        return "Send lost tasks again"
    return TASKS[name].title if name in TASKS else name


def _first(edit: ScheduleEdit, now: datetime, settings: Settings) -> datetime | None:
    """None where the task cannot run: nothing is missed then."""
    if edit.task != SWEEP and task(edit.task).unavailable is not None:
        return None
    return timetable(edit.kind, edit.expression, edit.timezone or settings.timezone).first(now)


def _replanned(
    record: ScheduleRecord, wanted: ScheduleEdit, now: datetime, settings: Settings
) -> datetime | None:
    if not record.enabled:
        return None
    before = (record.task, record.kind, record.expression, record.timezone)
    same = before == (wanted.task, wanted.kind, wanted.expression, wanted.timezone)
    return record.next_run if same else _first(wanted, now, settings)


def _switched(name: str, enabled: bool, settings: Settings) -> ScheduleEntry:
    def change(schedule: "ScheduleRepository", record: ScheduleRecord, now: datetime) -> Any:
        if record.enabled == enabled:
            return record
        if not enabled:
            _refuse_upkeep(record)
        # A running scheduler plans it, or says why it cannot be.
        due = None
        if enabled and readiness(record, settings)[2] is None:
            due = _first(record.edit, now, settings)
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
                return _shown(changed, now, settings)


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
