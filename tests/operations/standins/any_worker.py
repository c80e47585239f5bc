"""A real worker of any pool: node name, pool, concurrency, then options of Celery's own.

``restarts`` among the options allows its pool to be restarted.
"""

import sys
import time

from celery import Celery

from worker_core import remote
from worker_core.operations.configuration import celery_configuration
from worker_core.settings import current

app = Celery("any", set_as_current=False)
app.conf.update(celery_configuration(current()))
app.conf.task_default_queue = "any"
app.conf.task_queues = None
app.conf.worker_soft_shutdown_timeout = 1
app.conf.worker_prefetch_multiplier = 4
app.conf.secret_of_ours = "hunter2"


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def nothing() -> None:
    pass


app.task(sleep, name="any.sleep")
app.task(nothing, name="any.nothing", rate_limit="10/m")

if __name__ == "__main__":
    node, pool, concurrency, *options = sys.argv[1:]
    app.conf.worker_pool_restarts = "restarts" in options
    assert remote.soft_shutdown is not None
    app.worker_main(
        [
            "worker",
            f"--hostname={node}",
            f"--pool={pool}",
            f"--concurrency={concurrency}",
            "--queues=any",
            "--without-mingle",
            "--without-gossip",
            "--loglevel=INFO",
            *(option for option in options if option != "restarts"),
        ]
    )
