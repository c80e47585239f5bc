"""One task that does nothing, twice: as plain Celery has it, and with every guarantee.

``celery -A benchmarks._noop worker`` serves both, with the same settings.
"""

from typing import Any

from worker_core.celery import app
from worker_core.tasks.base import guarded_task
from worker_core.tasks.guarded import GuardedTask

__all__ = ["app"]

PLAIN, GUARDED = "noop.plain", "noop.guarded"


@app.task(name=PLAIN)  # type: ignore[untyped-decorator]  # celery carries no types
def plain() -> dict[str, Any]:
    return {}


def nothing(_task: GuardedTask) -> dict[str, Any]:
    return {}


guarded_task(GUARDED, nothing, rate_limit="100000/s")
