"""Reports that were made, and their files."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Engine, Row, select

from worker_core.storage import schema
from worker_core.storage.artifacts import Artifacts
from worker_core.storage.cleaning import short
from worker_core.storage.engine import insert, reading, writing
from worker_core.storage.report_records import ReportKind, ReportRecord

_reports = schema.reports

Format = Literal["html", "pdf"]


@dataclass(frozen=True, slots=True)
class NewReport:
    """A report to keep: of a company, ``subject`` names it; of the system it is empty."""

    kind: ReportKind
    subject: str
    title: str
    about: str
    made_at: datetime
    html: bytes
    pdf: bytes


class ReportRepository:
    """The reports of one database. Any number of threads may share it.

    Every method raises `StorageError` when the database cannot do its part.
    """

    def __init__(self, engine: Engine, artifacts: Artifacts) -> None:
        self._engine = engine
        self._artifacts = artifacts

    def save(self, task_id: str, new: NewReport) -> ReportRecord:
        """Keep a report under the id of the task that made it, in the place of an earlier one.

        Raises:
            ArtifactError: its files cannot be stored. Nothing is kept then.
        """
        page, document = self._artifacts.put_bytes(new.html), self._artifacts.put_bytes(new.pdf)
        values = {
            "kind": new.kind,
            "subject": short(new.subject, 210),
            "title": short(new.title, 300),
            "about": short(new.about, 300),
            "made_at": new.made_at,
            "html_sha256": page.sha256,
            "html_bytes": page.bytes,
            "pdf_sha256": document.sha256,
            "pdf_bytes": document.bytes,
        }
        with writing(self._engine) as connection:
            row = connection.execute(
                insert(connection, _reports)
                .values(task_id=short(task_id, 155), **values)
                .on_conflict_do_update(index_elements=["task_id"], set_=values)
                .returning(*_reports.c)
            ).one()
        return _record(row)

    def get(self, task_id: str) -> ReportRecord | None:
        """The report of that task."""
        with reading(self._engine) as connection:
            row = connection.execute(
                select(_reports).where(_reports.c.task_id == task_id)
            ).one_or_none()
        return None if row is None else _record(row)

    def listed(
        self, kind: ReportKind | None = None, subject: str | None = None, *, limit: int = 200
    ) -> tuple[ReportRecord, ...]:
        """Reports, the latest first."""
        query = select(_reports).order_by(_reports.c.made_at.desc(), _reports.c.task_id)
        if kind is not None:
            query = query.where(_reports.c.kind == kind)
        if subject is not None:
            query = query.where(_reports.c.subject == subject)
        with reading(self._engine) as connection:
            return tuple(map(_record, connection.execute(query.limit(limit))))

    def file(self, record: ReportRecord, form: Format) -> bytes:
        """What a report was written as.

        Raises:
            ArtifactError: the file is missing.
        """
        with self._artifacts.open(
            record.html_sha256 if form == "html" else record.pdf_sha256
        ) as file:
            return file.read()


def _record(row: Row[tuple[object, ...]]) -> ReportRecord:
    return ReportRecord(**row._mapping)
