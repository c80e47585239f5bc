"""A real worker whose clock is wrong: node name, and by how many seconds it is ahead."""

import sys
import time

node, ahead = sys.argv[1], float(sys.argv[2])
_true = time.time


def _wrong() -> float:
    return _true() + ahead


# Before Celery takes hold of it.
time.time = _wrong

from celery import Celery  # noqa: E402

from worker_core.operations.configuration import celery_configuration  # noqa: E402
from worker_core.settings import current  # noqa: E402

app = Celery("late", set_as_current=False)
app.conf.update(celery_configuration(current()))
app.conf.task_queues = None
app.conf.task_default_queue = "late"

if __name__ == "__main__":
    app.worker_main(
        [
            "worker",
            f"--hostname={node}",
            "--pool=solo",
            "--queues=late",
            "--without-mingle",
            "--without-gossip",
            "--task-events",
        ]
    )
