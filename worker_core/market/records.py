"""What is known of symbols, of economic series and of the quality of both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from worker_core.market.bars import Days, Floats

Severity = Literal["info", "warning", "error"]
Handling = Literal["kept", "flagged", "quarantined"]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol of the store.

    Attributes:
        exchange: ISO 10383 code, such as XNYS; None where not known.
        renamed_to: what the same company's share is called now.
        first_day, last_day: of the stored bars; None without any.
        progress: where the last fetch stopped, by provider.
    """

    symbol: str
    name: str | None = None
    exchange: str | None = None
    currency: str | None = None
    renamed_to: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    progress: Mapping[str, Any] = field(default_factory=dict)
    updated_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Closes:
    """Closes of several symbols side by side.

    Attributes:
        dates: (n_days,) every day on which one of them has a bar.
        values: (n_days, n_symbols), NaN where a symbol has none.
    """

    symbols: tuple[str, ...]
    dates: Days
    values: Floats

    def __iter__(self) -> Any:
        """As the three parts: ``symbols, dates, values = closes``."""
        return iter((self.symbols, self.dates, self.values))


@dataclass(frozen=True, slots=True, eq=False)
class CrossSection:
    """The closes of one day, in the order of symbols."""

    day: date
    symbols: tuple[str, ...]
    closes: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """A series of values by date, such as one of FRED.

    Attributes:
        dates: (n,) ``datetime64[D]``, rising: what the values are about.
        values: (n,) in ``unit``.
        vintages: (n,) ``datetime64[D]``: from when on each value was known here.
    """

    series_id: str
    dates: Days
    values: Floats
    vintages: Days
    unit: str = ""
    provider: str = ""

    def __len__(self) -> int:
        return self.dates.size


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a symbol's bars that a reader should know.

    Attributes:
        check: what was looked for, such as ``undeclared_split``.
        days: the bars it is about, the oldest first; of more than a thousand, the first thousand.
        rows: how many bars it is about.
        evidence: the figures that it rests on.
        action: ``kept`` (nothing was done), ``flagged`` (kept, and worth a look) or
            ``quarantined`` (kept, but read only by those who ask for such bars).
    """

    check: str
    severity: Severity
    action: Handling
    message: str
    days: tuple[date, ...] = ()
    rows: int = 0
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredFinding:
    """A finding with the symbol it is about and the time it was found."""

    symbol: str
    finding: Finding
    found_at: datetime


def observations_of(
    series_id: str,
    rows: Sequence[tuple[object, float]],
    vintage: date,
    *,
    unit: str = "",
    provider: str = "",
) -> Observations:
    """From (date, value) in any order, all known since ``vintage``; of a date that is there twice
    the last."""
    latest: npt.NDArray[np.datetime64] = np.array([day for day, _ in rows], dtype="datetime64[D]")
    values = np.array([value for _, value in rows], dtype=np.float64)
    days, last = np.unique(latest[::-1], return_index=True)
    return Observations(
        series_id,
        days,
        values[::-1][last],
        np.full(days.shape, np.datetime64(vintage, "D")),
        unit,
        provider,
    )
