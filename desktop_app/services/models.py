"""Trained models: looking at them, putting one in use, going back, and having more made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop_app.services.blocking import Blocking
from desktop_app.services.commands import must_be_allowed
from worker_core.operations import control, models
from worker_core.operations.ledger import ledger
from worker_core.operations.model_kinds import KINDS, TUNE, ModelKind, kind_of, retraining
from worker_core.operations.models import ModelHistory
from worker_core.operations.submit import Submission, submit
from worker_core.settings import current
from worker_core.storage import (
    ModelGroup,
    ModelPointer,
    ModelRecord,
    StudyRecord,
    TaskRecord,
    TrialRecord,
)

OPEN = frozenset({"waiting", "published", "running", "retrying", "blocked"})
"""States of a task that may still do something."""


@dataclass(frozen=True, slots=True)
class Model:
    """What is listed: a kind and subject, with what is registered of it, if anything is."""

    kind: ModelKind
    subject: str
    group: ModelGroup | None = None

    @property
    def name(self) -> str:
        """Unique among all: what a list knows it by."""
        return f"{self.kind.name} {self.subject}".strip()

    @property
    def title(self) -> str:
        return f"{self.kind.title} · {self.subject}" if self.subject else self.kind.title


@dataclass(frozen=True, slots=True)
class Search:
    """A search for settings, and the task that goes on with it."""

    study: StudyRecord
    task: TaskRecord | None

    @property
    def running(self) -> bool:
        return self.task is not None and self.task.state in OPEN

    @property
    def wanted(self) -> int:
        """Trials that were asked for in all; 0 where it does not say."""
        trials = self.study.labels.get("trials")
        return trials if isinstance(trials, int) else 0

    @property
    def done(self) -> int:
        return sum(self.study.counts.get(state, 0) for state in ("COMPLETE", "PRUNED", "FAIL"))

    @property
    def simple(self) -> tuple[str, float] | None:
        """Name and loss of the simple model, once it was tried."""
        told = self.study.labels.get("simple")
        if isinstance(told, Mapping) and isinstance(loss := told.get("loss"), int | float):
            name = str(told.get("name", ""))
            return f"{name[:1].upper()}{name[1:]}", float(loss)
        return None


class Models:
    """The registry in the database of the connection in use.

    Every coroutine raises OperationError, with words for the user, when it cannot do its part.
    """

    def __init__(self, blocking: Blocking) -> None:
        self._blocking = blocking

    @property
    def of_the_workers(self) -> bool:
        """Whether this is the registry of the workers that are looked at. Without the address of
        their database it is the one of this computer."""
        return current().ledger

    async def all(self) -> tuple[Model, ...]:
        """Every kind that the program knows, and every subject of which a version is registered."""
        found = await self._blocking.run(models.groups)
        listed = [Model(kind_of(one.kind), one.subject, one) for one in found]
        there = {one.kind.name for one in listed}
        listed += [Model(kind, "") for name, kind in KINDS.items() if name not in there]
        order = {name: place for place, name in enumerate(KINDS)}
        return tuple(
            sorted(
                listed,
                key=lambda one: (
                    order.get(one.kind.name, len(order)),
                    one.kind.name,
                    one.subject,
                ),
            )
        )

    async def history(self, kind: str, subject: str) -> ModelHistory:
        return await self._blocking.run(models.history, kind, subject)

    async def searches(self, kind: str) -> tuple[Search, ...]:
        """Searches for settings of a kind, the newest first."""
        return await self._blocking.run(_searches, kind)

    async def trials(self, study: str) -> tuple[TrialRecord, ...]:
        return await self._blocking.run(models.trials, study)

    async def task(self, task_id: str) -> TaskRecord | None:
        """What the ledger says of a task."""
        return await self._blocking.run(_task, task_id)

    async def promote(self, record: ModelRecord) -> ModelRecord:
        """Put a version in use."""
        must_be_allowed()
        return await self._blocking.run(models.promote, record.kind, record.version, record.subject)

    async def roll_back(self, kind: str, subject: str, from_version: str | None) -> ModelPointer:
        """Put the version in use that was before ``from_version``, which is seen to be in use."""
        must_be_allowed()
        return await self._blocking.run(models.roll_back, kind, subject, from_version=from_version)

    async def retrain(self, kind: str, subject: str) -> Submission:
        """Enqueue the task that trains a challenger and judges it."""
        must_be_allowed()
        work = retraining(kind, subject)
        if work is None:
            raise LookupError(f"no task retrains {kind}")
        name, arguments = work
        return await self._blocking.run(submit, name, arguments)

    async def tune(self, kind: str, trials: int, time_budget_s: int) -> Submission:
        """Enqueue the search for better settings."""
        must_be_allowed()
        arguments: dict[str, Any] = {
            "model": kind_of(kind).tuned_as,
            "trials": trials,
            "time_budget_s": time_budget_s,
        }
        return await self._blocking.run(submit, TUNE, arguments)

    async def cancel(self, task: TaskRecord) -> None:
        """End a search: take it off its queue, or end the process that runs it. What it has tried
        stays, and the next search of the same data goes on from there."""
        must_be_allowed()
        if task.state == "running":
            await self._blocking.run(control.revoke, task.id, terminate=True)
        else:
            await self._blocking.run(control.cancel, task.id, task.queue)


def _task(task_id: str) -> TaskRecord | None:
    with ledger() as tasks:
        return tasks.get(task_id)


def _searches(kind: str) -> tuple[Search, ...]:
    found = []
    for study in models.studies(kind):
        task_id = study.labels.get("task_id")
        found.append(Search(study, _task(task_id) if isinstance(task_id, str) else None))
    return tuple(found)
