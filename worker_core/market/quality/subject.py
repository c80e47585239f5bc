"""What is checked, and the figures that several checks need of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from worker_core.market.bars import Action, Bars, Floats


@dataclass(frozen=True)
class Subject:
    """A symbol's bars with what is known about them.

    Attributes:
        bars: raw, quarantined ones included.
        adjusted: (n_days,) the source's own adjusted close; empty or NaN where there is none.
        currency: (n_days,) by day; empty where only ``bars.currency`` is known.
        split_adjusted: the source has already adjusted the prices for the declared splits.
        exchange: ISO 10383 code; None where not known.
        today: the day after which there can be no bar.
        fresh: newer bars are expected to be there.
        renamed_to, continues_on: what the symbol is called now, and from when on that has bars.
    """

    bars: Bars
    actions: tuple[Action, ...] = ()
    adjusted: Floats = field(default_factory=lambda: np.empty(0))
    currency: tuple[str, ...] = ()
    split_adjusted: bool = False
    exchange: str | None = None
    today: date = date.max
    fresh: bool = False
    renamed_to: str | None = None
    continues_on: date | None = None

    def days(self, rows: npt.NDArray[np.intp] | Iterable[int]) -> tuple[date, ...]:
        """The days of these rows, in their order."""
        return tuple(self.bars.dates[np.sort(np.asarray(list(rows), dtype=np.intp))].tolist())

    def row(self, day: date) -> int:
        """The first row on or after a day; the number of rows if there is none."""
        return int(np.searchsorted(self.bars.dates, np.datetime64(day, "D")))


def log_returns(close: Floats) -> Floats:
    """(n_days - 1,) of positive closes."""
    returns: Floats = np.diff(np.log(close))
    return returns


def usual_move(returns: Floats, reach: int = 63, least: float = 0.004) -> Floats:
    """(n,) a robust standard deviation of the returns around each: 1.48 times the median of their
    sizes within ``reach`` rows on both sides, and never less than ``least``.

    Medians are taken of blocks half as long as ``reach``, with their neighbours.
    """
    n = returns.size
    if n == 0:
        return np.empty(0)
    sizes, step = np.abs(returns), max(1, reach // 2)
    starts = range(0, n, step)
    medians = [
        float(np.median(sizes[max(0, start + step // 2 - reach) : start + step // 2 + reach + 1]))
        for start in starts
    ]
    scale: Floats = np.maximum(1.4826 * np.repeat(medians, step)[:n], least)
    return scale
