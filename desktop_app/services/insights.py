"""What the store knows of companies and markets, as the Insights page shows it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desktop_app.services.blocking import Blocking
from worker_core.operations.ledger import stored
from worker_core.settings import current
from worker_core.storage import (
    AnomalyRecord,
    Basis,
    ForecastRecord,
    MetricSeries,
    RiskSeries,
    RiskUniverse,
    Storage,
    ToneComparison,
    ToneDay,
    ToneTrend,
)

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]

FORECASTS: Final = 24
"""Of one price, the newest, that can be looked at."""
ANOMALIES: Final = 500
COMPARISONS: Final = 50
BASES: Final[tuple[Basis, ...]] = ("quarter", "annual")
FEWEST_PRICES: Final = 61
"""Below, no forecast of a price is made: `worker_core.forecasting` needs 60 returns."""


@dataclass(frozen=True, slots=True)
class Known:
    """A symbol or company that the store has something of."""

    symbol: str
    name: str = ""
    prices: bool = False
    last_day: date | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """Daily bars, oldest first, each column (n,). Opens, highs, lows and volumes may be NaN.

    Attributes:
        adjusted: for splits and dividends, on the basis of the last day.
        splits: day and how many new shares came for an old one.
        held_back: bars that a quality check took for wrong; they are not among these.
        problem: why they are not adjusted although that was asked for.
    """

    days: Days
    opens: Floats
    highs: Floats
    lows: Floats
    closes: Floats
    volumes: Floats
    currency: str
    provider: str
    adjusted: bool
    splits: tuple[tuple[date, float], ...] = ()
    held_back: int = 0
    problem: str = ""

    def __len__(self) -> int:
        return len(self.days)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """All there is of one symbol.

    Attributes:
        forecasts: of the price, the newest first.
        metric_forecasts: the newest of each metric.
        tone_days: with documents, oldest first.
        metrics: by basis and name.
    """

    symbol: str
    name: str
    prices: Prices
    renamed_to: str | None = None
    forecasts: tuple[ForecastRecord, ...] = ()
    metric_forecasts: Mapping[str, ForecastRecord] = field(default_factory=dict)
    anomalies: tuple[AnomalyRecord, ...] = ()
    trend: ToneTrend | None = None
    tone_days: tuple[ToneDay, ...] = ()
    metrics: Mapping[Basis, Mapping[str, MetricSeries]] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not (
            len(self.prices)
            or self.forecasts
            or self.metric_forecasts
            or self.anomalies
            or self.tone_days
            or any(self.metrics.values())
        )


@dataclass(frozen=True, slots=True)
class Company:
    """What is compared of one company."""

    symbol: str
    metrics: Mapping[str, MetricSeries]
    tone_days: tuple[ToneDay, ...]
    trend: ToneTrend | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Companies side by side; ``tone`` is the newest stored comparison that has them all."""

    companies: tuple[Company, ...]
    basis: Basis
    tone: ToneComparison | None


@dataclass(frozen=True, slots=True)
class Risk:
    """``universe`` is the one whose ``measures`` these are; None where none was measured."""

    universes: tuple[RiskUniverse, ...]
    universe: RiskUniverse | None
    measures: tuple[RiskSeries, ...]


class Insights:
    """Reads the database of the connection in use.

    Every method raises OperationError, with words for the user, when the database does not answer.
    """

    def __init__(self, blocking: Blocking) -> None:
        self._blocking = blocking

    @property
    def of_the_workers(self) -> bool:
        """Whether the workers that are looked at keep their results in the database that is read.
        Without its address it is the one of this computer."""
        return current().ledger

    async def known(self) -> tuple[Known, ...]:
        """All symbols and companies that there is something of, in their order."""
        return await self._blocking.run(_known)

    async def picture(self, symbol: str, *, adjusted: bool) -> Picture:
        """All there is of a symbol; nothing where it is not known."""
        return await self._blocking.run(_picture, symbol, adjusted=adjusted)

    async def comparison(self, symbols: Sequence[str], basis: Basis) -> Comparison:
        return await self._blocking.run(_comparison, tuple(symbols), basis)

    async def risk(self, universe: str | None = None, window: int | None = None) -> Risk:
        """The measures of a universe and window, by default of the last one that was measured."""
        return await self._blocking.run(_risk, universe, window)


def _known() -> tuple[Known, ...]:
    with stored() as storage:
        found = {
            one.symbol: Known(one.symbol, one.name or "", one.last_day is not None, one.last_day)
            for one in storage.market.symbols()
        }
        for _, ticker, company in storage.metrics.entities():
            if ticker:
                have = found.get(ticker, Known(ticker))
                found[ticker] = Known(
                    ticker, have.name or company or "", have.prices, have.last_day
                )
        for ticker in storage.sentiment.followed():
            found.setdefault(ticker, Known(ticker))
    return tuple(found[symbol] for symbol in sorted(found))


def _picture(symbol: str, *, adjusted: bool) -> Picture:
    with stored() as storage:
        about = storage.market.symbol(symbol)
        return Picture(
            symbol,
            (about.name if about else None) or "",
            _prices(storage, symbol, adjusted=adjusted),
            about.renamed_to if about else None,
            storage.forecasts.history("price", symbol, limit=FORECASTS),
            {one.metric: one for one in storage.forecasts.latest_of_metrics(symbol)},
            storage.anomalies.found(symbol, limit=ANOMALIES),
            storage.sentiment.trend(symbol),
            storage.sentiment.daily(symbol),
            {basis: storage.metrics.metric_series(symbol, basis=basis) for basis in BASES},
        )


def _prices(storage: Storage, symbol: str, *, adjusted: bool) -> Prices:
    market = storage.market
    problem = ""
    try:
        bars = market.adjusted_bars(symbol) if adjusted else market.bars(symbol)
    except ValueError as error:  # no stored action may keep the prices from being seen
        bars, problem, adjusted = market.bars(symbol), str(error), False
    splits = [one for one in market.actions(symbol) if one.kind == "split"] if len(bars) else []
    return Prices(
        bars.dates,
        _finite(bars.open),
        _finite(bars.high),
        _finite(bars.low),
        bars.close,
        _finite(bars.volume),
        currency=bars.currency,
        provider=bars.provider,
        adjusted=adjusted,
        splits=tuple((one.ex_date, one.value) for one in splits),
        held_back=len(market.quarantined(symbol)),
        problem=problem,
    )


def _finite(column: Floats) -> Floats:
    """Infinite values are not known either."""
    return np.where(np.isfinite(column), column, np.nan)


def _comparison(symbols: Sequence[str], basis: Basis) -> Comparison:
    with stored() as storage:
        companies = tuple(
            Company(
                symbol,
                storage.metrics.metric_series(symbol, basis=basis),
                storage.sentiment.daily(symbol),
                storage.sentiment.trend(symbol),
            )
            for symbol in symbols
        )
        tones = storage.sentiment.comparisons(COMPARISONS) if len(symbols) > 1 else ()
    return Comparison(companies, basis, next((t for t in tones if _has(t, symbols)), None))


def _has(tone: ToneComparison, symbols: Iterable[str]) -> bool:
    return set(symbols) <= {str(company["company"]) for company in tone.companies}


def _risk(universe: str | None, window: int | None) -> Risk:
    with stored() as storage:
        universes = storage.risk.universes()
        chosen = next(
            (
                one
                for one in universes
                if universe is None or (one.universe, one.window) == (universe, window)
            ),
            None,
        )
        measures = storage.risk.whole(chosen.universe, chosen.window) if chosen else ()
    return Risk(universes, chosen, measures)
