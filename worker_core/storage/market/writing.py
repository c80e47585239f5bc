"""Putting bars into the database, many at a time.

The statements are written out: a list of parameters for each of a million rows is what costs, and
SQLAlchemy would build it twice. On SQLite one prepared statement takes tuples; on PostgreSQL one
statement takes whole columns as arrays.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from sqlalchemy import Connection

from worker_core.market.bars import COLUMNS, Bars, Floats

ROWS_A_TRANSACTION = 50_000
_MANY_ROWS = 10_000

_VALUES = ("open", "high", "low", "close", "volume", "provider", "currency")
# Only what differs is written, so that storing the same bars again costs no log. A bar whose
# figures were corrected is no longer the one that was quarantined.
_CONFLICT = """
ON CONFLICT (symbol, date) DO UPDATE SET
  open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
  volume = excluded.volume, provider = excluded.provider, currency = excluded.currency,
  quarantined = CASE WHEN {same_figures} THEN bars.quarantined ELSE excluded.quarantined END
WHERE NOT ({same_row})
"""
_NAMES = "symbol, date, open, high, low, close, volume, provider, currency, quarantined"


def _same(columns: Sequence[str], equal: str) -> str:
    return " AND ".join(f"bars.{name} {equal} excluded.{name}" for name in columns)


def _conflict(equal: str) -> str:
    return _CONFLICT.format(same_figures=_same(COLUMNS, equal), same_row=_same(_VALUES, equal))


_SQLITE = (
    f"INSERT INTO bars ({_NAMES}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)"  # noqa: S608 - constants
    + _conflict("IS")
)
_POSTGRESQL = (
    f"INSERT INTO bars ({_NAMES}) "  # noqa: S608 - constants
    "SELECT *, false FROM unnest(%s::text[], %s::date[], %s::float8[], %s::float8[], "
    "%s::float8[], %s::float8[], %s::float8[], %s::text[], %s::text[])"
    + _conflict("IS NOT DISTINCT FROM")
)


def batches(many: Iterable[Bars]) -> Iterator[list[Bars]]:
    """Whole symbols, together as many rows as one transaction should hold."""
    batch: list[Bars] = []
    rows = 0
    for bars in many:
        if batch and rows + len(bars) > ROWS_A_TRANSACTION:
            yield batch
            batch, rows = [], 0
        batch.append(bars)
        rows += len(bars)
    if batch:
        yield batch


@contextmanager
def roomy(connection: Connection, many: Sequence[Bars]) -> Iterator[None]:
    """Room in memory for the pages that a large load goes back to.

    The index of days is written all over by each symbol: in SQLite's usual two megabytes its pages
    would be read and written anew for each, a quarter of the whole time.
    """
    rows = sum(len(bars) for bars in many)
    if connection.dialect.name != "sqlite" or rows < _MANY_ROWS:
        yield
        return
    connection.exec_driver_sql("PRAGMA cache_size = -65536")
    try:
        yield
    finally:
        connection.exec_driver_sql("PRAGMA cache_size = -2000")


def upsert(connection: Connection, bars: Bars) -> int:
    """Store the bars of one symbol; how many were new or different."""
    if not len(bars):
        return 0
    n = len(bars)
    columns: list[list[Any]] = [
        [bars.symbol] * n,
        np.datetime_as_string(bars.dates).tolist(),
        *(_nullable(getattr(bars, name)) for name in COLUMNS),
        [bars.provider] * n,
        [bars.currency] * n,
    ]
    if connection.dialect.name == "sqlite":
        rows = list(zip(*columns, strict=True))
        return connection.exec_driver_sql(_SQLITE, rows).rowcount
    return connection.exec_driver_sql(_POSTGRESQL, tuple(columns)).rowcount


def _nullable(column: Floats) -> list[float | None]:
    """As Python's floats, None for NaN: a database knows how to leave a value out."""
    values: list[float | None] = column.tolist()
    for row in np.flatnonzero(np.isnan(column)):
        values[row] = None
    return values
