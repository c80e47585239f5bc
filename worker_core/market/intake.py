"""From the rows of a file to bars that can be kept, and what had to be said on the way."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from worker_core.market.bars import COLUMNS, Action, ActionKind, BadBars, Bars, Floats
from worker_core.market.records import Finding
from worker_core.market.stamps import days_of, places, say_order, say_zones
from worker_core.market.tables import Table


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
    days, zones, intraday = days_of(table, found)
    figures = {name: _numbers(table, name, found) for name in table.figures}
    none = np.full(len(table), np.nan)
    close = figures.get("close", none)
    usable = ~np.isnat(days) & np.isfinite(close)
    _say_unusable(table, days, close, found)
    say_zones(zones, intraday, found)
    rows = np.flatnonzero(usable)
    rows = rows[np.argsort(days[rows], kind="stable")]
    say_order(days[usable], found)
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
                    f"{places(table, rows, table.figures[name])}.",
                    rows=len(rows),
                    evidence={"column": name},
                )
            )
    return values


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
