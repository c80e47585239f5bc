"""An entry of the schedule: what is shown of it, what it may be, whether it can run."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from worker_core.catalog import TASKS, UnknownTask, task
from worker_core.operations.errors import InvalidArguments
from worker_core.operations.submit import checked
from worker_core.schedule.builtin import SWEEP
from worker_core.schedule.due import CLOSED
from worker_core.schedule.timetable import (
    LONGEST_S,
    BadTimetable,
    Timetable,
    timetable,
    zone_of,
)
from worker_core.settings import Settings, current
from worker_core.storage import ScheduleEdit, ScheduleRecord

SHORTEST_S = 1.0
OVERDUE_S = 60.0

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class ScheduleEntry:
    """An entry as it is shown; see `ScheduleRecord` for what has no comment here.

    ``text`` is its timetable in words, ``title`` that of its task, ``timezone`` the one in force.
    ``problem`` says why it is not started although it is enabled; with ``overdue`` that is for
    want of a scheduler.
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
    overdue: bool
    next_run: datetime | None
    last_run: datetime | None
    last_task_id: str | None
    last_drift_s: float | None
    skipped_at: datetime | None
    skipped_why: str | None
    missed: int
    missed_since: datetime | None
    last_missed_at: datetime | None

    @property
    def upkeep(self) -> bool:
        """Whether no system can do without it, so that nobody changes it."""
        return self.task == SWEEP

    @property
    def market_closed(self) -> bool:
        """Whether it was last left out because the exchange was closed."""
        after = self.skipped_at is not None and (
            self.last_run is None or self.skipped_at > self.last_run
        )
        return self.market_hours and after and self.skipped_why == CLOSED


@dataclass(frozen=True, slots=True)
class Forecast:
    """A timetable in words, and when it is due next, on the clock of its time zone."""

    words: str
    runs: tuple[datetime, ...]


def forecast(
    kind: str,
    expression: str,
    timezone: str | None = None,
    *,
    runs: int = 5,
    now: datetime | None = None,
    settings: Settings | None = None,
) -> Forecast:
    """What a timetable means that is planned now, before it is kept. ``timezone`` is None for that
    of the settings.

    Raises:
        InvalidArguments: it cannot be understood; ``fields`` says where.
    """
    name = timezone or (settings or current()).timezone
    try:
        zone = zone_of(name)
        found = timetable(kind, expression, name)
    except BadTimetable as error:
        raise InvalidArguments(
            f"The {error.field} {error}.", "Correct it and try again.", {error.field: str(error)}
        ) from error
    due = found.first(now or datetime.now(UTC))
    times = [due]
    while len(times) < runs:
        due = found.after(due, due)
        times.append(due)
    return Forecast(found.words, tuple(time.astimezone(zone) for time in times))


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
    zone = edit.timezone or settings.timezone
    try:
        zone_of(zone)
    except BadTimetable as error:
        wrong[error.field] = str(error)
        zone = settings.timezone
    expression = edit.expression
    try:
        found = timetable(edit.kind, expression, zone)
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


def shown(record: ScheduleRecord, now: datetime, settings: Settings) -> ScheduleEntry:
    """The entry as it is shown at ``now``."""
    found, _, problem = readiness(record, settings)
    late = record.next_run is not None and (now - record.next_run).total_seconds() > OVERDUE_S
    overdue = problem is None and late
    if overdue:
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
        overdue=overdue,
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


def first_run(edit: ScheduleEdit, now: datetime, settings: Settings) -> datetime | None:
    """When it runs first if it is planned now; None where its task cannot run: nothing is missed
    then."""
    if edit.task != SWEEP and task(edit.task).unavailable is not None:
        return None
    return timetable(edit.kind, edit.expression, edit.timezone or settings.timezone).first(now)
