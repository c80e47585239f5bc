"""Documents that nothing refers to, and their files."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, delete, func, not_, select

from worker_core.storage.artifacts import Artifacts
from worker_core.storage.engine import reading, writing
from worker_core.storage.retention import BATCH, Removal
from worker_core.storage.retention.references import is_file_used, is_referred
from worker_core.storage.schema import document_owners as _owners
from worker_core.storage.schema import documents as _documents
from worker_core.storage.schema import search_passages as _passages


class DocumentKeeper:
    """Documents that could not be read, or all others. One from which anything was found (its
    tone, a summary, facts, metrics, labels) or that an open task names stays."""

    def __init__(self, engine: Engine, artifacts: Artifacts, *, failed: bool) -> None:
        self._engine = engine
        self._artifacts = artifacts
        self._failed = failed
        self.kind = "failed_documents" if failed else "documents"
        self.setting = "keep_failed_documents_days" if failed else "keep_documents_days"

    def removable(self, before: datetime) -> Removal:
        query = select(func.count(), func.coalesce(func.sum(_documents.c.bytes), 0)).where(
            *self._old(before)
        )
        with reading(self._engine) as connection:
            count, size = connection.execute(query).one()
        return Removal(int(count), int(size))

    def remove(self, before: datetime) -> Removal:
        gone = Removal()
        while (batch := self._batch(before)).count:
            gone += batch
        return gone

    def _old(self, before: datetime) -> tuple[ColumnElement[bool], ...]:
        status = _documents.c.status
        return (
            status == "failed" if self._failed else status != "failed",
            _documents.c.updated_at < before,
            not_(is_referred()),
        )

    def _batch(self, before: datetime) -> Removal:
        files: list[str] = []
        with writing(self._engine) as connection:
            query = select(_documents.c.id, _documents.c.content_sha256, _documents.c.bytes)
            rows: list[Any] = list(
                connection.execute(
                    query.where(*self._old(before))
                    .order_by(_documents.c.id)
                    .limit(BATCH)
                    .with_for_update()
                )
            )
            ids = [row.id for row in rows]
            if ids:
                # The index's words go with their passages.
                connection.execute(delete(_passages).where(_passages.c.document_id.in_(ids)))
                connection.execute(delete(_documents).where(_documents.c.id.in_(ids)))
                hashes = [row.content_sha256 for row in rows]
                connection.execute(delete(_owners).where(_owners.c.content_sha256.in_(hashes)))
            files = [
                row.content_sha256
                for row in rows
                if not is_file_used(connection, row.content_sha256)
            ]
        # Behind the commit: a file without its row is a loss of space, a row without its file
        # one of data.
        for sha256 in files:
            self._artifacts.delete(sha256)
        return Removal(len(rows), sum(row.bytes for row in rows))
