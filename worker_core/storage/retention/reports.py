"""Old reports and their files."""

from datetime import datetime

from sqlalchemy import Engine, delete, func, select

from worker_core.storage.artifacts import Artifacts
from worker_core.storage.engine import reading, writing
from worker_core.storage.retention import BATCH, Removal
from worker_core.storage.retention.references import is_file_used
from worker_core.storage.schema import reports as _reports


class ReportKeeper:
    kind = "reports"
    setting = "keep_reports_days"

    def __init__(self, engine: Engine, artifacts: Artifacts) -> None:
        self._engine = engine
        self._artifacts = artifacts

    def removable(self, before: datetime) -> Removal:
        size = func.coalesce(func.sum(_reports.c.html_bytes + _reports.c.pdf_bytes), 0)
        query = select(func.count(), size).where(_reports.c.made_at < before)
        with reading(self._engine) as connection:
            count, total = connection.execute(query).one()
        return Removal(int(count), int(total))

    def remove(self, before: datetime) -> Removal:
        gone = Removal()
        while (batch := self._batch(before)).count:
            gone += batch
        return gone

    def _batch(self, before: datetime) -> Removal:
        with writing(self._engine) as connection:
            rows = list(
                connection.execute(select(_reports).where(_reports.c.made_at < before).limit(BATCH))
            )
            ids = [row.task_id for row in rows]
            if ids:
                connection.execute(delete(_reports).where(_reports.c.task_id.in_(ids)))
            files = {file for row in rows for file in (row.html_sha256, row.pdf_sha256)}
            unused = [file for file in files if not is_file_used(connection, file)]
        # Behind the commit: a file without its row is a loss of space, the reverse one of data.
        for sha256 in unused:
            self._artifacts.delete(sha256)
        return Removal(len(rows), sum(row.html_bytes + row.pdf_bytes for row in rows))
