"""A small Celery application of someone else, for a worker in a process of its own."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from celery import Celery
from celery.exceptions import Reject

app = Celery(
    "tiny",
    broker=os.environ["TINY_URL"],
    backend=os.environ["TINY_URL"],
    events=os.environ.get("TINY_EVENTS"),
)
app.conf.update(
    afi_journal_events=1000,
    worker_send_task_events=True,
    task_send_sent_event=True,
    task_track_started=True,
    task_acks_late=True,
    result_extended=True,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"socket_timeout": 5, "health_check_interval": 2},
)

Function = TypeVar("Function", bound=Callable[..., Any])


def task(**options: Any) -> Callable[[Function], Function]:
    """Celery's decorator, which carries no types."""

    def register(function: Function) -> Function:
        app.task(**options)(function)
        return function

    return register


@task()
def add(x: int, y: int) -> int:
    return x + y


@task(bind=True)
def in_steps(self: Any, path: str) -> str:
    """Report progress, then run until the file at ``path`` is there, or for two minutes."""
    self.send_event("task-progress", stage="waiting", fraction=0.5)
    until = time.monotonic() + 120
    while not Path(path).exists() and time.monotonic() < until:
        time.sleep(0.02)
    return "done"


@task()
def fail(reason: str) -> None:
    raise ValueError(reason)


@task(bind=True, max_retries=1)
def try_twice(self: Any) -> str:
    if self.request.retries == 0:
        raise self.retry(exc=TimeoutError("first time"), countdown=0.2)
    return "second time"


@task(bind=True)
def refuse(self: Any) -> None:
    raise Reject("not wanted", requeue=False)
