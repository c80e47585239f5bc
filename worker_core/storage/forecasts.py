"""Forecasts of prices and metrics, and what came of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, delete, func, select

from worker_core.storage import schema
from worker_core.storage.cleaning import finite, short, storable_json
from worker_core.storage.engine import insert, reading, writing
from worker_core.storage.errors import StorageError
from worker_core.storage.forecast_records import (
    ConformalRecord,
    ForecastKind,
    ForecastOutcome,
    ForecastPoint,
    ForecastRecord,
    NewForecast,
)

_forecasts = schema.forecasts
_points = schema.forecast_points
_outcomes = schema.forecast_outcomes
_states = schema.conformal_states

MOST = 500
_KEY = ("kind", "subject", "metric", "as_of", "model_version", "horizon")
_FIGURES = ("skill", "dm_p", "base_rate", "coverage_80", "coverage_95")


class ForecastRepository:
    """The forecasts of one database. Any number of threads may share it.

    Every method raises `StorageError` when the database cannot do its part.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, new: NewForecast) -> int:
        """Keep a forecast; its id. One of the same subject, day, model and horizon is replaced,
        and if it was made from other data, so is what was said of its outcome.

        Raises:
            StorageError: ``bad_forecast``: its points are not 1, 2, … up to the horizon, or have
                not a quantile for each share.
        """
        return self.save_many([new])[0]

    def save_many(self, several: Sequence[NewForecast]) -> list[int]:
        """As ``save``, in one transaction."""
        for new in several:
            _check(new)
        now = datetime.now(UTC)
        with writing(self._engine) as connection:
            return [_saved(connection, new, now) for new in several]

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
            *(_forecasts.c[name] == value for name, value in zip(_KEY, values, strict=True)),
            _forecasts.c.data_hash == data_hash,
        )
        with reading(self._engine) as connection:
            found: int | None = connection.scalar(query)
            return found

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

    def save_outcomes(
        self, outcomes: Mapping[int, Sequence[ForecastOutcome]], *, replace: bool = False
    ) -> int:
        """Keep what came, by forecast; how many steps were new. A step that is known stays as it
        was first seen, unless ``replace``."""
        now = datetime.now(UTC)
        written = 0
        with writing(self._engine) as connection:
            for forecast_id, several in outcomes.items():
                if replace:
                    connection.execute(
                        delete(_outcomes).where(_outcomes.c.forecast_id == forecast_id)
                    )
                known = set(
                    connection.scalars(
                        select(_outcomes.c.step).where(_outcomes.c.forecast_id == forecast_id)
                    )
                )
                rows = [_outcome_row(forecast_id, o, now) for o in several if o.step not in known]
                if rows:
                    connection.execute(insert(connection, _outcomes).on_conflict_do_nothing(), rows)
                    written += len(rows)
        return written

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

    def save_conformal(
        self,
        kind: ForecastKind,
        subject: str,
        state: Sequence[Mapping[str, Any]],
        outcomes: int,
        metric: str = "",
    ) -> None:
        """Keep what a subject's intervals have learned, in place of what was kept."""
        values = {
            "state": storable_json(state),
            "outcomes": outcomes,
            "updated_at": datetime.now(UTC),
        }
        with writing(self._engine) as connection:
            statement = insert(connection, _states).values(
                kind=kind, subject=subject, metric=metric, **values
            )
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["kind", "subject", "metric"], set_=values
                )
            )

    def conformal(
        self, kind: ForecastKind, subject: str, metric: str = ""
    ) -> ConformalRecord | None:
        """What a subject's intervals have learned."""
        query = select(_states).where(
            _states.c.kind == kind, _states.c.subject == subject, _states.c.metric == metric
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else ConformalRecord(**row._mapping)

    def conformals(self, kind: ForecastKind) -> dict[str, ConformalRecord]:
        """What the intervals of every subject without a metric have learned, by subject."""
        query = select(_states).where(_states.c.kind == kind, _states.c.metric == "")
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return {row.subject: ConformalRecord(**row._mapping) for row in rows}

    def _read(self, query: Select[Any]) -> tuple[ForecastRecord, ...]:
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
            points = _by_forecast(connection, _points, [row.id for row in rows])
            outcomes = _by_forecast(connection, _outcomes, [row.id for row in rows])
        return tuple(_record(row, points[row.id], outcomes[row.id]) for row in rows)


def _check(new: NewForecast) -> None:
    steps = [point.step for point in new.points]
    if steps != list(range(1, new.horizon + 1)) or any(
        len(point.quantiles) != len(new.shares) for point in new.points
    ):
        raise StorageError(
            "bad_forecast",
            f"The forecast of {new.subject} has not a distribution for each of its "
            f"{new.horizon} steps.",
            "Report this: a task has made half a forecast.",
        )


def _saved(connection: Connection, new: NewForecast, now: datetime) -> int:
    key: dict[str, Any] = {name: getattr(new, name) for name in _KEY}
    figures = {name: getattr(new, name) for name in _FIGURES}
    values: dict[str, Any] = {
        "made_at": now,
        "last_value": finite(new.last_value),
        "shares": storable_json(new.shares),
        "seed": new.seed,
        "data_hash": new.data_hash,
        "provider": short(new.provider, 40),
        "libraries": storable_json(new.libraries),
        "scores": storable_json(new.scores),
        "details": storable_json(new.details),
        "notes": storable_json(new.notes),
        "task_id": new.task_id,
        **{name: None if value is None else finite(value) for name, value in figures.items()},
    }
    where = [_forecasts.c[name] == value for name, value in key.items()]
    before = connection.execute(
        select(_forecasts.c.id, _forecasts.c.data_hash).where(*where).with_for_update()
    ).one_or_none()
    statement = insert(connection, _forecasts).values(**key, **values)
    forecast_id: int = connection.execute(
        statement.on_conflict_do_update(index_elements=list(_KEY), set_=values).returning(
            _forecasts.c.id
        )
    ).scalar_one()
    if before is not None:
        connection.execute(delete(_points).where(_points.c.forecast_id == forecast_id))
        if before.data_hash != new.data_hash:
            connection.execute(delete(_outcomes).where(_outcomes.c.forecast_id == forecast_id))
    connection.execute(
        insert(connection, _points).on_conflict_do_nothing(),
        [
            {
                "forecast_id": forecast_id,
                "step": point.step,
                "date": point.date,
                "mean": finite(point.mean),
                "quantiles": storable_json(point.quantiles),
            }
            for point in new.points
        ],
    )
    return forecast_id


def _outcome_row(forecast_id: int, outcome: ForecastOutcome, now: datetime) -> dict[str, Any]:
    return {
        "forecast_id": forecast_id,
        "step": outcome.step,
        "date": outcome.date,
        "value": finite(outcome.value),
        "pit": finite(outcome.pit),
        "crps": finite(outcome.crps),
        "naive_crps": None if outcome.naive_crps is None else finite(outcome.naive_crps),
        "scores": storable_json(outcome.scores),
        "evaluated_at": now,
    }


_AT_ONCE = 500


def _by_forecast(
    connection: Connection, table: Any, ids: Sequence[int]
) -> defaultdict[int, list[Row[Any]]]:
    found: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for start in range(0, len(ids), _AT_ONCE):
        part = list(ids[start : start + _AT_ONCE])
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
