"""Daily returns of several names side by side, made fit to be measured or refused in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

FEWEST_NAMES: Final = 2
FEWEST_DAYS: Final = 60
PRESENT: Final = 0.95
"""The share of a window's days on which a name must have a return to be measured in it."""
_SMALLEST: Final = 1e-15

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class RiskError(ValueError):
    """The returns cannot be measured; the text says why, and what is needed."""


@dataclass(frozen=True)
class Panel:
    """Returns by day and name.

    Attributes:
        days: ascending, each once.
        values: simple returns as fractions, ``(n_days, n_names)``; NaN where there is none.
        notes: sentences for the reader on what was left out or changed.
    """

    days: tuple[date, ...]
    names: tuple[str, ...]
    values: Floats
    notes: tuple[str, ...] = ()

    @property
    def filled(self) -> Floats:
        """The returns with 0 (an unchanged price) where a day is missing."""
        return np.nan_to_num(self.values)

    def measurable(self, window: int) -> Bools:
        """Which names can be measured in the window that ends with each day,
        ``(n_days, n_names)``: there from its first day to its last (not yet listed, or delisted,
        is out), with few gaps, and not at rest throughout."""
        seen = np.isfinite(self.values)
        x = self.filled
        started = np.maximum.accumulate(seen, axis=0)
        alive = np.maximum.accumulate(seen[::-1], axis=0)[::-1]
        enough = rolling_sum(seen.astype(np.float64), window) >= PRESENT * window
        moved = rolling_sum((x != 0.0).astype(np.float64), window) >= 0.5
        # A constant return other than 0 has no variance either.
        same = np.vstack([np.zeros((1, x.shape[1])), (np.diff(x, axis=0) != 0.0)])
        varied = rolling_sum(same, window - 1) >= 0.5
        first = np.zeros_like(started)
        first[window - 1 :] = started[: len(started) - window + 1]
        return np.asarray(first & alive & enough & moved & varied)


def rolling_sum(values: Floats, window: int) -> Floats:
    """Sums over the ``window`` days that end with each day; NaN before there are so many."""
    if window <= 0 or window > len(values):
        return np.full(values.shape, np.nan)
    total = np.cumsum(values, axis=0)
    total[window:] = total[window:] - total[:-window]
    total[: window - 1] = np.nan
    return total


def panel(days: Sequence[date], names: Sequence[str], values: Floats) -> Panel:
    """Check returns and put them in order of the days.

    Infinite returns, returns of less than -100 % and names without any return are left out, and
    said so; of a day that is there twice the last row counts.

    Raises:
        RiskError: fewer than 2 usable names or 60 days, or names that are not distinct.
    """
    x = np.array(values, dtype=np.float64)
    if x.ndim != 2 or x.shape != (len(days), len(names)):
        raise RiskError("The returns are not one column a name and one row a day.")
    if len(set(names)) != len(names):
        twice = sorted({name for name in names if list(names).count(name) > 1})
        raise RiskError(f"A name stands above two columns: {', '.join(twice[:5])}. Name each once.")
    # So small a move is a rounding of none, and its square is lost.
    x[np.abs(x) < _SMALLEST] = 0.0
    notes = []
    wrong = np.isinf(x) | (x < -1.0)
    if wrong.any():
        x[wrong] = np.nan
        notes.append(
            f"Left out, being infinite or a loss of more than all: "
            f"{counted(int(wrong.sum()), 'return')}."
        )
    places = {day: row for row, day in enumerate(days)}
    if len(places) < len(days):
        notes.append(
            f"Of days that are there twice, the last row was taken: "
            f"{counted(len(days) - len(places), 'row')} left out."
        )
    order = [places[day] for day in sorted(places)]
    if order != sorted(order):
        notes.append("The days were not in order; they were sorted.")
    x = x[order]
    there = np.asarray(np.isfinite(x).any(axis=0))
    if not there.all():
        gone = [name for name, kept in zip(names, there.tolist(), strict=True) if not kept]
        notes.append(f"Without a single return, so left out: {', '.join(gone)}.")
    still = np.asarray(there & (np.nan_to_num(x) == 0.0).all(axis=0))
    if still.any():
        rests = [name for name, at_rest in zip(names, still.tolist(), strict=True) if at_rest]
        notes.append(f"Never moved, so left out: {', '.join(rests)}.")
    kept = there & ~still
    some = np.asarray(np.isfinite(x[:, kept]).any(axis=1))
    x = x[some][:, kept]
    used = tuple(name for name, keep in zip(names, kept.tolist(), strict=True) if keep)
    dates = tuple(day for day, keep in zip(sorted(places), some.tolist(), strict=True) if keep)
    if len(used) < FEWEST_NAMES:
        raise RiskError(
            f"{counted(len(used), 'name')} with returns that move, and {FEWEST_NAMES} are "
            "needed: systemic risk is about how names move together. Add columns of other names."
        )
    if len(dates) < FEWEST_DAYS:
        raise RiskError(
            f"{counted(len(dates), 'day')} with returns, and {FEWEST_DAYS} are needed for any "
            "measure. Give a longer history."
        )
    return Panel(dates, used, x, tuple(notes))


def counted(count: int, what: str) -> str:
    """``1 day``, ``2 days``."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
