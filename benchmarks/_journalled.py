"""A Celery application with the project's configuration and one task that does nothing.

With ``AFI_BENCH_PLAIN_EVENTS`` set, its events go through Celery's own dispatcher."""

import os

from celery import Celery

from worker_core.operations.configuration import DEFAULT_QUEUE, celery_configuration
from worker_core.operations.journal import EVENTS
from worker_core.settings import current

NOOP = "bench.noop"
PLAIN = "AFI_BENCH_PLAIN_EVENTS"

app = Celery("afi-bench", set_as_current=False, events=None if os.environ.get(PLAIN) else EVENTS)
app.conf.update(celery_configuration(current()))
app.conf.task_routes = {NOOP: {"queue": DEFAULT_QUEUE}}


@app.task(name=NOOP)  # type: ignore[untyped-decorator]  # celery carries no types
def noop() -> None:
    """Nothing, so that all that is measured is the way there and back."""
