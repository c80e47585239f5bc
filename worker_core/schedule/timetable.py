"""When something is due: every so many seconds, or by a cron expression in a time zone."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from worker_core.schedule.words import cron_words, every_words

Kind = Literal["every", "cron"]

LONGEST_S = 10 * 366 * 86_400.0
LONGEST_EXPRESSION = 100
# The 29th of February can be eight years away.
HORIZON_DAYS = 9 * 366
# A plan that lies this far beyond its interval was made before the clock was set back.
TOLERANCE = timedelta(seconds=1)

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_INTERVAL = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?) ?([smhd]?)")
_PART = re.compile(r"(\*|[0-9a-z]{1,3})(?:-([0-9a-z]{1,3}))?(?:/([0-9]{1,2}))?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 7, _DAYS),
)


class BadTimetable(ValueError):  # noqa: N818 - what it is
    """The expression cannot be understood. The text says why; ``field`` is ``expression`` or
    ``timezone``."""

    def __init__(self, message: str, field: str = "expression") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Every:
    """Due every ``seconds``, counted from the time that was planned last."""

    seconds: float

    @property
    def expression(self) -> str:
        whole = int(self.seconds)
        return str(whole if whole == self.seconds else self.seconds)

    @property
    def words(self) -> str:
        return every_words(self.seconds)

    def first(self, now: datetime) -> datetime:
        """The due time of a plan that is made now."""
        return now + self._step

    def after(self, due: datetime, now: datetime) -> datetime:
        """The due time that follows those up to ``now``, where ``due`` is one of them."""
        return due + ((now - due) // self._step + 1) * self._step

    def until(self, due: datetime, now: datetime) -> Iterator[datetime]:
        """The due times from ``due`` up to ``now``, the latest first."""
        for number in range((now - due) // self._step, -1, -1):
            yield due + number * self._step

    def plausible(self, due: datetime, now: datetime) -> bool:
        """Whether ``due``, which lies ahead, can have been planned by a clock that shows
        ``now``."""
        return due - now <= self._step + TOLERANCE

    @property
    def _step(self) -> timedelta:
        return timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class Cron:
    """Due by the five fields of crontab(5), on the clock of ``zone``.

    As there, a restricted day of the month and a restricted day of the week are alternatives.
    When clocks go forward, a time that is left out comes as much later; when they go back, a
    repeated time comes once, unless the hour is a ``*``.
    """

    expression: str
    zone: ZoneInfo
    minutes: frozenset[int]
    hours: frozenset[int]
    month_days: frozenset[int]
    months: frozenset[int]
    week_days: frozenset[int]

    @property
    def words(self) -> str:
        return cron_words(self.expression)

    def first(self, now: datetime) -> datetime:
        """The first due time after ``now``."""
        found = _first(self, now.astimezone(UTC).replace(second=0, microsecond=0))
        if found is None:
            raise BadTimetable("names a day that never comes")
        return found

    def after(self, due: datetime, now: datetime) -> datetime:  # noqa: ARG002 - as `Every`
        """The due time that follows those up to ``now``."""
        return self.first(now)

    def until(self, due: datetime, now: datetime) -> Iterator[datetime]:
        """The due times from ``due`` up to ``now``, the latest first."""
        day = now.astimezone(self.zone).date() + timedelta(days=1)
        last = None
        while day >= due.astimezone(self.zone).date() - timedelta(days=1):
            for instant in reversed(self._of_day(day)):
                if due <= instant <= now and (last is None or instant < last):
                    yield instant
                    last = instant
            day -= timedelta(days=1)

    def plausible(self, due: datetime, now: datetime) -> bool:
        """Whether ``due``, which lies ahead, is what this plans when the clock shows ``now``."""
        return due == self.first(now)

    def _falls_on(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        _, _, of_month, _, of_week = self.expression.split()
        in_month = day.day in self.month_days
        in_week = day.isoweekday() % 7 in self.week_days
        if of_month.startswith("*") or of_week.startswith("*"):
            return in_month and in_week
        return in_month or in_week

    def _of_day(self, day: date) -> list[datetime]:
        if not self._falls_on(day):
            return []
        both = self.expression.split()[1].startswith("*")
        found = set()
        for hour in self.hours:
            for minute in self.minutes:
                local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.zone)
                found.add(local.astimezone(UTC))
                later = local.replace(fold=1)
                # In a gap the second reading would come before the first.
                if both and later.astimezone(UTC) > local.astimezone(UTC):
                    found.add(later.astimezone(UTC))
        return sorted(found)


Timetable = Every | Cron


@lru_cache(maxsize=256)
def _first(cron: Cron, minute: datetime) -> datetime | None:
    day = minute.astimezone(cron.zone).date() - timedelta(days=1)
    for number in range(HORIZON_DAYS):
        for instant in cron._of_day(day + timedelta(days=number)):
            if instant > minute:
                return instant
    return None


def timetable(kind: str, expression: str, zone: str) -> Timetable:
    """The timetable of an expression: ``every`` takes seconds, or a number with a unit such as
    ``5m``; ``cron`` takes five fields, with the names of days and months if one likes.

    Raises:
        BadTimetable: it cannot be understood, or never comes.
    """
    text = " ".join(expression.lower().split())
    if not text or len(text) > LONGEST_EXPRESSION:
        raise BadTimetable(f"must be 1 to {LONGEST_EXPRESSION} characters")
    match kind:
        case "every":
            return _every(text)
        case "cron":
            return _cron(text, zone_of(zone))
    raise BadTimetable("must be “every” or “cron”", "kind")


def zone_of(name: str) -> ZoneInfo:
    """
    Raises:
        BadTimetable: there is no such time zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadTimetable("is not an IANA time zone such as Europe/Berlin", "timezone") from error


def _every(text: str) -> Every:
    found = _INTERVAL.fullmatch(text)
    if found is None:
        raise BadTimetable("must be a number of seconds, or one with a unit such as 5m, 2h or 1d")
    seconds = float(found[1]) * _UNITS[found[2]]
    if not (math.isfinite(seconds) and 0 < seconds <= LONGEST_S):
        raise BadTimetable("must be more than nothing and at most ten years")
    return Every(seconds)


def _cron(text: str, zone: ZoneInfo) -> Cron:
    parts = text.split()
    if len(parts) != len(_FIELDS):
        raise BadTimetable(
            "must have five fields: minute, hour, day of the month, month, day of the week"
        )
    minutes, hours, month_days, months, week_days = (
        _field(part, *about) for part, about in zip(parts, _FIELDS, strict=True)
    )
    week_days = frozenset(day % 7 for day in week_days)
    cron = Cron(text, zone, minutes, hours, month_days, months, week_days)
    cron.first(datetime.now(UTC))
    return cron


def _field(text: str, name: str, low: int, high: int, names: tuple[str, ...]) -> frozenset[int]:
    def number(word: str) -> int:
        value = names.index(word) + low if word in names else int(word) if word.isdigit() else -1
        if not low <= value <= high:
            raise BadTimetable(f"has a {name} {word!r}, which is not within {low} to {high}")
        return value

    found: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(part)
        if match is None or (match[1] == "*" and match[2]):
            raise BadTimetable(f"has a {name} that cannot be understood: {part!r}")
        step = int(match[3] or 1)
        if match[1] == "*":
            first, last = low, high
        else:
            first = number(match[1])
            last = number(match[2]) if match[2] else high if match[3] else first
        if first > last or step < 1:
            raise BadTimetable(f"has a {name} range that is empty: {part!r}")
        found.update(range(first, last + 1, step))
    return frozenset(found)
