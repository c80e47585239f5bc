"""Stamps of a series: what they are, how far apart, and which come next."""

import calendar
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Final

Stamp = int | datetime

DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_TIMES: Final = frozenset({"day", "time", "spaced"})
_COMPACT = re.compile(r"(19|20)[0-9]{2}(0[1-9]|1[0-2])([0-2][0-9]|3[01])")
_YEAR_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_QUARTER = re.compile(r"([0-9]{4})-?[Qq]([1-4])")
# Longer gaps than this many steps are not missing values but another series.
_LONGEST_GAP: Final = 5000


class StampError(ValueError):
    """Stamps that make no series. The text says which, and what to do."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Where the values of a series stand.

    Attributes:
        places: (n,): the step of each value, from 0.
        name: of the frequency, such as ``month``.
        season: steps that a season mostly has; None where the stamps do not tell.
        ahead: the stamp so many steps after the first value.
    """

    places: tuple[int, ...]
    name: str
    season: int | None
    ahead: Callable[[int], str]


def parse(text: str) -> tuple[Stamp, str]:
    """A stamp and how it was written: ``step``, ``day``, ``time``, ``spaced``, ``month`` or
    ``quarter``; ``spaced`` is a time with a space before the hour.

    Raises:
        StampError: it is none.
    """
    word = text.strip()
    if found := _QUARTER.fullmatch(word):
        return datetime(int(found[1]), 3 * int(found[2]) - 2, 1), "quarter"  # noqa: DTZ001
    if found := _YEAR_MONTH.fullmatch(word):
        return _made(lambda: datetime(int(found[1]), int(found[2]), 1), word), "month"  # noqa: DTZ001
    # A year alone is a step too, and one that goes on as years do.
    if not _COMPACT.fullmatch(word) and re.fullmatch(r"[+-]?[0-9]{1,18}(\.0*)?", word):
        return int(word.partition(".")[0]), "step"
    stamp = _made(lambda: datetime.fromisoformat(word), word)
    if len(word) <= len("2024-01-31"):
        return stamp, "day"
    return stamp, "spaced" if word[10] == " " else "time"


def _made(build: Callable[[], datetime], word: str) -> datetime:
    try:
        return build()
    except ValueError:
        raise StampError(
            f"“{word[:40]}” is neither a step (1, 2, …) nor a date as 2024-01-31, 2024-01, "
            "2024Q1 or 2024-01-31T10:00:00Z."
        ) from None


def steps_of(stamps: Sequence[Stamp], written: Sequence[str]) -> Steps:
    """Find the frequency of stamps in ascending order, none twice.

    Raises:
        StampError: they are of different kinds, or not regular.
    """
    if len(set(written)) > 1 and not set(written) <= _TIMES:
        raise StampError(
            f"Its stamps are written in different ways ({', '.join(sorted(set(written)))}). "
            "Write all of them as steps, or all as dates."
        )
    if isinstance(stamps[0], int):
        return _numbered([int(each) for each in stamps if isinstance(each, int)])
    times = [each for each in stamps if isinstance(each, datetime)]
    kind = next((each for each in written if each in _TIMES - {"day"}), written[0])
    if len(times) < 2:
        return Steps((0,), "unknown", None, lambda _step: _no_step())
    return (
        _months(times, kind)
        or _fiscal(times, kind)
        or _weekdays(times, kind)
        or _durations(times, kind)
    )


def _no_step() -> str:
    raise StampError("One stamp alone does not tell how far apart the next ones are.")


def aligned(stamps: Sequence[Stamp]) -> tuple[Sequence[Stamp], tuple[str, ...]]:
    """The same, so that they can be compared: those with a time zone in UTC; and what to tell.

    Raises:
        StampError: some have a zone and some have none.
    """
    times = [each for each in stamps if isinstance(each, datetime)]
    zoned = [each for each in times if each.tzinfo is not None]
    if not zoned:
        return stamps, ()
    if len(zoned) < len(stamps):
        raise StampError(
            "Some stamps have a time zone and some have none, so their order is not known. "
            "Write all of them in one way, such as 2024-01-31T10:00:00Z."
        )
    several = len({each.utcoffset() for each in zoned}) > 1
    told = ("Stamps of several time zones were put into UTC.",) if several else ()
    return [each.astimezone(UTC) for each in zoned], told


def _numbered(numbers: Sequence[int]) -> Steps:
    gaps = [after - before for before, after in pairwise(numbers)]
    step = math.gcd(*gaps) if gaps else 1
    _require_dense(numbers[-1] - numbers[0], step, len(numbers))
    places = tuple((each - numbers[0]) // step for each in numbers)
    return Steps(places, "step", None, lambda ahead: str(numbers[0] + ahead * step))


def _months(times: Sequence[datetime], kind: str) -> Steps | None:
    """Months, quarters or years: one stamp at most in each, on like days."""
    index = [each.year * 12 + each.month - 1 for each in times]
    gaps = [after - before for before, after in pairwise(index)]
    if min(gaps) < 1 or len({each.time() for each in times}) > 1:
        return None
    days = [each.day for each in times]
    ends = all(each.day == _last_day(each.year, each.month) for each in times)
    weekday_ends = all(each.day == _last_weekday(each.year, each.month) for each in times)
    # The 31st of each month is the 28th of some: the day may be shortened, and no more.
    if not (ends or weekday_ends) and any(
        each.day < min(max(days), _last_day(each.year, each.month)) for each in times
    ):
        return None
    step = math.gcd(*gaps)
    day = max(days)

    def at(ahead: int) -> str:
        year, month = divmod(index[0] + ahead * step, 12)
        if not 1 <= year <= 9999:
            raise StampError("The forecast would go beyond the year 9999.")
        last = _last_day(year, month + 1)
        chosen = last if ends else min(day, last)
        if weekday_ends and not ends:
            chosen = _last_weekday(year, month + 1)
        return _written(times[0].replace(year=year, month=month + 1, day=chosen), kind)

    _require_dense(index[-1] - index[0], step, len(times))
    name = {1: "month", 3: "quarter", 12: "year"}.get(step, f"{step} months")
    season = {1: 12, 2: 6, 3: 4, 4: 3, 6: 2}.get(step, 1)
    return Steps(tuple((each - index[0]) // step for each in index), name, season, at)


def _fiscal(times: Sequence[datetime], kind: str) -> Steps | None:
    """Months, quarters or years of whole weeks: each ends on the same weekday, and now and then
    one has a week more."""
    apart = [after - before for before, after in pairwise(times)]
    usual = sorted(apart)[len(apart) // 2]
    if usual < 28 * DAY or len({each.weekday() for each in times}) > 1:
        return None
    if any(abs(each - usual) > 7 * DAY for each in apart):
        return None
    name, season = ("month", 12) if usual <= 35 * DAY else ("quarter", 4)
    if usual > 98 * DAY:
        name, season = ("year", 1) if usual >= 357 * DAY else (f"{usual.days} days", 1)
    last = len(times) - 1

    def at(ahead: int) -> str:
        return _written(times[-1] + (ahead - last) * usual if ahead > last else times[ahead], kind)

    return Steps(tuple(range(len(times))), name, season, at)


def _weekdays(times: Sequence[datetime], kind: str) -> Steps | None:
    """Business days: no stamp on a weekend, although some lie between."""
    if any(each.time() != times[0].time() for each in times) or any(
        each.weekday() >= _SATURDAY for each in times
    ):
        return None
    gaps = [(after - before).days for before, after in pairwise(times)]
    mostly = sorted(gaps)[len(gaps) // 2]
    if mostly != 1 or not any(gap >= 3 for gap in gaps):
        return None
    first = times[0].date()
    places = tuple(_weekday_number(each.date()) - _weekday_number(first) for each in times)
    _require_dense(places[-1], 1, len(times))

    def at(ahead: int) -> str:
        weeks, day = divmod(_weekday_number(first) + ahead, 5)
        stamp = datetime.fromordinal(weeks * 7 + day + 1)
        return _written(datetime.combine(stamp, times[0].timetz()), kind)

    return Steps(places, "business day", 5, at)


def _durations(times: Sequence[datetime], kind: str) -> Steps:
    microseconds = [(each - times[0]) // timedelta(microseconds=1) for each in times]
    gaps = [after - before for before, after in pairwise(microseconds)]
    unit = math.gcd(*gaps)
    usual = sorted(gaps)[len(gaps) // 2]
    if unit < usual and (unit * 2 > usual or usual / unit > 60 or usual % unit):
        raise StampError(_irregular(gaps))
    if usual > unit and gaps.count(unit) == 0:
        raise StampError(_irregular(gaps))
    _require_dense(microseconds[-1], unit, len(times))
    step = timedelta(microseconds=unit)
    name, season = _named(step)

    def at(ahead: int) -> str:
        try:
            return _written(times[0] + ahead * step, kind)
        except OverflowError:
            raise StampError("The forecast would go beyond the year 9999.") from None

    return Steps(tuple(each // unit for each in microseconds), name, season, at)


def _irregular(gaps: Sequence[int]) -> str:
    shortest, longest = timedelta(microseconds=min(gaps)), timedelta(microseconds=max(gaps))
    return (
        f"Its stamps are not regular: between {shortest} and {longest} apart. "
        "Give one value for each day, week, month or other regular step."
    )


def _require_dense(span: int, step: int, count: int) -> None:
    if span // step + 1 > 3 * count + _LONGEST_GAP:
        raise StampError(
            f"Between the first stamp and the last are {span // step + 1} steps, and only {count} "
            "values. Leave out what lies before the gap, or give a coarser series."
        )


def _named(step: timedelta) -> tuple[str, int | None]:
    if step == 7 * DAY:
        return "week", 52
    if step == DAY:
        return "day", 7
    if step < DAY and DAY % step == timedelta():
        return ("hour" if step == timedelta(hours=1) else str(step)), DAY // step
    return str(step), None


def _written(stamp: datetime, kind: str) -> str:
    if kind == "quarter":
        return f"{stamp.year}Q{(stamp.month + 2) // 3}"
    if kind == "month":
        return f"{stamp:%Y-%m}"
    if kind == "day":
        return stamp.date().isoformat()
    separator = " " if kind == "spaced" else "T"
    return stamp.isoformat(separator).replace("+00:00", "Z")


def _last_day(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _last_weekday(year: int, month: int) -> int:
    last = _last_day(year, month)
    return last - max(0, date(year, month, last).weekday() - 4)


def _weekday_number(day: date) -> int:
    weeks, weekday = divmod(day.toordinal() - 1, 7)
    return weeks * 5 + weekday
