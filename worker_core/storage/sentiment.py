"""Sentiment over time and between companies: what it is made from, and what was made."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, or_, select

from worker_core.storage import schema
from worker_core.storage.cleaning import storable_json
from worker_core.storage.engine import insert, reading, writing
from worker_core.storage.sentiment_records import (
    ToneComparison,
    ToneDay,
    ToneObservation,
    ToneTrend,
)

_documents = schema.documents
_scores = schema.sentiment_scores
_daily = schema.sentiment_daily
_trends = schema.sentiment_trends
_comparisons = schema.sentiment_comparisons

_PARAMETERS_AT_ONCE = 500


class SentimentRepository:
    """Series and comparisons of one database. Any number of threads may share it.

    Every method raises `StorageError` when the database cannot do its part.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def observations(self, since: date, tickers: Sequence[str] = ()) -> tuple[ToneObservation, ...]:
        """The tone about each company in each document that is dated ``since`` or later.

        A document of a company counts by its whole tone, another one by that of the sentences
        that name the company. Of several models' scores the newest is taken. No tickers: all.
        """
        newest: dict[tuple[str, int], tuple[datetime, ToneObservation]] = {}
        with reading(self._engine) as connection:
            for row in self._scored(connection, tickers):
                if row.filing_date is None or row.filing_date < since:
                    continue
                found = ToneObservation(
                    row.about, row.filing_date, row.id, row.mean, row.sentences, row.model_version
                )
                key = (row.about, row.id)
                if key not in newest or newest[key][0] < row.created_at:
                    newest[key] = (row.created_at, found)
        ordered = sorted(newest.items(), key=lambda item: (item[0][0], item[1][1].day, item[0][1]))
        return tuple(found for _, (_, found) in ordered)

    def undated(self, tickers: Sequence[str] = ()) -> dict[str, int]:
        """Scored documents about each company that have no date, and so no place in a series."""
        found: dict[str, set[int]] = {}
        with reading(self._engine) as connection:
            for row in self._scored(connection, tickers):
                if row.filing_date is None:
                    found.setdefault(row.about, set()).add(row.id)
        return {ticker: len(ids) for ticker, ids in found.items()}

    def _scored(self, connection: Connection, tickers: Sequence[str]) -> Iterable[Any]:
        about = func.coalesce(_scores.c.ticker, _documents.c.ticker).label("about")
        # Whole documents have no ticker of their own. A company's sentences within its own
        # document are a part of what the whole already tells.
        foreign = or_(_documents.c.ticker.is_(None), _documents.c.ticker != _scores.c.ticker)
        query = (
            select(
                about,
                _documents.c.id,
                _documents.c.filing_date,
                _scores.c.mean,
                _scores.c.sentences,
                _scores.c.model_version,
                _scores.c.created_at,
            )
            .join(_scores, _scores.c.document_id == _documents.c.id)
            .where(
                _scores.c.section == "",
                _scores.c.sentences > 0,
                about.is_not(None),
                or_(_scores.c.entity == "", foreign & _scores.c.ticker.is_not(None)),
            )
            .order_by(_documents.c.id)
        )
        if not tickers:
            yield from connection.execute(query)
        for start in range(0, len(tickers), _PARAMETERS_AT_ONCE):
            some = tickers[start : start + _PARAMETERS_AT_ONCE]
            yield from connection.execute(query.where(about.in_(some)))

    def save_trend(self, trend: ToneTrend, days: Iterable[ToneDay]) -> None:
        """Keep a company's series from ``trend.since`` on, in the place of what was there."""
        values = {
            **asdict(trend),
            "slope": storable_json(trend.slope),
            "turns": storable_json(trend.turns),
            "missing": list(trend.missing),
            "model_versions": list(trend.model_versions),
        }
        rows = [{"ticker": trend.ticker, **asdict(day)} for day in days]
        rest = {name: value for name, value in values.items() if name != "ticker"}
        with writing(self._engine) as connection:
            connection.execute(
                insert(connection, _trends)
                .values(**values)
                .on_conflict_do_update(index_elements=["ticker"], set_=rest)
            )
            connection.execute(
                delete(_daily).where(_daily.c.ticker == trend.ticker, _daily.c.day >= trend.since)
            )
            if rows:
                connection.execute(insert(connection, _daily), rows)

    def followed(self) -> tuple[str, ...]:
        """The companies that have a trend."""
        with reading(self._engine) as connection:
            query = select(_trends.c.ticker).order_by(_trends.c.ticker)
            return tuple(connection.scalars(query))

    def daily(self, ticker: str, since: date | None = None) -> tuple[ToneDay, ...]:
        """A company's days, in order."""
        query = select(_daily).where(_daily.c.ticker == ticker).order_by(_daily.c.day)
        if since is not None:
            query = query.where(_daily.c.day >= since)
        with reading(self._engine) as connection:
            return tuple(
                ToneDay(row.day, row.mean, row.ewma, row.documents, row.sentences,
                        row.model_version)
                for row in connection.execute(query)
            )  # fmt: skip

    def trend(self, ticker: str) -> ToneTrend | None:
        """A company's trend, if it was computed."""
        query = select(_trends).where(_trends.c.ticker == ticker)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _trend(row)

    def trends(self) -> tuple[ToneTrend, ...]:
        """All trends, by ticker."""
        with reading(self._engine) as connection:
            return tuple(
                map(_trend, connection.execute(select(_trends).order_by(_trends.c.ticker)))
            )

    def save_comparison(self, comparison: ToneComparison) -> None:
        """Keep a task's comparison, in the place of an earlier one of the same task."""
        values: dict[str, Any] = {
            name: storable_json(value) if isinstance(value, tuple) else value
            for name, value in asdict(comparison).items()
        }
        rest = {name: value for name, value in values.items() if name != "task_id"}
        with writing(self._engine) as connection:
            connection.execute(
                insert(connection, _comparisons)
                .values(**values)
                .on_conflict_do_update(index_elements=["task_id"], set_=rest)
            )

    def comparison(self, task_id: str) -> ToneComparison | None:
        """What a task found, if it has ended."""
        query = select(_comparisons).where(_comparisons.c.task_id == task_id)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _comparison(row)

    def comparisons(self, limit: int = 50) -> tuple[ToneComparison, ...]:
        """Comparisons, the newest first."""
        query = select(_comparisons).order_by(_comparisons.c.id.desc()).limit(limit)
        with reading(self._engine) as connection:
            return tuple(map(_comparison, connection.execute(query)))


def _trend(row: Row[Any]) -> ToneTrend:
    values = dict(row._mapping)
    for name in ("turns", "missing", "model_versions"):
        values[name] = tuple(values[name])
    return ToneTrend(**values)


def _comparison(row: Row[Any]) -> ToneComparison:
    values = {name: value for name, value in row._mapping.items() if name != "id"}
    for name in ("companies", "differences", "missing", "model_versions"):
        values[name] = tuple(values[name])
    return ToneComparison(**values)
