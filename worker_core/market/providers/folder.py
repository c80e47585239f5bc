"""A folder of CSV or Parquet files as a source."""

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from worker_core.market.bars import COLUMNS, Action, BadBars, Bars
from worker_core.market.intake import Intake, take_in
from worker_core.market.providers.protocol import (
    ActionsAnswer,
    BarsAnswer,
    Capabilities,
    ProviderError,
)
from worker_core.market.tables import Table, TableError, read_tables, symbol_of

SUFFIXES = (".csv", ".parquet", ".tsv", ".txt")
_MOST_TOLD = 5


class Folder:
    """Every file is read once, at the first question. Prices that are adjusted for splits, as in
    Yahoo's layout, are taken back to raw ones by the splits beside them."""

    name = "folder"
    capabilities = Capabilities(keyed=False, actions=True, actions_with_bars=True)

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: dict[str, str] = {}
        self._taken: dict[str, Intake] | None = None

    def symbols(self) -> tuple[str, ...]:
        """What the folder holds; what cannot be read is in ``problems`` by file.

        Raises:
            ProviderError: there is no such folder, or nothing to read in it.
        """
        return tuple(self._all())

    def close(self) -> None:
        """Nothing is held open."""

    def bars(self, symbols: Sequence[str], start: date, end: date) -> Iterator[BarsAnswer]:
        """See ``Provider``."""
        held = self._all()
        for symbol in symbols:
            if symbol not in held:
                problem = ProviderError(
                    "unknown_symbol",
                    f"{self.folder.name} has no file of {symbol}."
                    + "".join(
                        f" {text}"
                        for name, text in self.problems.items()
                        if symbol_of(Path(name)) == symbol
                    ),
                )
                yield BarsAnswer(symbol, Bars.empty("X"), problem=problem)
                continue
            one = held[symbol]
            yield BarsAnswer(
                symbol,
                raw(one).between(start, end),
                tuple(action for action in raw_actions(one) if start <= action.ex_date <= end),
                notes=tuple(found.message for found in one.findings if found.severity != "info"),
            )

    def actions(self, symbols: Sequence[str], start: date, end: date) -> Iterator[ActionsAnswer]:
        """See ``Provider``."""
        for answer in self.bars(symbols, start, end):
            yield ActionsAnswer(answer.symbol, answer.actions, answer.problem, answer.notes)

    def version(self, symbol: str) -> str | None:
        """See ``Versioned``: of days and figures, however they are written."""
        one = self._all().get(symbol)
        if one is None:
            return None
        told = hashlib.sha256(repr((one.actions, one.currency, one.split_adjusted)).encode())
        for column in (one.bars.dates, *(getattr(one.bars, name) for name in COLUMNS)):
            told.update(np.ascontiguousarray(column).tobytes())
        return told.hexdigest()[:32]

    def taken(self, symbol: str) -> Intake:
        """What was read of a symbol that the folder holds."""
        return self._all()[symbol]

    def _all(self) -> dict[str, Intake]:
        if self._taken is not None:
            return self._taken
        if not self.folder.is_dir():
            raise ProviderError(
                "not_set_up", f"There is no folder {self.folder}.", "Check AFI_MARKET_FOLDER."
            )
        taken: dict[str, Intake] = {}
        for path in sorted(self.folder.iterdir()):
            if path.suffix.lower() not in SUFFIXES or not path.is_file():
                continue
            try:
                tables = read_tables(path)
            except TableError as error:
                self.problems[path.name] = str(error)
                continue
            problems = [self._take(table, taken) for table in tables]
            if told := " ".join(filter(None, problems[:_MOST_TOLD])):
                self.problems[path.name] = told
        self._taken = taken
        return taken

    def _take(self, table: Table, taken: dict[str, Intake]) -> str:
        """Add one symbol; else why it could not be, which keeps no other of its file from it."""
        if table.symbol in taken:
            return f"{table.symbol} stands in another file too."
        try:
            taken[table.symbol] = take_in(table, provider=self.name)
        except BadBars as error:
            return str(error)
        return ""


def raw_actions(intake: Intake) -> tuple[Action, ...]:
    """The actions with dividends in the shares of their own day: Yahoo counts them in today's."""
    if not intake.split_adjusted:
        return intake.actions
    splits = [action for action in intake.actions if action.kind == "split"]
    return tuple(
        action
        if action.kind == "split"
        else replace(
            action,
            value=action.value
            * math.prod(split.value for split in splits if split.ex_date > action.ex_date),
        )
        for action in intake.actions
    )


def raw(intake: Intake) -> Bars:
    """The bars as they were traded: prices that were adjusted for splits are taken back."""
    bars = intake.bars
    splits = [action for action in intake.actions if action.kind == "split"]
    if not intake.split_adjusted or not splits:
        return bars
    prices = np.ones(len(bars))
    for split in splits:
        prices[bars.dates < np.datetime64(split.ex_date, "D")] *= split.value
    return Bars(
        bars.symbol,
        bars.dates,
        bars.open * prices,
        bars.high * prices,
        bars.low * prices,
        bars.close * prices,
        bars.volume / prices,
        currency=bars.currency,
        provider=bars.provider,
    )
