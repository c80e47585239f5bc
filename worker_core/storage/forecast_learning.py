"""What the intervals of forecasts have learned from their misses."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, select

from worker_core.storage import schema
from worker_core.storage.cleaning import storable_json
from worker_core.storage.engine import insert, reading, writing
from worker_core.storage.forecast_records import ConformalRecord, ForecastKind

_states = schema.conformal_states


class ForecastLearning:
    """One state for each subject and metric."""

    _engine: Engine

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

    def conformals(
        self, kind: ForecastKind, subjects: Sequence[str] = ()
    ) -> dict[str, ConformalRecord]:
        """What the intervals of these subjects, or of every one, without a metric have learned, by
        subject."""
        query = select(_states).where(_states.c.kind == kind, _states.c.metric == "")
        if subjects:
            query = query.where(_states.c.subject.in_(subjects))
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return {row.subject: ConformalRecord(**row._mapping) for row in rows}
