"""What is kept about symbols: names, actions, and the days there are."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, func, literal_column, or_, select, update

from worker_core.market.bars import Action, Bars, as_day
from worker_core.market.records import Symbol
from worker_core.storage.bar_revisions import outdate
from worker_core.storage.engine import insert
from worker_core.storage.market.reading import within
from worker_core.storage.schema import corporate_actions as _actions
from worker_core.storage.schema import symbols as _symbols

_FACTS = ("name", "exchange", "currency", "renamed_to")


def note_bars(connection: Connection, bars: Bars, written: int) -> None:
    """Keep a symbol's first and last day, and its currency, with its stored bars, of which so many
    were ``written``; and whether there were any among them that did not come behind all others."""
    if not len(bars):
        return
    last = connection.scalar(
        select(_symbols.c.last_day).where(_symbols.c.symbol == bars.symbol).with_for_update()
    )
    behind = len(bars) if last is None else int(np.sum(bars.dates > np.datetime64(last, "D")))
    if written > behind:
        outdate(connection, bars.symbol)
    statement = insert(connection, _symbols).values(
        symbol=bars.symbol,
        currency=bars.currency or None,
        first_day=as_day(bars.dates[0]),
        last_day=as_day(bars.dates[-1]),
        progress={},
        updated_at=datetime.now(UTC),
    )
    new, old = statement.excluded, _symbols.c
    earlier = "min" if connection.dialect.name == "sqlite" else "least"
    later = "max" if connection.dialect.name == "sqlite" else "greatest"
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["symbol"],
            set_={
                # SQLite's min() of several is NULL if one of them is.
                "first_day": getattr(func, earlier)(
                    func.coalesce(old.first_day, new.first_day), new.first_day
                ),
                "last_day": getattr(func, later)(
                    func.coalesce(old.last_day, new.last_day), new.last_day
                ),
                "currency": func.coalesce(new.currency, old.currency),
                "updated_at": new.updated_at,
            },
        )
    )


def note_facts(connection: Connection, symbol: Symbol) -> None:
    """Keep what is known of a symbol; what is None stays as it was."""
    facts = {name: getattr(symbol, name) for name in _FACTS if getattr(symbol, name) is not None}
    statement = insert(connection, _symbols).values(
        symbol=symbol.symbol, progress={}, updated_at=datetime.now(UTC), **facts
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["symbol"],
            set_={name: statement.excluded[name] for name in (*facts, "updated_at")},
        )
    )


def note_progress(
    connection: Connection, symbol: str, provider: str, state: Mapping[str, Any] | None
) -> None:
    """Keep where a provider's fetch of a symbol stopped; None forgets it."""
    statement = insert(connection, _symbols).values(
        symbol=symbol, progress={}, updated_at=datetime.now(UTC)
    )
    connection.execute(statement.on_conflict_do_nothing())
    held = connection.scalar(
        select(_symbols.c.progress).where(_symbols.c.symbol == symbol).with_for_update()
    )
    progress = {name: value for name, value in (held or {}).items() if name != provider}
    if state is not None:
        progress[provider] = dict(state)
    connection.execute(
        update(_symbols)
        .where(_symbols.c.symbol == symbol)
        .values(progress=progress, updated_at=datetime.now(UTC))
    )


def read_symbols(connection: Connection) -> list[Symbol]:
    """All symbols, in their order."""
    return [
        _symbol(row) for row in connection.execute(select(_symbols).order_by(_symbols.c.symbol))
    ]


def read_symbol(connection: Connection, symbol: str) -> Symbol | None:
    row = connection.execute(select(_symbols).where(_symbols.c.symbol == symbol)).one_or_none()
    return None if row is None else _symbol(row)


def read_known(
    connection: Connection, symbols: Sequence[str]
) -> tuple[dict[str, Symbol], set[str]]:
    """The symbols of these names, and those of them that another one was renamed to."""
    wanted = set(symbols)
    query = select(_symbols).where(
        or_(_symbols.c.symbol.in_(wanted), _symbols.c.renamed_to.in_(wanted))
    )
    found = [_symbol(row) for row in connection.execute(query)]
    known = {one.symbol: one for one in found if one.symbol in wanted}
    return known, {one.renamed_to for one in found if one.renamed_to in wanted}


def read_last_day(connection: Connection, symbol: str) -> date | None:
    day: date | None = connection.scalar(
        select(_symbols.c.last_day).where(_symbols.c.symbol == symbol)
    )
    return day


def read_former(connection: Connection, symbol: str) -> tuple[str, ...]:
    """What a symbol's share was called before, the newest name first."""
    names: list[str] = []
    ask = [symbol]
    while ask:
        found = connection.scalars(
            select(_symbols.c.symbol)
            .where(or_(*(_symbols.c.renamed_to == name for name in ask)))
            .order_by(_symbols.c.last_day.desc())
        )
        # Two names that were declared each other's successor must end somewhere.
        ask = [name for name in found if name not in names and name != symbol]
        names += ask
    return tuple(names)


def _symbol(row: Row[Any]) -> Symbol:
    return Symbol(**{name: row._mapping[name] for name in Symbol.__slots__})


def upsert_actions(connection: Connection, actions: Iterable[Action]) -> int:
    """Store actions; how many were new or different."""
    rows = [
        {
            "symbol": action.symbol,
            "ex_date": action.ex_date,
            "kind": action.kind,
            "value": action.value,
            "currency": action.currency,
            "provider": action.provider,
        }
        for action in actions
    ]
    written = 0
    for row in rows:
        statement = insert(connection, _actions).values(row)
        new = statement.excluded
        # SQLAlchemy knows no count of rows here on PostgreSQL, so each that is written says so.
        answer = connection.execute(
            statement.on_conflict_do_update(
                index_elements=["symbol", "ex_date", "kind"],
                set_={name: new[name] for name in ("value", "currency", "provider")},
                where=or_(
                    _actions.c.value.is_distinct_from(new.value),
                    _actions.c.currency != new.currency,
                    _actions.c.provider != new.provider,
                ),
            ).returning(_actions.c.symbol)
        )
        written += len(answer.all())
    return written


def read_actions_of(connection: Connection, symbols: Sequence[str]) -> dict[str, list[Action]]:
    """The actions of several symbols, each symbol's by ex date."""
    rows = connection.execute(
        select(_actions)
        .where(_actions.c.symbol.in_(symbols))
        .order_by(_actions.c.symbol, _actions.c.ex_date, literal_column("kind").desc())
    )
    found: dict[str, list[Action]] = {}
    for row in rows:
        found.setdefault(row.symbol, []).append(Action(**row._mapping))
    return found


def read_actions(
    connection: Connection, symbol: str, start: date | None, end: date | None
) -> list[Action]:
    """The actions of a symbol by ex date."""
    rows = connection.execute(
        select(_actions)
        .where(_actions.c.symbol == symbol, *within(_actions.c.ex_date, start, end))
        .order_by(_actions.c.ex_date, literal_column("kind").desc())
    )
    return [Action(**row._mapping) for row in rows]
