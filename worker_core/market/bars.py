"""Daily bars as columns, and what companies did to their shares."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import date
from typing import Final, Literal, Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]

DAY: Final = np.dtype("datetime64[D]")
PRICES: Final = ("open", "high", "low", "close")
COLUMNS: Final = (*PRICES, "volume")

_SYMBOL = re.compile(r"[A-Za-z0-9^][A-Za-z0-9.\-^=/_:]{0,31}")

ActionKind = Literal["split", "dividend"]


class BadBars(ValueError):  # noqa: N818 - what they are
    """Bars that could not be kept as they are. The text says what is wrong with which."""


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """The daily bars of one symbol, as they were traded.

    Attributes:
        dates: (n_days,) ``datetime64[D]``, the exchange's own days, strictly rising.
        open, high, low, close: (n_days,) in ``currency`` a share. The close is always there; what
            a source does not have of the others is NaN.
        volume: (n_days,) shares, NaN where not known.
        currency: ISO 4217 code of the last day (GBp for pence); empty where not known.
        provider: where the last day came from; empty where not known.

    Raises:
        BadBars: the columns differ in length, the days do not rise, or a close is not a number.
    """

    symbol: str
    dates: Days
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    _: KW_ONLY
    currency: str = ""
    provider: str = ""

    def __post_init__(self) -> None:
        check_symbol(self.symbol)
        days = np.asarray(self.dates, dtype=DAY)
        object.__setattr__(self, "dates", days)
        for name in COLUMNS:
            column = np.asarray(getattr(self, name), dtype=np.float64)
            if column.shape != days.shape:
                raise BadBars(f"{self.symbol}: {column.size} rows of {name} for {days.size} days.")
            object.__setattr__(self, name, column)
        if days.ndim != 1:
            raise BadBars(f"{self.symbol}: the days are no plain column.")
        if np.isnat(days).any():
            raise BadBars(f"{self.symbol}: a bar has no date.")
        if (falls := np.flatnonzero(days[1:] <= days[:-1])).size:
            raise BadBars(
                f"{self.symbol}: {days[falls[0] + 1]} stands after {days[falls[0]]}; "
                "each day may be there once, the oldest first."
            )
        if (bad := np.flatnonzero(~np.isfinite(self.close))).size:
            raise BadBars(f"{self.symbol}: the close of {days[bad[0]]} is not a number.")

    def __len__(self) -> int:
        return self.dates.size

    @classmethod
    def empty(cls, symbol: str) -> Self:
        none = np.empty(0)
        return cls(symbol, np.empty(0, DAY), none, none, none, none, none)

    @classmethod
    def of(
        cls,
        symbol: str,
        rows: Iterable[Sequence[object]],
        *,
        currency: str = "",
        provider: str = "",
    ) -> Self:
        """From rows of (day, open, high, low, close, volume), in any order of days; None is NaN.

        Raises:
            BadBars: a day is there twice, or has no close.
        """
        ordered = sorted(rows, key=lambda row: str(row[0]))
        if not ordered:
            return cls.empty(symbol)
        day, *values = zip(*ordered, strict=True)
        columns = [np.array(value, dtype=np.float64) for value in values]
        return cls(symbol, np.array(day, dtype=DAY), *columns, currency=currency, provider=provider)

    def take(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.intp] | slice) -> Self:
        """The bars of some of the days, in the same order."""
        columns = {name: getattr(self, name)[rows] for name in COLUMNS}
        return replace(self, dates=self.dates[rows], **columns)

    def between(self, start: date | None, end: date | None) -> Self:
        """The bars from ``start`` to ``end``, both included; None is without bound."""
        first = 0 if start is None else int(np.searchsorted(self.dates, np.datetime64(start, "D")))
        last = (
            len(self)
            if end is None
            else int(np.searchsorted(self.dates, np.datetime64(end, "D"), side="right"))
        )
        return self.take(slice(first, max(first, last)))


@dataclass(frozen=True, slots=True)
class Action:
    """A split or a cash dividend, with effect from the opening of ``ex_date``.

    ``value`` is new shares for each old one (2.0 for 2:1, 0.1 for 1:10), or cash a share in
    ``currency``, counted in shares as they are after a split of the same day.
    """

    symbol: str
    ex_date: date
    kind: ActionKind
    value: float
    currency: str = ""
    provider: str = ""

    def __post_init__(self) -> None:
        check_symbol(self.symbol)
        # Whatever a factor of a million means, it is not a split.
        bound = 1e6 if self.kind == "split" else np.inf
        if not 0 < self.value < bound or (self.kind == "split" and self.value < 1e-6):
            raise BadBars(f"{self.symbol}: a {self.kind} of {self.value:g} on {self.ex_date}.")


def check_symbol(symbol: str) -> None:
    """Refuse what no share or index could be called.

    Raises:
        BadBars: see above.
    """
    if not _SYMBOL.fullmatch(symbol):
        raise BadBars(
            f"{symbol[:40]!r} is not a symbol: letters, digits and . - ^ = / _ : are, up to 32."
        )


def as_day(value: np.datetime64) -> date:
    """A day of ``Bars.dates`` as a plain date."""
    day = value.astype(DAY).item()
    if not isinstance(day, date):
        raise BadBars("a bar has no date.")
    return day
