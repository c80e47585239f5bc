"""Yahoo Finance through yfinance (extra ``yfinance``), for personal use by its terms."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from worker_core.extras import how_to_add
from worker_core.market.bars import Action, BadBars, Bars
from worker_core.market.providers.base import Found
from worker_core.market.providers.protocol import (
    ActionsAnswer,
    BarsAnswer,
    Capabilities,
    Pace,
    ProviderError,
    Rate,
)
from worker_core.market.providers.values import BadValue, Row, actions_of, bars_of, number

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = ("Open", "High", "Low", "Close", "Volume")
_PATIENCE_S = 120.0


class Yahoo:
    """Bars with dividends and splits beside them.

    Yahoo's prices are adjusted for splits that came later. They are taken back here: its prices and
    dividends are multiplied, its volumes divided, by every split after their day.
    """

    name = "yfinance"
    capabilities = Capabilities(
        keyed=False, actions=True, actions_with_bars=True, rates=(Rate(60, 60.0),)
    )

    def __init__(self, pace: Pace, sleep: Any = None) -> None:
        import time

        self._pace = pace
        self._sleep = sleep or time.sleep
        try:
            import yfinance
        except ImportError:
            raise ProviderError(
                "not_set_up",
                "yfinance is not installed.",
                how_to_add("yfinance"),
            ) from None
        self._library = yfinance

    def close(self) -> None:
        """Nothing is held open."""

    def bars(self, symbols: Sequence[str], start: date, end: date) -> Iterator[BarsAnswer]:
        """See ``Provider``."""
        for symbol in symbols:
            problem: ProviderError | None = None
            bars, notes = Bars.empty("X"), tuple[str, ...]()
            actions: tuple[Action, ...] = ()
            try:
                rows, found, currency = self._history(symbol, start)
                bars, notes = bars_of(
                    symbol, rows, start, end, currency=currency, provider=self.name
                )
                actions, more = actions_of(symbol, found, start, end, provider=self.name)
                notes += more
            except ProviderError as error:
                problem = error
            except (BadValue, BadBars, KeyError, TypeError, ValueError) as error:
                problem = ProviderError(
                    "bad_answer", f"yfinance gave something else than prices ({error})."
                )
            yield BarsAnswer(symbol, bars, actions, problem, notes)

    def actions(self, symbols: Sequence[str], start: date, end: date) -> Iterator[ActionsAnswer]:
        """See ``Provider``."""
        for answer in self.bars(symbols, start, end):
            yield ActionsAnswer(answer.symbol, answer.actions, answer.problem, answer.notes)

    def _history(self, symbol: str, start: date) -> tuple[list[Row], list[Found], str]:
        """All from ``start`` to today: without the splits since, prices cannot be taken back."""
        wait = self._pace.turn(self.name, self.capabilities.rates, _PATIENCE_S)
        if wait > _PATIENCE_S:
            raise ProviderError(
                "rate_limited", "Yahoo was asked too often.", "Try again later.", True, wait
            )
        self._sleep(wait)
        ticker = self._library.Ticker(symbol.replace(".", "-"))
        try:
            frame = ticker.history(
                start=start.isoformat(),
                end=None,
                interval="1d",
                auto_adjust=False,
                actions=True,
                raise_errors=True,
            )
        except Exception as error:  # noqa: BLE001 - yfinance raises what its libraries raise
            text = str(error)
            gone = "delisted" in text or "not found" in text.lower()
            raise ProviderError(
                "unknown_symbol" if gone else "unreachable",
                f"Yahoo gave no prices of {symbol} ({type(error).__name__}).",
                "Check the symbol, or try again later.",
                transient=not gone,
            ) from None
        currency = str((ticker.history_metadata or {}).get("currency") or "")
        return (*_raw(frame), currency)


def _raw(frame: "pd.DataFrame") -> tuple[list[Row], list[Found]]:
    rows: list[Row] = []
    found: list[Found] = []
    later = 1.0
    for moment, values in zip(
        reversed(list(frame.index)), reversed(frame.to_dict("records")), strict=True
    ):
        on = moment.date()
        figures = [number(values[name]) for name in _COLUMNS]
        prices = [None if one is None else one * later for one in figures[:4]]
        volume = figures[4]
        rows.append((on, *prices, None if volume is None else volume / later))
        if cash := number(values.get("Dividends")):
            found.append((on, "dividend", cash * later, ""))
        if ratio := number(values.get("Stock Splits")):
            found.append((on, "split", ratio, ""))
            later *= ratio
    return rows, found
