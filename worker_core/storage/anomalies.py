"""Anomalies, and the baselines that they were found by."""

import json
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, select

from worker_core.storage.anomaly_records import AnomalyKind, AnomalyRecord, BaselineRecord
from worker_core.storage.cleaning import finite, short, storable, storable_json
from worker_core.storage.engine import insert, reading, writing
from worker_core.storage.errors import StorageError
from worker_core.storage.schema import anomalies, anomaly_baselines

_anomalies, _baselines = anomalies, anomaly_baselines
_KEY = ("subject", "kind", "detector", "at")
_LARGEST_STATE = 32 * 2**20
_VERSIONS_KEPT = 10


class AnomalyRepository:
    """Anomalies and baselines of one database. Any number of threads may share it.

    Every method raises `StorageError` when the database cannot do its part.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def replace(
        self,
        subject: str,
        kind: AnomalyKind,
        found: Iterable[AnomalyRecord],
        *,
        since: datetime | None = None,
    ) -> int:
        """Keep these anomalies of a subject, in place of all of its kind (since ``since``); how
        many there are. One that was there before keeps the time it was found."""
        now = datetime.now(UTC)
        rows = {_identity(row): row for row in (_row(one, now) for one in found)}
        condition = [_anomalies.c.subject == short(subject, 128), _anomalies.c.kind == kind]
        if since is not None:
            condition.append(_anomalies.c.at >= since)
        with writing(self._engine) as connection:
            there = connection.execute(
                select(_anomalies.c.id, *(_anomalies.c[name] for name in _KEY)).where(*condition)
            ).all()
            gone = [row.id for row in there if _identity(dict(row._mapping)) not in rows]
            for start in range(0, len(gone), 500):
                part = gone[start : start + 500]
                connection.execute(delete(_anomalies).where(_anomalies.c.id.in_(part)))
            self._save(connection, list(rows.values()))
        return len(rows)

    def _save(self, connection: Connection, rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        written = insert(connection, _anomalies)
        kept = {"found_at", *_KEY}
        connection.execute(
            written.on_conflict_do_update(
                index_elements=list(_KEY),
                set_={name: written.excluded[name] for name in rows[0] if name not in kept},
            ),
            rows,
        )

    def found(
        self,
        subject: str | None = None,
        kind: AnomalyKind | None = None,
        *,
        since: datetime | None = None,
        limit: int = 1000,
    ) -> tuple[AnomalyRecord, ...]:
        """Anomalies, the latest first. ``subject`` also finds the metrics of a ticker."""
        query = select(_anomalies).order_by(_anomalies.c.at.desc(), _anomalies.c.id).limit(limit)
        if subject is not None:
            own = _anomalies.c.subject == subject
            query = query.where(
                own | _anomalies.c.subject.startswith(subject + " ", autoescape=True)
            )
        if kind is not None:
            query = query.where(_anomalies.c.kind == kind)
        if since is not None:
            query = query.where(_anomalies.c.at >= since)
        with reading(self._engine) as connection:
            return tuple(map(_record, connection.execute(query)))

    def save_baseline(
        self,
        subject: str,
        kind: AnomalyKind,
        *,
        parameters: Mapping[str, Any],
        state: Mapping[str, Any],
        rows: int,
        last_at: datetime | None,
        content_sha256: str,
        task_id: str,
    ) -> int:
        """Keep a baseline as the newest version; its number.

        The same content again is the version that is there. The last 10 versions are kept.
        """
        key = [_baselines.c.subject == subject, _baselines.c.kind == kind]
        packed = zlib.compress(json.dumps(storable_json(state), allow_nan=False).encode(), 6)
        with writing(self._engine) as connection:
            newest = connection.execute(
                select(_baselines.c.version, _baselines.c.content_sha256)
                .where(*key)
                .order_by(_baselines.c.version.desc())
                .limit(1)
            ).one_or_none()
            if newest is not None and newest.content_sha256 == content_sha256:
                return int(newest.version)
            version = 1 if newest is None else int(newest.version) + 1
            connection.execute(
                insert(connection, _baselines).values(
                    subject=short(subject, 128),
                    kind=kind,
                    version=version,
                    parameters=storable_json(parameters),
                    state=packed,
                    rows=rows,
                    last_at=last_at,
                    content_sha256=content_sha256,
                    task_id=task_id,
                    created_at=datetime.now(UTC),
                )
            )
            connection.execute(
                delete(_baselines).where(*key, _baselines.c.version <= version - _VERSIONS_KEPT)
            )
        return version

    def baseline(
        self, subject: str, kind: AnomalyKind, version: int | None = None
    ) -> BaselineRecord | None:
        """A version of a subject's baseline, by default the newest.

        Raises:
            StorageError: code ``corrupt`` if it is not what was stored.
        """
        query = select(_baselines).where(_baselines.c.subject == subject, _baselines.c.kind == kind)
        if version is not None:
            query = query.where(_baselines.c.version == version)
        query = query.order_by(_baselines.c.version.desc()).limit(1)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _baseline(row)

    def baselines(self) -> tuple[tuple[str, AnomalyKind, int], ...]:
        """Subject, kind and newest version of all that have a baseline."""
        query = (
            select(_baselines.c.subject, _baselines.c.kind, func.max(_baselines.c.version))
            .group_by(_baselines.c.subject, _baselines.c.kind)
            .order_by(_baselines.c.subject, _baselines.c.kind)
        )
        with reading(self._engine) as connection:
            return tuple((row[0], row[1], int(row[2])) for row in connection.execute(query))


def _identity(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in _KEY)


def _row(one: AnomalyRecord, now: datetime) -> dict[str, Any]:
    return {
        "subject": short(one.subject, 128),
        "kind": one.kind,
        "detector": short(one.detector, 32),
        "at": one.at.astimezone(UTC),
        "value": finite(one.value),
        "score": finite(one.score),
        "strength": finite(one.strength),
        "unit": short(one.unit, 120),
        "quantile": finite(one.quantile),
        "words": storable(one.words),
        "nearest": storable_json(one.nearest),
        "evidence": storable_json(one.evidence),
        "task_id": one.task_id,
        "found_at": now,
    }


def _record(row: Row[Any]) -> AnomalyRecord:
    values = dict(row._mapping)
    del values["id"]
    values["nearest"] = tuple(values["nearest"])
    return AnomalyRecord(**values)


def _baseline(row: Row[Any]) -> BaselineRecord:
    opener = zlib.decompressobj()
    try:
        # What is cut off, or larger, is no whole JSON.
        state = json.loads(opener.decompress(row.state, _LARGEST_STATE))
    except (zlib.error, ValueError) as error:
        raise StorageError(
            "corrupt",
            f"The stored baseline of {row.subject} is damaged.",
            "Run update_anomaly_baselines: it learns it afresh.",
        ) from error
    values = dict(row._mapping)
    return BaselineRecord(**(values | {"state": state}))
