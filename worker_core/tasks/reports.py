"""Writing reports, as a task."""

from worker_core import settings
from worker_core.arguments import SystemReport
from worker_core.operations import reports
from worker_core.operations.errors import NoDocument
from worker_core.tasks.base import PermanentFailure, Result, Run, catalog_task


@catalog_task("monitoring.generate_system_report")
def generate_system_report(run: Run, arguments: SystemReport) -> Result:
    try:
        made = reports.make(
            run.task_id,
            days=arguments.days,
            company=arguments.company,
            settings=settings.current(),
        )
    except NoDocument as error:
        raise PermanentFailure(str(error)) from None
    return {
        "report": made.task_id,
        "kind": made.kind,
        "subject": made.subject,
        "title": made.title,
        "about": made.about,
        "html": {"sha256": made.html_sha256, "bytes": made.html_bytes},
        "pdf": {"sha256": made.pdf_sha256, "bytes": made.pdf_bytes},
    }
