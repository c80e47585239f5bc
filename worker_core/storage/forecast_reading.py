"""Reading the forecasts that are kept."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, Select, func, select

from worker_core.storage import schema
from worker_core.storage.engine import reading
from worker_core.storage.forecast_records import (
    ForecastKind,
    ForecastOutcome,
    ForecastPoint,
    ForecastRecord,
)

_forecasts = schema.forecasts
_points = schema.forecast_points
_outcomes = schema.forecast_outcomes

MOST = 500
AT_ONCE: Final = 500
"""Values in one condition: databases have a limit."""
KEY: Final = ("kind", "subject", "metric", "as_of", "model_version", "horizon")
"""What there is one forecast of."""


class ForecastReading:
    """Forecasts with their points, and what came of them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def has(
        self,
        kind: ForecastKind,
        subject: str,
        as_of: date,
        model_version: str,
        horizon: int,
        data_hash: str,
        metric: str = "",
    ) -> int | None:
        """The id of that very forecast, made from the same data; None if there is none."""
        values = (kind, subject, metric, as_of, model_version, horizon)
        query = select(_forecasts.c.id).where(
            *(_forecasts.c[name] == value for name, value in zip(KEY, values, strict=True)),
            _forecasts.c.data_hash == data_hash,
        )
        with reading(self._engine) as connection:
            found: int | None = connection.scalar(query)
            return found

    def made_from(
        self, kind: ForecastKind, wanted: Mapping[str, tuple[date, str, str]], horizon: int
    ) -> dict[str, int]:
        """As ``has`` of many subjects without a metric, for which the day, the model's version and
        the hash of the data are ``wanted``: the ids of those that are there."""
        query = select(
            _forecasts.c.subject,
            _forecasts.c.as_of,
            _forecasts.c.model_version,
            _forecasts.c.data_hash,
            _forecasts.c.id,
        ).where(
            _forecasts.c.kind == kind,
            _forecasts.c.subject.in_(wanted),
            _forecasts.c.metric == "",
            _forecasts.c.as_of.in_({day for day, _, _ in wanted.values()}),
            _forecasts.c.horizon == horizon,
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return {row[0]: row[4] for row in rows if wanted[row[0]] == tuple(row[1:4])}

    def get(self, forecast_id: int) -> ForecastRecord | None:
        """A forecast with its points and outcomes."""
        found = self._read(select(_forecasts).where(_forecasts.c.id == forecast_id))
        return found[0] if found else None

    def latest(
        self, kind: ForecastKind, subject: str, metric: str = "", *, horizon: int | None = None
    ) -> ForecastRecord | None:
        """The newest forecast of a subject, with its points and outcomes."""
        found = self.history(kind, subject, metric, horizon=horizon, limit=1)
        return found[0] if found else None

    def history(
        self,
        kind: ForecastKind,
        subject: str,
        metric: str = "",
        *,
        horizon: int | None = None,
        limit: int = MOST,
    ) -> tuple[ForecastRecord, ...]:
        """Forecasts of a subject, the newest first, each with its points and outcomes."""
        query = select(_forecasts).where(
            _forecasts.c.kind == kind,
            _forecasts.c.subject == subject,
            _forecasts.c.metric == metric,
        )
        if horizon is not None:
            query = query.where(_forecasts.c.horizon == horizon)
        newest = (_forecasts.c.as_of.desc(), _forecasts.c.made_at.desc(), _forecasts.c.id.desc())
        return self._read(query.order_by(*newest).limit(limit))

    def latest_of_metrics(self, subject: str) -> tuple[ForecastRecord, ...]:
        """The newest forecast of each metric of a company, with its points and outcomes."""
        newest = (
            func.row_number()
            .over(
                partition_by=_forecasts.c.metric,
                order_by=(_forecasts.c.as_of.desc(), _forecasts.c.made_at.desc()),
            )
            .label("place")
        )
        inner = (
            select(_forecasts.c.id, newest)
            .where(_forecasts.c.kind == "metric", _forecasts.c.subject == subject)
            .subquery()
        )
        query = (
            select(_forecasts)
            .join(inner, inner.c.id == _forecasts.c.id)
            .where(inner.c.place == 1)
            .order_by(_forecasts.c.metric)
        )
        return self._read(query)

    def overview(self, kind: ForecastKind, *, limit: int = MOST) -> tuple[ForecastRecord, ...]:
        """The newest forecast of every subject and metric, without points."""
        newest = (
            func.row_number()
            .over(
                partition_by=(_forecasts.c.subject, _forecasts.c.metric),
                order_by=(_forecasts.c.as_of.desc(), _forecasts.c.made_at.desc()),
            )
            .label("place")
        )
        inner = select(_forecasts.c.id, newest).where(_forecasts.c.kind == kind).subquery()
        query = (
            select(_forecasts)
            .join(inner, inner.c.id == _forecasts.c.id)
            .where(inner.c.place == 1)
            .order_by(_forecasts.c.subject, _forecasts.c.metric)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return tuple(_record(row, (), ()) for row in connection.execute(query))

    def unfinished(
        self,
        kind: ForecastKind,
        since: date,
        subjects: Iterable[str] = (),
        *,
        limit: int = 100_000,
    ) -> tuple[ForecastRecord, ...]:
        """Forecasts as of ``since`` or later of which not every step has come, the oldest first;
        without subjects: all."""
        come = (
            select(func.count()).where(_outcomes.c.forecast_id == _forecasts.c.id).scalar_subquery()
        )
        query = select(_forecasts).where(
            _forecasts.c.kind == kind, _forecasts.c.as_of >= since, come < _forecasts.c.horizon
        )
        if names := list(subjects):
            query = query.where(_forecasts.c.subject.in_(names))
        return self._read(query.order_by(_forecasts.c.as_of, _forecasts.c.id).limit(limit))

    def evaluated(
        self, kind: ForecastKind, subject: str, metric: str = "", *, since: date | None = None
    ) -> tuple[ForecastRecord, ...]:
        """Forecasts of which something has come, the oldest first, with their outcomes."""
        some = select(_outcomes.c.forecast_id)
        query = select(_forecasts).where(
            _forecasts.c.kind == kind,
            _forecasts.c.subject == subject,
            _forecasts.c.metric == metric,
            _forecasts.c.id.in_(some),
        )
        if since is not None:
            query = query.where(_forecasts.c.as_of >= since)
        return self._read(query.order_by(_forecasts.c.as_of, _forecasts.c.id))

    def _read(self, query: Select[Any]) -> tuple[ForecastRecord, ...]:
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
            points = _by_forecast(connection, _points, [row.id for row in rows])
            outcomes = _by_forecast(connection, _outcomes, [row.id for row in rows])
        return tuple(_record(row, points[row.id], outcomes[row.id]) for row in rows)


def _by_forecast(
    connection: Connection, table: Any, ids: Sequence[int]
) -> defaultdict[int, list[Row[Any]]]:
    found: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for start in range(0, len(ids), AT_ONCE):
        part = list(ids[start : start + AT_ONCE])
        query = (
            select(table)
            .where(table.c.forecast_id.in_(part))
            .order_by(table.c.forecast_id, table.c.step)
        )
        for row in connection.execute(query):
            found[row.forecast_id].append(row)
    return found


def _record(
    row: Row[Any], points: Sequence[Row[Any]], outcomes: Sequence[Row[Any]]
) -> ForecastRecord:
    values = dict(row._mapping)
    values["shares"], values["notes"] = tuple(row.shares), tuple(row.notes)
    return ForecastRecord(
        **values,
        points=tuple(ForecastPoint(p.step, p.date, p.mean, tuple(p.quantiles)) for p in points),
        outcomes=tuple(
            ForecastOutcome(o.step, o.date, o.value, o.pit, o.crps, o.naive_crps, o.scores)
            for o in outcomes
        ),
    )
