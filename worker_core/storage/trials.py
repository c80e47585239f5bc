"""What searches for settings have tried, read out of Optuna's tables without loading Optuna.

The names are those of its schema (`optuna.storages._rdb.models`); a test writes a study with the
installed Optuna and reads it here.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, String, cast, column, func, inspect, select, table

from worker_core.storage.engine import reading
from worker_core.storage.study_records import StudyRecord, TrialRecord

MOST_STUDIES = 50
MOST_TRIALS = 2000

_studies = table("studies", column("study_id"), column("study_name"))
_labels = table("study_user_attributes", column("study_id"), column("key"), column("value_json"))
_trials = table(
    "trials",
    *map(column, ("trial_id", "number", "study_id", "state")),
    *map(column, ("datetime_start", "datetime_complete")),
)
_values = table("trial_values", column("trial_id"), column("value"))
_parameters = table(
    "trial_params", *map(column, ("trial_id", "param_name", "param_value", "distribution_json"))
)
_attributes = table(
    "trial_user_attributes", column("trial_id"), column("key"), column("value_json")
)
_READ = (_studies, _labels, _trials, _values, _parameters, _attributes)


@dataclass(slots=True)
class _Parts:
    parameters: dict[str, float] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)


class TrialReading:
    """Searches and their trials, also while a task writes them. Any number of threads may share it.

    Every method raises `StorageError` when the database cannot answer.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._there = False

    def studies(self, kind: str = "", *, limit: int = MOST_STUDIES) -> tuple[StudyRecord, ...]:
        """Searches for settings of a kind of model, or of all, the newest first."""
        if not self._tables():
            return ()
        query = select(_studies).order_by(_studies.c.study_id.desc()).limit(limit)
        if kind:
            query = query.where(_studies.c.study_name.startswith(f"{kind}-", autoescape=True))
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
            ids = [row.study_id for row in rows]
            labels: dict[int, dict[str, Any]] = {one: {} for one in ids}
            for row in connection.execute(select(_labels).where(_labels.c.study_id.in_(ids))):
                labels[row.study_id][row.key] = _json(row.value_json)
            counts: dict[int, dict[str, int]] = {one: {} for one in ids}
            for study, state, count in connection.execute(_counted(ids)):
                counts[study][str(state)] = count
            best = {study: float(value) for study, value in connection.execute(_best(ids))}
        return tuple(
            StudyRecord(
                row.study_name, labels[row.study_id], counts[row.study_id], best.get(row.study_id)
            )
            for row in rows
        )

    def trials(self, study: str, *, limit: int = MOST_TRIALS) -> tuple[TrialRecord, ...]:
        """The trials of a search, the latest ``limit`` of them, in their order."""
        if not self._tables():
            return ()
        query = (
            select(_trials, _values.c.value)
            .join(_studies, _studies.c.study_id == _trials.c.study_id)
            .outerjoin(_values, _values.c.trial_id == _trials.c.trial_id)
            .where(_studies.c.study_name == study)
            .order_by(_trials.c.number.desc())
            .limit(limit)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
            ids = [row.trial_id for row in rows]
            parts = {one: _Parts() for one in ids}
            wanted = select(_parameters).where(_parameters.c.trial_id.in_(ids))
            for row in connection.execute(wanted):
                whole = "IntDistribution" in row.distribution_json
                value = float(row.param_value)
                parts[row.trial_id].parameters[row.param_name] = int(value) if whole else value
            told = select(_attributes).where(_attributes.c.trial_id.in_(ids))
            for row in connection.execute(told):
                parts[row.trial_id].told[row.key] = _json(row.value_json)
        return tuple(_trial(row, parts[row.trial_id]) for row in reversed(rows))

    def _tables(self) -> bool:
        """Whether anything was ever searched: Optuna makes its tables at its first use."""
        if not self._there:
            with reading(self._engine) as connection:
                # One after the other, and maybe just now.
                there = set(inspect(connection).get_table_names())
                self._there = there.issuperset(one.name for one in _READ)
        return self._there


def _counted(ids: Sequence[int]) -> Select[Any]:
    return (
        select(_trials.c.study_id, _trials.c.state, func.count())
        .where(_trials.c.study_id.in_(ids))
        .group_by(_trials.c.study_id, _trials.c.state)
    )


def _best(ids: Sequence[int]) -> Select[Any]:
    return (
        select(_trials.c.study_id, func.min(_values.c.value))
        .join(_values, _values.c.trial_id == _trials.c.trial_id)
        .where(_trials.c.study_id.in_(ids), cast(_trials.c.state, String) == "COMPLETE")
        .group_by(_trials.c.study_id)
    )


def _trial(row: Any, parts: _Parts) -> TrialRecord:
    folds = parts.told.get("folds", ())
    return TrialRecord(
        number=row.number,
        state=row.state,
        value=_finite(row.value) if row.state == "COMPLETE" else None,
        parameters=parts.parameters,
        origin=str(parts.told.get("origin", "")),
        folds=tuple(map(float, folds)) if isinstance(folds, list) else (),
        seconds=_seconds(row.datetime_start, row.datetime_complete),
        error=str(parts.told.get("error", "")),
    )


def _finite(value: Any) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None


def _seconds(began: Any, ended: Any) -> float | None:
    if began is None or ended is None:
        return None
    # SQLite gives what was written: text.
    first, last = (
        one if isinstance(one, datetime) else datetime.fromisoformat(str(one))
        for one in (began, ended)
    )
    return max(0.0, (last - first).total_seconds())


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
