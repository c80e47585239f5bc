"""What the system does for itself, apart from the catalog's tasks."""

from dataclasses import asdict

from worker_core.celery import app
from worker_core.operations.sweep import sweep
from worker_core.schedule import SWEEP
from worker_core.tasks.holds import Holds

app.steps["consumer"].add(Holds)


@app.task(name=SWEEP, soft_time_limit=120, time_limit=150)  # type: ignore[untyped-decorator]
def sweep_ledger() -> dict[str, int]:
    """Send again what the broker has lost. A failure needs no retry: the next one comes."""
    return asdict(sweep())
