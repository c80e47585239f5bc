"""The market data of one database."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Engine

from worker_core.market.adjust import adjusted
from worker_core.market.bars import Action, Bars, Days
from worker_core.market.records import (
    Closes,
    CrossSection,
    Finding,
    Observations,
    Severity,
    StoredFinding,
    Symbol,
)
from worker_core.storage.engine import reading, writing
from worker_core.storage.errors import StorageError
from worker_core.storage.market import about, blocks, findings, series
from worker_core.storage.market import reading as rows
from worker_core.storage.market import writing as loading

log = logging.getLogger(__name__)


class MarketRepository:
    """Prices and what belongs to them. Any number of threads may share it.

    Days are both included everywhere; None is without bound. Quarantined bars are left out unless
    they are asked for. Every method raises `StorageError` when the database cannot do its part.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def upsert_bars(self, bars: Bars | Iterable[Bars]) -> int:
        """Store raw bars, one symbol or many; how many were new or different.

        A symbol is stored whole or not at all, and what is stored already is not written again. A
        corrected bar leaves the quarantine; it is for the next check to judge it.
        """
        written = 0
        for batch in loading.batches([bars] if isinstance(bars, Bars) else bars):
            with writing(self._engine) as connection, loading.roomy(connection, batch):
                for one in batch:
                    changed = loading.upsert(connection, one)
                    about.note_bars(connection, one, changed)
                    written += changed
        return written

    def bars(
        self,
        symbol: str,
        start: date | None = None,
        end: date | None = None,
        *,
        include_quarantined: bool = False,
    ) -> Bars:
        """The bars as they were traded; without rows when there are none."""
        with reading(self._engine) as connection:
            return rows.read_bars(
                connection, symbol, start, end, include_quarantined=include_quarantined
            )

    def adjusted_bars(
        self,
        symbol: str,
        start: date | None = None,
        end: date | None = None,
        *,
        include_quarantined: bool = False,
    ) -> Bars:
        """The bars adjusted for splits and dividends, on the basis of the last of them.

        Raises:
            BadAction: a stored dividend is as large as the price before it.
        """
        with reading(self._engine) as connection:
            raw = rows.read_bars(
                connection, symbol, start, end, include_quarantined=include_quarantined
            )
            return adjusted(raw, about.read_actions(connection, symbol, start, end))

    def bars_and_actions(self, starts: Mapping[str, date]) -> dict[str, tuple[Bars, list[Action]]]:
        """The raw bars of several symbols, each from its own first day on, and what adjusts them:
        one transaction, which sees one state of them all.

        What is read so is read again: the bars are kept as one value a symbol for the next time.
        """
        with reading(self._engine) as connection:
            actions = about.read_actions_of(connection, list(starts))
            found, worth = blocks.read(connection, starts)
        if worth:
            try:
                with writing(self._engine) as connection:
                    blocks.keep(connection, worth.values())
            except StorageError as error:
                log.warning("Blocks of %d symbols were not kept: %s", len(worth), error)
        return {
            symbol: (
                bars,
                [one for one in actions.get(symbol, ()) if one.ex_date >= starts[symbol]],
            )
            for symbol, bars in found.items()
        }

    def closes(
        self,
        symbols: Sequence[str],
        start: date | None = None,
        end: date | None = None,
        *,
        adjust: bool = True,
        include_quarantined: bool = False,
    ) -> Closes:
        """Closes side by side in the order of ``symbols``, adjusted for splits and dividends on
        the basis of each symbol's last day unless ``adjust`` is false.

        Raises:
            BadAction: a stored dividend is as large as the price before it.
        """
        columns = []
        with reading(self._engine) as connection:
            for symbol in symbols:
                days, values = rows.read_closes(
                    connection, symbol, start, end, include_quarantined=include_quarantined
                )
                if adjust and (actions := about.read_actions(connection, symbol, start, end)):
                    raw = Bars(symbol, days, values, values, values, values, values)
                    values = adjusted(raw, actions).close
                columns.append((symbol, days, values))
        return rows.side_by_side(columns)

    def cross_section(self, day: date, *, include_quarantined: bool = False) -> CrossSection:
        """The raw closes of one day, of every symbol that has one."""
        with reading(self._engine) as connection:
            return rows.read_day(connection, day, include_quarantined=include_quarantined)

    def upsert_actions(self, actions: Iterable[Action]) -> int:
        """Store splits and dividends; how many were new or different."""
        with writing(self._engine) as connection:
            return about.upsert_actions(connection, actions)

    def actions(
        self, symbol: str, start: date | None = None, end: date | None = None
    ) -> list[Action]:
        """The splits and dividends of a symbol, by ex date."""
        with reading(self._engine) as connection:
            return about.read_actions(connection, symbol, start, end)

    def symbols(self) -> list[Symbol]:
        """All symbols that are known, in their order."""
        with reading(self._engine) as connection:
            return about.read_symbols(connection)

    def known(self, symbols: Sequence[str]) -> tuple[dict[str, Symbol], set[str]]:
        """What is known of each of these symbols, and which of them had another name before."""
        with reading(self._engine) as connection:
            return about.read_known(connection, symbols)

    def symbol(self, symbol: str) -> Symbol | None:
        """What is known of one symbol; None if nothing is."""
        with reading(self._engine) as connection:
            return about.read_symbol(connection, symbol)

    def save_symbol(self, symbol: Symbol) -> None:
        """Keep the name, exchange, currency and successor of a symbol; what is None stays."""
        with writing(self._engine) as connection:
            about.note_facts(connection, symbol)

    def save_progress(self, symbol: str, provider: str, state: Mapping[str, Any] | None) -> None:
        """Keep where a provider's fetch of a symbol stopped; None forgets it."""
        with writing(self._engine) as connection:
            about.note_progress(connection, symbol, provider, state)

    def last_day(self, symbol: str) -> date | None:
        """The day of a symbol's newest bar; None without any."""
        with reading(self._engine) as connection:
            return about.read_last_day(connection, symbol)

    def former_names(self, symbol: str) -> tuple[str, ...]:
        """The symbols that a share had before this one, the newest first."""
        with reading(self._engine) as connection:
            return about.read_former(connection, symbol)

    def currencies(self, symbol: str) -> tuple[str, ...]:
        """The currency of each of a symbol's days, quarantined ones included; empty where it is
        the same throughout."""
        with reading(self._engine) as connection:
            return rows.read_currencies(connection, symbol)

    def upsert_observations(self, observations: Observations) -> int:
        """Store what is new or revised; how many values that were. Earlier values stay."""
        with writing(self._engine) as connection:
            return series.upsert(connection, observations)

    def observations(
        self,
        series_id: str,
        start: date | None = None,
        end: date | None = None,
        *,
        as_of: date | None = None,
    ) -> Observations:
        """A series as it is known now, or as it was known here on ``as_of``."""
        with reading(self._engine) as connection:
            return series.read(connection, series_id, start, end, as_of=as_of)

    def series_ids(self) -> list[str]:
        """The economic and company series that there are."""
        with reading(self._engine) as connection:
            return series.read_ids(connection)

    def save_findings(self, symbol: str, found: Sequence[Finding]) -> int:
        """Put these in the place of all findings about a symbol, and quarantine the bars that they
        say are to be, and no others; how many bars are quarantined."""
        held = {day for one in found if one.action == "quarantined" for day in one.days}
        with writing(self._engine) as connection:
            findings.replace(connection, symbol, found)
            return findings.hold_back(connection, symbol, held)

    def findings(
        self, symbol: str | None = None, *, at_least: Severity = "info", limit: int = 1000
    ) -> list[StoredFinding]:
        """What the last check of each symbol found, by symbol."""
        with reading(self._engine) as connection:
            return findings.read(connection, symbol, at_least, limit)

    def quarantined(self, symbol: str) -> Days:
        """The days of a symbol's quarantined bars."""
        with reading(self._engine) as connection:
            return rows.read_quarantined(connection, symbol)
