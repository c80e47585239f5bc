"""The days that the stamps of a table are of, and what is odd about them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from worker_core.market.bars import DAY
from worker_core.market.records import Finding
from worker_core.market.tables import Table

_SHOWN = 5


def days_of(table: Table, found: list[Finding]) -> tuple[npt.NDArray[Any], set[str], bool]:
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
                f"{places(table, bad, table.stamps)}.",
                rows=len(bad),
            )
        )
    return days, zones, intraday


def _moment(stamp: str) -> datetime | None:
    text = stamp.strip()
    try:
        if len(text) == 8 and text.isascii() and text.isdecimal():
            return datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007 - a day has no zone
        if len(text) in {10, 13} and text.isascii() and text.isdecimal():
            # Seconds or milliseconds since 1970.
            return datetime.fromtimestamp(int(text) / 10 ** (len(text) - 10), UTC)
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _offset(offset: timedelta) -> str:
    return f"{offset.total_seconds() / 3600:+g} h"


def places(table: Table, rows: Sequence[int], values: Sequence[Any]) -> str:
    """The first of these values, with the lines they stand in."""
    shown = [f"{str(values[row])[:40]!r} in line {table.lines[row]}" for row in rows[:_SHOWN]]
    return ", ".join(shown) + (" and more" if len(rows) > _SHOWN else "")


def say_zones(zones: set[str], intraday: bool, found: list[Finding]) -> None:
    """Say that the stamps are of several zones, or of several times a day."""
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


def say_order(days: npt.NDArray[Any], found: list[Finding]) -> None:
    """Say that the rows are not in the order of their days."""
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
