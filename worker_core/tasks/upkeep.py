"""What the system does for itself, apart from the catalog's tasks."""

import logging
from dataclasses import asdict

from worker_core import settings
from worker_core.celery import app
from worker_core.operations.housekeeping import tidy
from worker_core.operations.regular_copy import copy_if_due
from worker_core.operations.settle import SETTLE, settle
from worker_core.operations.sweep import sweep
from worker_core.schedule.builtin import SWEEP
from worker_core.storage import StorageError
from worker_core.tasks import processes
from worker_core.tasks.holds import Holds

__all__ = ["processes", "settle_task", "sweep_ledger"]

log = logging.getLogger(__name__)

app.steps["consumer"].add(Holds)


@app.task(name=SWEEP, soft_time_limit=120, time_limit=150)  # type: ignore[untyped-decorator]
def sweep_ledger() -> dict[str, int]:
    """Send again what the broker has lost, and copy the database once in a while. A failure needs
    no retry: the next one comes."""
    swept = sweep()
    tidy()
    try:
        if made := copy_if_due(settings.current()):
            log.info("The database was copied: %s", made.path)
    except StorageError as error:
        log.warning("%s %s", error.message, error.remedy)
    return asdict(swept)


@app.task(name=SETTLE, ignore_result=True, soft_time_limit=60, time_limit=90)  # type: ignore[untyped-decorator]
def settle_task(task_id: str) -> bool:
    """Write down how a task ended whose process was stopped. Where it fails, the sweep does it."""
    return settle(task_id)
