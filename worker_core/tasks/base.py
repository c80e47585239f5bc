"""What every task shares: its row in the catalog, checked arguments, progress, storage."""

import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from celery import Task
from celery.exceptions import BackendStoreError
from kombu.exceptions import OperationalError
from pydantic import ValidationError
from redis.exceptions import RedisError

from worker_core import catalog
from worker_core.arguments import TaskArguments
from worker_core.celery import app
from worker_core.operations.guard import Limit
from worker_core.storage import Storage
from worker_core.tasks import cancelling
from worker_core.tasks.failures import PermanentFailure
from worker_core.tasks.guarded import GuardedTask, Result, once
from worker_core.tasks.marks import storage

__all__ = [
    "PermanentFailure",
    "Result",
    "Run",
    "catalog_task",
    "guarded_task",
    "register_unavailable",
    "storage",
]

log = logging.getLogger(__name__)

ArgumentsT = TypeVar("ArgumentsT", bound=TaskArguments)


@dataclass(frozen=True)
class Run:
    """One run of a task, as its body sees it."""

    task: Task

    @property
    def task_id(self) -> str:
        return str(self.task.request.id)

    @cached_property
    def storage(self) -> Storage:
        return storage()

    def progress(self, stage: str, fraction: float) -> None:
        """Say how far the run is (``fraction`` from 0 to 1). Never fails the task.

        Raises:
            Cancelled: the task was cancelled, in a pool that cannot end it from outside.
        """
        cancelling.look(self.task_id)
        try:
            self.task.update_state(state="PROGRESS", meta={"stage": stage, "fraction": fraction})
            self.task.send_event("task-progress", retry=False, stage=stage, fraction=fraction)
        except (OperationalError, BackendStoreError, RedisError, OSError) as error:
            log.warning("Progress of %s was not reported: %s", self.task_id, error)


def catalog_task(name: str) -> Callable[[Callable[[Run, ArgumentsT], Result]], Task]:
    """Make a function the body of the task called ``name``.

    The body takes the run and its arguments as the catalog's model, and answers JSON.
    """
    spec = catalog.task(name)

    def register(body: Callable[[Run, ArgumentsT], Result]) -> Task:
        @functools.wraps(body)
        def run(self: Task, **arguments: Any) -> Result:
            try:
                checked = spec.arguments.model_validate(arguments)
            except ValidationError as error:
                problems = "; ".join(
                    f"{'.'.join(map(str, p['loc'])) or 'arguments'}: {p['msg']}"
                    for p in error.errors(include_url=False, include_context=False)
                )
                raise PermanentFailure(f"{name} cannot take these arguments: {problems}") from None
            return body(Run(self), checked)  # type: ignore[arg-type]  # the catalog pairs them

        return guarded_task(
            name,
            run,
            rate_limit=spec.rate_limit,
            soft_time_limit=spec.soft_time_limit,
            time_limit=spec.time_limit,
        )

    return register


def guarded_task(
    name: str, run: Callable[..., Result], *, rate_limit: str | None = None, **options: Any
) -> Task:
    """Register ``run``, which takes the task and its keyword arguments, with all guarantees.

    ``rate_limit`` is in Celery's notation, and holds over all workers together; ``options`` are
    those of Celery's own decorator.
    """

    @functools.wraps(run)
    def guarded(self: GuardedTask, **arguments: Any) -> Result:
        return once(self, lambda: run(self, **arguments))

    # Celery checks calls against the signature; ours is the catalog's model.
    del guarded.__wrapped__
    return app.task(
        guarded,
        name=name,
        base=GuardedTask,
        limit=Limit.parse(rate_limit),
        bind=True,
        typing=False,
        **options,
    )


def register_unavailable(queue: str) -> None:
    """Give the queue's tasks that are not built yet a body that says so."""
    for spec in catalog.TASKS.values():
        if spec.queue == queue and spec.unavailable is not None:
            _refuse(spec)


def _refuse(spec: catalog.TaskSpec) -> None:
    @catalog_task(spec.name)
    def refuse(_run: Run, _arguments: TaskArguments) -> Result:
        raise PermanentFailure(f"{spec.title}: {spec.unavailable}")
