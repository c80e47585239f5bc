"""The bars of a symbol as one value, for those who read years of them each night.

A block is a copy: the bars are what counts. It is used while its revision is the symbol's, which
moves with everything that is changed, removed, held back or freed among the bars that were there;
bars that come behind the newest one leave it valid, and are read beside it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, select

from worker_core.market.bars import COLUMNS, DAY, Bars, as_day
from worker_core.storage.engine import insert
from worker_core.storage.market.reading import (
    FIGURES,
    day_column,
    fetched,
    matrix,
    read_bars,
)
from worker_core.storage.schema import bar_blocks as _blocks
from worker_core.storage.schema import bars as _bars
from worker_core.storage.schema import symbols as _symbols

FEWEST: Final = 250
"""Bars of which a block is made: fewer are read as quickly from their rows."""
BESIDE: Final = 63
"""Bars beside a block from which on it is made anew: to write it costs more than to read a few."""

_ROW_BYTES = 8 * (1 + len(COLUMNS))
_1970 = date(1970, 1, 1)

# Currency and provider of the last bar, and all of them as `_packed` puts them.
_Kept = tuple[str, str, bytes]


@dataclass(frozen=True, slots=True)
class Block:
    """Bars to be kept as one value.

    Attributes:
        since: from which day on all bars were read.
        revision: of the symbol's bars, when they were.
    """

    bars: Bars
    since: date
    revision: int


def read(
    connection: Connection, starts: Mapping[str, date]
) -> tuple[dict[str, Bars], dict[str, Block]]:
    """The bars of several symbols, each from its own first day on and without the quarantined
    ones, and those of them that are worth a block and have none that is good."""
    # The revisions first: whatever is changed meanwhile makes a block old, never wrong.
    revisions = _revisions(connection, starts)
    kept = _kept(connection, starts)
    beside = _beside(connection, list(kept))
    found, worth = {}, {}
    for symbol, start in starts.items():
        newer = beside.get(symbol, ())
        if symbol in kept:
            found[symbol] = _joined(symbol, start, kept[symbol], newer)
        else:
            found[symbol] = read_bars(connection, symbol, start, None, include_quarantined=False)
        good = symbol in kept and len(newer) < BESIDE
        if not good and len(found[symbol]) >= FEWEST and symbol in revisions:
            worth[symbol] = Block(found[symbol], start, revisions[symbol])
    return found, worth


def keep(connection: Connection, blocks: Iterable[Block]) -> None:
    """Put these in the place of their symbols' blocks."""
    rows = [
        {
            "symbol": block.bars.symbol,
            "revision": block.revision,
            "since": block.since,
            "until": as_day(block.bars.dates[-1]),
            "currency": block.bars.currency,
            "provider": block.bars.provider,
            "data": _packed(block.bars),
        }
        # In one order, so that no two writers wait for each other.
        for block in sorted(blocks, key=lambda one: one.bars.symbol)
    ]
    statement = insert(connection, _blocks)
    new = {name: statement.excluded[name] for name in rows[0] if name != "symbol"}
    connection.execute(statement.on_conflict_do_update(index_elements=["symbol"], set_=new), rows)


def _revisions(connection: Connection, symbols: Iterable[str]) -> dict[str, int]:
    query = select(_symbols.c.symbol, _symbols.c.revision).where(_symbols.c.symbol.in_(symbols))
    return dict(fetched(connection, query))


def _kept(connection: Connection, starts: Mapping[str, date]) -> dict[str, _Kept]:
    """Those blocks that are good for these first days."""
    query = (
        select(
            _blocks.c.symbol,
            day_column(connection.dialect.name, _blocks.c.since),
            _blocks.c.currency,
            _blocks.c.provider,
            _blocks.c.data,
        )
        .join(_symbols, _symbols.c.symbol == _blocks.c.symbol)
        .where(_blocks.c.symbol.in_(starts), _blocks.c.revision == _symbols.c.revision)
    )
    return {
        symbol: (currency, provider, data)
        for symbol, since, currency, provider, data in fetched(connection, query)
        if since <= (starts[symbol] - _1970).days
        # What is no whole number of rows is no block.
        and data
        and len(data) % _ROW_BYTES == 0
    }


def _beside(connection: Connection, symbols: Sequence[str]) -> dict[str, list[Any]]:
    """The rows behind each symbol's block, by day: day, figures, currency, provider."""
    if not symbols:
        return {}
    query = (
        select(
            _bars.c.symbol,
            day_column(connection.dialect.name, _bars.c.date),
            *FIGURES,
            _bars.c.currency,
            _bars.c.provider,
        )
        .join(_blocks, _blocks.c.symbol == _bars.c.symbol)
        .where(
            _blocks.c.symbol.in_(symbols),
            _bars.c.date > _blocks.c.until,
            _bars.c.quarantined.is_(False),
        )
        .order_by(_bars.c.symbol, _bars.c.date)
    )
    rows = fetched(connection, query)
    return {symbol: list(group) for symbol, group in groupby(rows, key=lambda row: row[0])}


def _joined(symbol: str, start: date, kept: _Kept, rows: Sequence[Any]) -> Bars:
    """The bars of a block from a day on, and those in the rows behind it."""
    currency, provider, data = kept
    count = len(data) // _ROW_BYTES
    days = np.frombuffer(data, "<i8", count)
    figures = np.frombuffer(data, "<f8", offset=8 * count).reshape(len(COLUMNS), count)
    first = int(np.searchsorted(days, (start - _1970).days))
    days, figures = days[first:], figures[:, first:]
    if rows:
        *_, currency, provider = rows[-1]
        newer = matrix([row[1:-2] for row in rows]).T
        days = np.concatenate([days, newer[0].astype(np.int64)])
        figures = np.concatenate([figures, newer[1:]], axis=1)
    return Bars(
        symbol,
        days.astype(np.int64).astype(DAY),
        *figures.astype(np.float64),
        currency=currency,
        provider=provider,
    )


def _packed(bars: Bars) -> bytes:
    """The days since 1970, then each column, in eight bytes a value, the lowest first."""
    columns = [getattr(bars, name).astype("<f8").tobytes() for name in COLUMNS]
    return b"".join([bars.dates.astype("<i8").tobytes(), *columns])
