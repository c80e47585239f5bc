"""Forecasts of prices and metrics, and what came of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from worker_core.storage import schema
from worker_core.storage.cleaning import all_finite, finite, short, storable_json
from worker_core.storage.engine import insert, writing
from worker_core.storage.errors import StorageError
from worker_core.storage.forecast_learning import ForecastLearning
from worker_core.storage.forecast_reading import AT_ONCE, KEY, ForecastReading
from worker_core.storage.forecast_records import ForecastOutcome, NewForecast

_forecasts = schema.forecasts
_points = schema.forecast_points
_outcomes = schema.forecast_outcomes

# Of each forecast there are dozens, so this is written out: what SQLAlchemy does for each row
# costs more than the row.
_POINTS = (
    "INSERT INTO forecast_points (forecast_id, step, date, mean, quantiles) "
    "VALUES ({}, {}, {}, {}, {}) ON CONFLICT DO NOTHING"
)
_SQLITE = ("?",) * 5
_POSTGRESQL = ("%s", "%s", "%s::date", "%s", "%s::json")

_FIGURES = ("skill", "dm_p", "base_rate", "coverage_80", "coverage_95")


class ForecastRepository(ForecastReading, ForecastLearning):
    """The forecasts of one database. Any number of threads may share it.

    Every method raises `StorageError` when the database cannot do its part.
    """

    def save(self, new: NewForecast) -> int:
        """Keep a forecast; its id. One of the same subject, day, model and horizon is replaced,
        and if it was made from other data, so is what was said of its outcome.

        Raises:
            StorageError: ``bad_forecast``: its points are not 1, 2, … up to the horizon, or have
                not a quantile for each share.
        """
        return self.save_many([new])[0]

    def save_many(self, several: Sequence[NewForecast]) -> list[int]:
        """As ``save``, in one transaction; of two with the same key the last is kept."""
        for new in several:
            _check(new)
        latest = {_key(new): new for new in several}
        if not latest:
            return []
        # In one order, so that no two writers wait for each other.
        rows = [_row(latest[key], datetime.now(UTC)) for key in sorted(latest)]
        with writing(self._engine) as connection:
            ids = _saved(connection, latest, rows)
        return [ids[_key(new)] for new in several]

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


def _key(new: NewForecast) -> tuple[Any, ...]:
    return tuple(getattr(new, name) for name in KEY)


def _row(new: NewForecast, now: datetime) -> dict[str, Any]:
    figures = {name: getattr(new, name) for name in _FIGURES}
    return {
        **dict(zip(KEY, _key(new), strict=True)),
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


def _saved(
    connection: Connection,
    latest: Mapping[tuple[Any, ...], NewForecast],
    rows: Sequence[Mapping[str, Any]],
) -> dict[tuple[Any, ...], int]:
    """Write forecasts and their points; the ids by key."""
    before = _there(connection, latest)
    statement = insert(connection, _forecasts)
    changed = [name for name in rows[0] if name not in KEY]
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(KEY), set_={name: statement.excluded[name] for name in changed}
        ),
        rows,
    )
    there = _there(connection, latest)
    ids = {key: forecast_id for key, (forecast_id, _) in there.items()}
    old = [ids[key] for key in before]
    other = [ids[key] for key, (_, data) in before.items() if data != latest[key].data_hash]
    if old:
        connection.execute(delete(_points).where(_points.c.forecast_id.in_(old)))
    if other:
        connection.execute(delete(_outcomes).where(_outcomes.c.forecast_id.in_(other)))
    points = [row for key, new in latest.items() for row in _point_rows(ids[key], new)]
    sqlite = connection.dialect.name == "sqlite"
    connection.exec_driver_sql(_POINTS.format(*_SQLITE if sqlite else _POSTGRESQL), points)
    return ids


def _there(
    connection: Connection, keys: Iterable[tuple[Any, ...]]
) -> dict[tuple[Any, ...], tuple[int, str]]:
    """Id and hash of those that are there, by key, locked where the database can."""
    wanted = set(keys)
    found: dict[tuple[Any, ...], tuple[int, str]] = {}
    columns = [_forecasts.c[name] for name in KEY]
    ordered = sorted(wanted)
    for start in range(0, len(ordered), AT_ONCE):
        part = list(zip(*ordered[start : start + AT_ONCE], strict=True))
        query = (
            select(*columns, _forecasts.c.id, _forecasts.c.data_hash)
            .where(*(c.in_(set(values)) for c, values in zip(columns, part, strict=True)))
            .order_by(_forecasts.c.id)
            .with_for_update()
        )
        for row in connection.execute(query):
            key = tuple(row[: len(KEY)])
            if key in wanted:
                found[key] = (row.id, row.data_hash)
    return found


def _point_rows(forecast_id: int, new: NewForecast) -> Iterable[tuple[Any, ...]]:
    """As the driver takes them."""
    for point in new.points:
        day = None if point.date is None else point.date.isoformat()
        # JSON writes a finite float as Python does.
        quantiles = ", ".join(map(repr, all_finite(point.quantiles)))
        yield forecast_id, point.step, day, finite(point.mean), f"[{quantiles}]"


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
