"""From the rows of a file to bars that can be kept, and what had to be said on the way."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from worker_core.market.bars import COLUMNS, DAY, Action, ActionKind, BadBars, Bars, Floats
from worker_core.market.records import Finding
from worker_core.market.tables import Table

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Intake:
    """What a table holds.

    Attributes:
        bars: one a day, the oldest first; of a day that comes twice the last row.
        adjusted: (n_days,) the table's own adjusted close, NaN where it has none.
        currency: (n_days,) by day; empty texts where not said.
        split_adjusted: the table has the layout of Yahoo, whose prices are adjusted for splits.
        findings: about the table: what is no number, has no date, comes twice, is out of order.
    """

    bars: Bars
    actions: tuple[Action, ...]
    adjusted: Floats
    currency: tuple[str, ...]
    split_adjusted: bool
    findings: tuple[Finding, ...]


def take_in(table: Table, *, provider: str = "file") -> Intake:
    """Read a table's texts as days and numbers.

    Raises:
        BadBars: its symbol is none.
    """
    found: list[Finding] = []
    days, zones, intraday = _days(table, found)
    figures = {name: _numbers(table, name, found) for name in table.figures}
    none = np.full(len(table), np.nan)
    close = figures.get("close", none)
    usable = ~np.isnat(days) & np.isfinite(close)
    _say_unusable(table, days, close, found)
    _say_zones(zones, intraday, found)
    rows = np.flatnonzero(usable)
    rows = rows[np.argsort(days[rows], kind="stable")]
    _say_order(days[usable], found)
    last = np.append(days[rows][1:] != days[rows][:-1], True) if rows.size else np.empty(0, bool)
    if not intraday:
        _say_twice(days, figures, rows, last, found)
    rows = rows[last]
    currencies = tuple(table.currency[row].strip() for row in rows) if table.currency else ()
    bars = Bars(
        table.symbol,
        days[rows],
        *[figures.get(name, none)[rows] for name in COLUMNS],
        currency=currencies[-1][:8] if currencies else "",
        provider=provider,
    )
    actions = (
        *_actions(bars, rows, figures, "split", provider, found),
        *_actions(bars, rows, figures, "dividend", provider, found),
    )
    return Intake(
        bars,
        actions,
        figures.get("adj_close", none)[rows],
        currencies,
        "adj_close" in figures and "split" in figures,
        tuple(found),
    )


def _days(table: Table, found: list[Finding]) -> tuple[npt.NDArray[Any], set[str], bool]:
    """The days of the stamps in their own zone, their zones, and whether they have times."""
    days = np.full(len(table), np.datetime64("NaT"), DAY)
    zones: set[str] = set()
    seen: set[date] = set()
    bad: list[int] = []
    intraday = False
    for row, stamp in enumerate(table.stamps):
        moment = _moment(stamp)
        if moment is None:
            bad.append(row)
            continue
        days[row] = moment.date()
        offset = moment.utcoffset()
        zones.add("" if offset is None else _offset(offset))
        intraday = intraday or (bool(moment.time().hour) and moment.date() in seen)
        seen.add(moment.date())
    if bad:
        found.append(
            Finding(
                "schema",
                "error",
                "flagged",
                f"{len(bad)} rows have no date that can be read and are left out: "
                f"{_places(table, bad, table.stamps)}.",
                rows=len(bad),
            )
        )
    return days, zones, intraday


def _moment(stamp: str) -> datetime | None:
    text = stamp.strip()
    try:
        if len(text) == 8 and text.isascii() and text.isdecimal():
            return datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007 - a day has no zone
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _offset(offset: timedelta) -> str:
    return f"{offset.total_seconds() / 3600:+g} h"


def _numbers(table: Table, name: str, found: list[Finding]) -> Floats:
    values, bad, endless = np.full(len(table), np.nan), [], []
    for row, value in enumerate(table.figures[name]):
        try:
            number = float(value) if value not in ("", None) else math.nan
        except (ValueError, TypeError, OverflowError):
            bad.append(row)
            continue
        if math.isinf(number):
            endless.append(row)
        else:
            values[row] = number
    for rows, what in ((bad, "are no numbers"), (endless, "are infinite")):
        if rows:
            found.append(
                Finding(
                    "schema",
                    "error",
                    "flagged",
                    f"{len(rows)} values of {name} {what} and count as absent: "
                    f"{_places(table, rows, table.figures[name])}.",
                    rows=len(rows),
                    evidence={"column": name},
                )
            )
    return values


def _places(table: Table, rows: Sequence[int], values: Sequence[Any]) -> str:
    shown = [f"{str(values[row])[:40]!r} in line {table.lines[row]}" for row in rows[:_SHOWN]]
    return ", ".join(shown) + (" and more" if len(rows) > _SHOWN else "")


def _say_unusable(
    table: Table, days: npt.NDArray[Any], close: Floats, found: list[Finding]
) -> None:
    absent = np.flatnonzero(~np.isnat(days) & ~np.isfinite(close))
    if absent.size:
        found.append(
            Finding(
                "missing_close",
                "error" if absent.size == len(table) else "warning",
                "flagged",
                f"{absent.size} of {len(table)} rows have no close and are left out.",
                tuple(np.unique(days[absent]).tolist()),
                int(absent.size),
            )
        )
    if not len(table):
        found.append(Finding("schema", "error", "flagged", "There are no rows at all."))


def _say_zones(zones: set[str], intraday: bool, found: list[Finding]) -> None:
    if "" in zones and len(zones) > 1:
        found.append(
            Finding(
                "time_zone",
                "error",
                "flagged",
                "Some stamps have a time zone and others have none: their days may be a day off.",
                evidence={"offsets": sorted(zones)},
            )
        )
    # Daylight saving makes two that are an hour apart.
    hours = [float(zone.split()[0]) for zone in zones if zone]
    if hours and max(hours) - min(hours) > 1:
        found.append(
            Finding(
                "time_zone",
                "error",
                "flagged",
                "The stamps are of several time zones: their days may be a day off.",
                evidence={"offsets": sorted(zones)},
            )
        )
    if intraday:
        found.append(
            Finding(
                "time_zone",
                "warning",
                "flagged",
                "There are several times a day: these are no daily bars. Of each day the last row "
                "is looked at.",
            )
        )


def _say_order(days: npt.NDArray[Any], found: list[Finding]) -> None:
    if days.size < 2:
        return
    steps = (days[1:] - days[:-1]).astype(int)
    if (steps <= 0).all() and (steps < 0).any():
        found.append(
            Finding(
                "order", "info", "kept", "The newest day comes first; the rows were turned round."
            )
        )
    elif falls := int((steps < 0).sum()):
        found.append(
            Finding(
                "order",
                "warning",
                "kept",
                f"The rows are not in the order of days ({falls} step back); they were sorted.",
                rows=falls,
            )
        )


def _say_twice(
    days: npt.NDArray[Any],
    figures: dict[str, Floats],
    rows: npt.NDArray[np.intp],
    last: npt.NDArray[np.bool_],
    found: list[Finding],
) -> None:
    twice = np.flatnonzero(~last)
    if not twice.size:
        return
    differ = [
        row
        for row in twice
        if any(
            not np.array_equal(column[rows[row]], column[rows[row + 1]], equal_nan=True)
            for column in figures.values()
        )
    ]
    found.append(
        Finding(
            "duplicates",
            "error" if differ else "warning",
            "flagged",
            f"{twice.size} rows are of a day that comes again, {len(differ)} of them with other "
            "figures; the last row of each day is kept.",
            tuple(np.unique(days[rows[twice]]).tolist()),
            int(twice.size),
            {"with_other_figures": len(differ)},
        )
    )


def _actions(
    bars: Bars,
    rows: npt.NDArray[np.intp],
    figures: dict[str, Floats],
    kind: ActionKind,
    provider: str,
    found: list[Finding],
) -> list[Action]:
    if kind not in figures:
        return []
    values = figures[kind][rows]
    actions = []
    for row in np.flatnonzero(np.isfinite(values) & (values != 0)):
        if kind == "split" and values[row] == 1:
            continue
        on = bars.dates[row].item()
        currency = bars.currency if kind == "dividend" else ""
        try:
            actions.append(Action(bars.symbol, on, kind, float(values[row]), currency, provider))
        except BadBars as error:
            found.append(Finding("schema", "error", "flagged", f"{error} It is left out.", (on,)))
    return actions
