"""Single values out of what sources send, and bars out of rows."""

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from worker_core.market.bars import Action, ActionKind, BadBars, Bars

NEW_YORK = ZoneInfo("America/New_York")


class BadValue(ValueError):  # noqa: N818 - what it is
    """A value of a kind that the source does not promise."""


def number(value: object) -> float | None:
    """A finite number, also where it is written as text; None for none, NaN and infinity.

    Raises:
        BadValue: it is something else.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise BadValue(f"{type(value).__name__} where a number belongs")
    try:
        found = float(value)
    except (ValueError, OverflowError):
        raise BadValue(f"{str(value)[:40]!r} where a number belongs") from None
    return found if math.isfinite(found) else None


def day(value: object) -> date:
    """The date at the head of an ISO time.

    Raises:
        BadValue: there is none.
    """
    if not isinstance(value, str):
        raise BadValue(f"{type(value).__name__} where a date belongs")
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        raise BadValue(f"{value[:40]!r} where a date belongs") from None


def day_of_moment(value: object, zone: ZoneInfo = NEW_YORK) -> date:
    """The exchange's own day of a moment: milliseconds since 1970, or an ISO time with a zone.

    Raises:
        BadValue: it is neither.
    """
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000, UTC).astimezone(zone).date()
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return moment.date() if moment.tzinfo is None else moment.astimezone(zone).date()
    except (ValueError, OverflowError, OSError):
        pass
    raise BadValue(f"{str(value)[:40]!r} where a time belongs")


Row = tuple[date, float | None, float | None, float | None, float | None, float | None]


def row(item: Mapping[str, Any], on: date, names: tuple[str, str, str, str, str]) -> Row:
    """Open, high, low, close and volume of an item, by their names there."""
    return (on, *(number(item.get(name)) for name in names))  # type: ignore[return-value]  # five


def bars_of(
    symbol: str, rows: Iterable[Row], start: date, end: date, *, currency: str, provider: str
) -> tuple[Bars, tuple[str, ...]]:
    """The bars of these rows, and what was left out: days outside of what was asked for, days
    without a close, and all but the last of a day that comes twice.

    Raises:
        BadBars: the symbol cannot be kept.
    """
    kept: dict[date, Row] = {}
    outside = empty = twice = 0
    for one in rows:
        if not start <= one[0] <= end:
            outside += 1
        elif one[4] is None:
            empty += 1
        else:
            twice += one[0] in kept
            kept[one[0]] = one
    notes = [
        f"{count} {words}"
        for count, words in (
            (outside, "days that were not asked for"),
            (empty, "days without a close"),
            (twice, "days that came twice; the last is kept"),
        )
        if count
    ]
    return Bars.of(symbol, kept.values(), currency=currency, provider=provider), tuple(notes)


def actions_of(
    symbol: str,
    found: Iterable[tuple[date, ActionKind, float | None, str]],
    start: date,
    end: date,
    *,
    provider: str,
) -> tuple[tuple[Action, ...], tuple[str, ...]]:
    """The actions of (ex date, kind, value, currency); dividends of one day add up, splits
    multiply. What cannot be is left out, and said."""
    together: dict[tuple[date, ActionKind], tuple[float, str]] = {}
    notes = []
    for on, kind, value, currency in found:
        if not start <= on <= end or value is None or (kind == "dividend" and value == 0):
            continue
        known, _ = together.get((on, kind), (1.0 if kind == "split" else 0.0, ""))
        both = known * value if kind == "split" else known + value
        together[on, kind] = (both, currency)
    actions = []
    for (on, kind), (value, currency) in sorted(together.items()):
        if kind == "split" and value == 1:
            continue
        try:
            actions.append(Action(symbol, on, kind, value, currency, provider))
        except BadBars as error:
            notes.append(str(error))
    return tuple(actions), tuple(notes)
