"""Whether the system is well, as a task."""

import logging

from worker_core import settings
from worker_core.arguments import NoArguments
from worker_core.operations import health
from worker_core.operations.errors import LedgerUnavailable
from worker_core.tasks.base import Result, Run, catalog_task

log = logging.getLogger(__name__)


@catalog_task("monitoring.system_health_check")
def system_health_check(run: Run, _arguments: NoArguments) -> Result:
    values = settings.current()
    report = health.check(values)
    for finding in report.findings:
        if finding.severity in {"warning", "critical"}:
            log.warning("%s: %s", finding.part, finding.text)
    told = report.as_json()
    try:
        health.keep(report, run.task_id, settings=values)
    except LedgerUnavailable as error:
        # That the database is away is what the check has found; it must not fail for it.
        log.warning("The check could not be stored: %s", error)
        return told | {"stored": False}
    return told | {"stored": True}
