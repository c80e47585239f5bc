"""Evaluates the alert rules, whether or not anybody looks."""

from worker_core import settings
from worker_core.arguments import NoArguments
from worker_core.operations.alerting import process
from worker_core.tasks.base import Result, Run, catalog_task


@catalog_task("monitoring.alert_processing")
def alert_processing(run: Run, _arguments: NoArguments) -> Result:
    done, problems = process(run.storage, settings.current())
    return {
        "at": done.at.isoformat(),
        "fired": done.fired,
        "resolved": done.resolved,
        "woken": done.woken,
        "open": done.open,
        "measured": done.measured,
        "not_judged": problems,
    }
