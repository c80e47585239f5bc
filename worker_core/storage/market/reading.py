"""Bars out of the database, as columns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Float,
    Integer,
    Select,
    String,
    bindparam,
    case,
    cast,
    func,
    select,
)
from sqlalchemy import type_coerce as coerced

from worker_core.market.bars import COLUMNS, DAY, Bars, Days, Floats
from worker_core.market.records import Closes, CrossSection
from worker_core.storage.schema import bars as _bars

_JULIAN_1970 = 2440587.5
FIGURES = [coerced(_bars.c[name], Float) for name in COLUMNS]


def day_column(dialect: str, column: ColumnElement[date]) -> ColumnElement[Any]:
    """A date in the form that is quickest to make a ``datetime64`` of: days since 1970."""
    if dialect == "sqlite":
        return cast(func.julianday(coerced(column, String)) - _JULIAN_1970, Integer)
    return column - cast(date(1970, 1, 1), Date)


def days_of(values: Iterable[Any]) -> Days:
    """What ``day_column`` gave."""
    return np.array(list(values), dtype=DAY)


def fetched(
    connection: Connection, query: Select[Any], asked: Mapping[str, Any] | None = None
) -> Sequence[Any]:
    """All rows as the driver gives them. Rows of SQLAlchemy's own cost three times what it costs to
    read thousands of bars, and figures and what ``day_column`` makes need no conversion."""
    result = connection.execute(query, asked)
    rows: Sequence[Any] = result.cursor.fetchall()
    result.close()
    return rows


def within(
    column: ColumnElement[date],
    start: date | ColumnElement[date] | None,
    end: date | ColumnElement[date] | None,
) -> Iterator[ColumnElement[bool]]:
    """From ``start`` to ``end``, both included; None is without bound."""
    if start is not None:
        yield column >= start
    if end is not None:
        yield column <= end


def read_bars(
    connection: Connection,
    symbol: str,
    start: date | None,
    end: date | None,
    *,
    include_quarantined: bool,
) -> Bars:
    """The bars of one symbol."""
    every, newest = _statements(
        connection.dialect.name, start is not None, end is not None, include_quarantined
    )
    asked = {"symbol": symbol, "start": start, "end": end}
    rows = fetched(connection, every, asked)
    if not rows:
        return Bars.empty(symbol)
    currency, provider = connection.execute(newest, asked).one()
    days, *figures = np.ascontiguousarray(matrix(rows).T)
    return Bars(
        symbol, days.astype(np.int64).astype(DAY), *figures, currency=currency, provider=provider
    )


@cache
def _statements(
    dialect: str, started: bool, ended: bool, include_quarantined: bool
) -> tuple[Select[Any], Select[Any]]:
    """The bars of ``:symbol``, and what the newest of them says of currency and provider. Made
    once: to build them anew costs as much as to read hundreds of bars."""
    conditions = [
        _bars.c.symbol == bindparam("symbol"),
        *within(
            _bars.c.date,
            bindparam("start", type_=Date) if started else None,
            bindparam("end", type_=Date) if ended else None,
        ),
    ]
    if not include_quarantined:
        conditions.append(_bars.c.quarantined.is_(False))
    every = (
        select(day_column(dialect, _bars.c.date), *FIGURES)
        .where(*conditions)
        .order_by(_bars.c.date)
    )
    newest = (
        select(_bars.c.currency, _bars.c.provider)
        .where(*conditions)
        .order_by(_bars.c.date.desc())
        .limit(1)
    )
    return every, newest


def matrix(rows: Sequence[Sequence[Any]]) -> Floats:
    """(n_rows, n_columns); what is NULL becomes NaN. All at once is three times as fast as by
    columns, and without NULL there is a quicker way still."""
    try:
        flat = np.fromiter(chain.from_iterable(rows), np.float64, len(rows) * len(rows[0]))
    except TypeError:
        return np.array(rows, dtype=np.float64)
    return flat.reshape(len(rows), -1)


def read_closes(
    connection: Connection,
    symbol: str,
    start: date | None,
    end: date | None,
    *,
    include_quarantined: bool,
) -> tuple[Days, Floats]:
    """The days and closes of one symbol."""
    conditions = [_bars.c.symbol == symbol, *within(_bars.c.date, start, end)]
    if not include_quarantined:
        conditions.append(_bars.c.quarantined.is_(False))
    query = (
        select(day_column(connection.dialect.name, _bars.c.date), coerced(_bars.c.close, Float))
        .where(*conditions)
        .order_by(_bars.c.date)
    )
    rows = fetched(connection, query)
    if not rows:
        return np.empty(0, DAY), np.empty(0)
    days, closes = zip(*rows, strict=True)
    return days_of(days), np.array(closes, dtype=np.float64)


def side_by_side(columns: Sequence[tuple[str, Days, Floats]]) -> Closes:
    """A matrix of the closes of several symbols."""
    symbols = tuple(symbol for symbol, _, _ in columns)
    if not columns:
        return Closes((), np.empty(0, DAY), np.empty((0, 0)))
    every = np.unique(np.concatenate([days for _, days, _ in columns]))
    matrix = np.full((every.size, len(columns)), np.nan)
    for place, (_, days, values) in enumerate(columns):
        matrix[np.searchsorted(every, days), place] = values
    return Closes(symbols, every, matrix)


def read_day(connection: Connection, day: date, *, include_quarantined: bool) -> CrossSection:
    """The closes of one day, out of the index alone."""
    query = select(_bars.c.symbol, _bars.c.close).where(_bars.c.date == day)
    if not include_quarantined:
        query = query.where(_bars.c.quarantined.is_(False))
    rows = connection.execute(query.order_by(_bars.c.symbol)).all()
    symbols, closes = zip(*rows, strict=True) if rows else ((), ())
    return CrossSection(day, tuple(symbols), np.array(closes, dtype=np.float64))


def read_currencies(connection: Connection, symbol: str) -> tuple[str, ...]:
    """The currency of each day, in their order; none where there is but one."""
    of = select(_bars.c.currency).where(_bars.c.symbol == symbol)
    if len(connection.execute(of.distinct().limit(2)).all()) < 2:
        return ()
    return tuple(connection.scalars(of.order_by(_bars.c.date)))


def read_quarantined(connection: Connection, symbol: str) -> Days:
    """The days of a symbol's quarantined bars."""
    query = select(day_column(connection.dialect.name, _bars.c.date)).where(
        _bars.c.symbol == symbol, case((_bars.c.quarantined, 1), else_=0) == 1
    )
    return days_of(connection.scalars(query.order_by(_bars.c.date)))
