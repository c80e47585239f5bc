"""Prices out of the store, in the form that forecasts take."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from worker_core.forecasting.price import PriceDataError, PriceHistory, prepare
from worker_core.forecasting.price.data import LONGEST
from worker_core.market.adjust import adjusted
from worker_core.market.bars import Bars, Days, as_day
from worker_core.market.records import Symbol
from worker_core.storage import Storage

# What is wrong with one symbol, not with the task. PriceDataError and BadAction say what, and
# whatever else arithmetic makes of odd prices is told as well, and stops no other symbol.
BAD_DATA = (ValueError, ArithmeticError)

# Calendar days that hold the sessions which a forecast uses, and some more.
_DAYS_BACK = int(LONGEST * 365 / 250) + 60


@dataclass(frozen=True)
class SymbolPrices:
    """Adjusted prices of a symbol.

    Attributes:
        days: (n + 1,) of the closes that ``history`` was made of.
        as_of: the newest of them.
        data_hash: SHA-256 of the days and prices.
        exchange: ISO 10383 code; None where not known.
        notes: what the reader should know beside those of the history.
    """

    symbol: str
    history: PriceHistory
    days: Days
    as_of: date
    data_hash: str
    provider: str
    exchange: str | None
    notes: tuple[str, ...]

    def known_until(self, day: date) -> int:
        """How many of the returns were known at the end of ``day``."""
        return max(0, int(np.searchsorted(self.days, np.datetime64(day, "D"), side="right")) - 1)


def load(storage: Storage, symbol: str, until: date | None = None) -> SymbolPrices:
    """The prices of a symbol, with those under its former names before them.

    Raises:
        PriceDataError: there are none, they cannot be forecast from, or the symbol has another
            name by now.
    """
    known = storage.market.symbol(symbol)
    last = until or storage.market.last_day(symbol)
    if last is None:
        if known is not None and known.renamed_to:
            raise PriceDataError(
                "renamed",
                f"{symbol} is called {known.renamed_to} now.",
                f"Ask for {known.renamed_to}.",
            )
        raise PriceDataError(
            "empty",
            f"There are no prices of {symbol}.",
            "Load them first, by the task “Update market data”.",
        )
    start = last - timedelta(days=_DAYS_BACK)
    return _prepared(symbol, known, list(_named(storage, symbol, start, until)))


def load_many(storage: Storage, symbols: Sequence[str]) -> dict[str, SymbolPrices | Exception]:
    """As `load` of each symbol, read together: its prices, or why there are none."""
    known, renamed = storage.market.known(symbols)
    starts = {
        symbol: about.last_day - timedelta(days=_DAYS_BACK)
        for symbol, about in known.items()
        if about.last_day is not None and symbol not in renamed
    }
    read = storage.market.bars_and_actions(starts)
    found: dict[str, SymbolPrices | Exception] = {}
    for symbol in symbols:
        try:
            if symbol in read:
                bars, actions = read[symbol]
                found[symbol] = _prepared(symbol, known[symbol], [adjusted(bars, actions)])
            else:
                found[symbol] = load(storage, symbol)
        except BAD_DATA as error:
            found[symbol] = error
    return found


def _prepared(symbol: str, known: Symbol | None, parts: Sequence[Bars]) -> SymbolPrices:
    """Checked prices, out of the adjusted bars under each of the symbol's names."""
    notes = [f"The prices before {as_day(b.dates[0])} are those of {a.symbol}, its former name."
             for a, b in pairwise(parts)]  # fmt: skip
    if known is not None and known.renamed_to:
        notes.append(f"{symbol} is called {known.renamed_to} by now; this is its old series.")
    closes = np.concatenate([bars.close for bars in parts])
    days = np.concatenate([bars.dates for bars in parts])
    ohlc = np.concatenate([np.column_stack(_columns(bars)) for bars in parts])
    # Bars rise strictly, and those under a former name end before: there is nothing to sort.
    history = prepare(closes, ohlc)
    days = days[history.kept]
    return SymbolPrices(
        symbol,
        history,
        days,
        as_day(days[-1]),
        _hash(days, ohlc[history.kept]),
        parts[-1].provider,
        known.exchange if known else None,
        tuple(notes),
    )


def _named(storage: Storage, symbol: str, start: date, until: date | None) -> Iterator[Bars]:
    """The bars under each name that the share has had, the oldest name first."""
    own = storage.market.adjusted_bars(symbol, start, until)
    earlier: list[Bars] = []
    first = own.dates[0] if len(own) else None
    for name in storage.market.former_names(symbol):
        end = until if first is None else as_day(first - np.timedelta64(1, "D"))
        bars = storage.market.adjusted_bars(name, start, end)
        if len(bars):
            earlier.append(bars)
            first = bars.dates[0]
    yield from reversed(earlier)
    if len(own) or not earlier:
        yield own


def _columns(bars: Bars) -> tuple[npt.NDArray[np.float64], ...]:
    return bars.open, bars.high, bars.low, bars.close


def _hash(days: Days, ohlc: npt.NDArray[np.float64]) -> str:
    digest = hashlib.sha256()
    digest.update(days.astype("datetime64[D]").astype("<i8").tobytes())
    digest.update(ohlc.astype("<f8").tobytes())
    return digest.hexdigest()
