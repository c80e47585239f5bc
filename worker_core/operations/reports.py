"""Reports: making one, listing those that were made, reading one."""

from datetime import UTC, datetime
from typing import Literal

from worker_core.operations.errors import NoDocument
from worker_core.operations.ledger import stored
from worker_core.settings import Settings
from worker_core.storage import ReportKind, ReportRecord, Storage

__all__ = ["Format", "listed", "make", "read", "written"]

Format = Literal["html", "pdf"]


def make(
    task_id: str,
    *,
    days: int = 7,
    company: str | None = None,
    now: datetime | None = None,
    settings: Settings | None = None,
) -> ReportRecord:
    """Make a report on the system over the last ``days`` days, or on a ``company`` (a symbol or a
    name), and keep it as HTML and PDF under the id of the task that does so.

    Raises:
        NoDocument: nothing is stored about that company.
        LedgerUnavailable: the database, or the store of files, does not answer.
    """
    from worker_core.storage.reports import NewReport

    now = now or datetime.now(UTC)
    kind: ReportKind = "system" if company is None else "company"
    with stored(settings) as storage:
        title, about, subject, html, pdf = _made(storage, days, company, now)
        new = NewReport(kind, subject, title, about, now, html, pdf)
        return storage.reports.save(task_id, new)


def written(
    form: Format,
    *,
    days: int = 7,
    company: str | None = None,
    now: datetime | None = None,
    settings: Settings | None = None,
) -> bytes:
    """The same report in one form, without keeping it. Raises as ``make``."""
    with stored(settings) as storage:
        *_, html, pdf = _made(storage, days, company, now or datetime.now(UTC))
    return html if form == "html" else pdf


def listed(
    kind: ReportKind | None = None,
    subject: str | None = None,
    *,
    limit: int = 200,
    settings: Settings | None = None,
) -> tuple[ReportRecord, ...]:
    """Reports that were made, the latest first.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    with stored(settings) as storage:
        return storage.reports.listed(kind, subject, limit=limit)


def read(task_id: str, form: Format = "html", *, settings: Settings | None = None) -> bytes:
    """The file of a report that was made.

    Raises:
        NoDocument: there is none of that task.
        LedgerUnavailable: the database or the store of files does not answer, or has lost it.
    """
    with stored(settings) as storage:
        record = storage.reports.get(task_id)
        if record is None:
            raise NoDocument(
                f"There is no report of a task {task_id}.",
                "See which there are: afi report list.",
            )
        return storage.reports.file(record, form)


def _made(
    storage: Storage, days: int, company: str | None, now: datetime
) -> tuple[str, str, str, bytes, bytes]:
    from worker_core.operations.reporting.company import company_data
    from worker_core.operations.reporting.system import period, system_data
    from worker_core.reports import company as on_company
    from worker_core.reports import html, pdf
    from worker_core.reports import system as on_system

    if company is None:
        start, end = period(days, now)
        report = on_system.report(system_data(storage, start, end), now)
        subject = ""
    else:
        data = company_data(storage, company, now.date())
        report = on_company.report(data, now)
        subject = data.ticker or data.name
    return report.title, report.about, subject, html.render(report), pdf.render(report)
