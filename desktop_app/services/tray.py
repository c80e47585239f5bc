"""The tray: what became of each dropped file, from the drop to the result. Plain state."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

UNSUCCESSFUL = frozenset({"FAILURE", "REVOKED", "REJECTED"})
# Shares of the whole way: the copy, the reading, and what follows it.
COPIED, READ = 0.1, 0.7


class TaskLike(Protocol):
    """What the tray looks at of a task."""

    @property
    def uuid(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def progress(self) -> float | None: ...
    @property
    def stage(self) -> str | None: ...
    @property
    def exception(self) -> str | None: ...


class Phase(StrEnum):
    """Where a file is on its way."""

    COPYING = "copying"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class TrayItem:
    """One dropped file. ``fraction`` runs from 0 to 1 over the whole way."""

    key: int
    path: Path
    name: str
    size: int | None = None
    phase: Phase = Phase.COPYING
    stage: str = "Copying"
    fraction: float = 0.0
    message: str = ""
    remedy: str = ""
    sha256: str | None = None
    task_id: str | None = None
    follow_ups: tuple[str, ...] = ()
    finished: frozenset[str] = frozenset()
    submitted_at: float = 0.0
    document_id: int | None = None
    looked_up: bool = False

    @property
    def settled(self) -> bool:
        return self.phase in {Phase.DONE, Phase.FAILED}

    @property
    def open(self) -> bool:
        """Whether its outcome, or what the store says of it, is still to come."""
        return self.task_id is not None and not (self.settled and self.looked_up)


class Tray:
    """The files of this session, in the order in which they were dropped."""

    def __init__(self) -> None:
        self._items: dict[int, TrayItem] = {}
        self._by_task: dict[str, int] = {}

    def __iter__(self) -> Iterator[TrayItem]:
        return iter(tuple(self._items.values()))

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, key: int) -> TrayItem:
        return self._items[key]

    @property
    def open(self) -> list[TrayItem]:
        """The files on which something is still to come."""
        return [item for item in self if item.open]

    def add(self, path: Path, name: str) -> TrayItem:
        item = TrayItem(len(self._items), path, name)
        self._items[item.key] = item
        return item

    def change(self, key: int, **values: Any) -> TrayItem:
        item = self._items[key] = replace(self._items[key], **values)
        return item

    def refuse(self, key: int, message: str, remedy: str) -> TrayItem:
        return self.change(
            key, phase=Phase.FAILED, stage="Not processed", message=message, remedy=remedy
        )

    def submitted(
        self, key: int, task_id: str, follow_ups: tuple[str, ...], problem: str | None = None
    ) -> TrayItem:
        """The file waits as a task, and ``follow_ups`` are the tasks that come after it;
        ``problem`` says why the broker does not have it yet."""
        for task in (task_id, *follow_ups):
            self._by_task[task] = key
        return self.change(
            key,
            phase=Phase.WAITING,
            stage="Waiting for the broker" if problem else "Waiting for a worker",
            message=problem or "",
            fraction=COPIED,
            task_id=task_id,
            follow_ups=follow_ups,
            submitted_at=time.time(),
        )

    def apply(self, tasks: Iterable[TaskLike]) -> list[TrayItem]:
        """Follow the tasks; returns the files whose row has changed."""
        changed: dict[int, TrayItem] = {}
        for task in tasks:
            key = self._by_task.get(task.uuid)
            if key is None or self._items[key].settled:
                continue
            before = self._items[key]
            after = self._items[key] = _after(before, task)
            if after != before:
                changed[key] = after
        return list(changed.values())


def _after(item: TrayItem, task: TaskLike) -> TrayItem:
    if task.state in UNSUCCESSFUL:
        stopped = task.state != "FAILURE"
        return replace(
            item,
            phase=Phase.FAILED,
            stage="Cancelled" if stopped else "Failed",
            message="It was cancelled." if stopped else (task.exception or "The task failed."),
            remedy="Drop the file again to process it." if stopped else "",
        )
    if task.state == "SUCCESS":
        finished = item.finished | {task.uuid}
        missing = {item.task_id, *item.follow_ups} - finished
        if not missing:
            return replace(
                item, phase=Phase.DONE, stage="Done", fraction=1.0, message="", finished=finished
            )
        return replace(
            item,
            phase=Phase.RUNNING,
            stage="Scoring and summarising" if item.task_id in finished else item.stage,
            fraction=max(item.fraction, _share(item, finished)),
            finished=finished,
        )
    if task.state in {"STARTED", "PROGRESS", "RETRY"} and task.uuid == item.task_id:
        reading = COPIED + (READ - COPIED) * (task.progress or 0.0)
        return replace(
            item,
            phase=Phase.RUNNING,
            stage="Waiting to try again" if task.state == "RETRY" else task.stage or "Reading",
            message="",
            fraction=max(item.fraction, reading),
        )
    return item


def _share(item: TrayItem, finished: frozenset[str]) -> float:
    after = len(finished.intersection(item.follow_ups)) / max(1, len(item.follow_ups))
    return READ + (1 - READ) * after if item.task_id in finished else COPIED
