"""Temporary files go with the task that made them, however it or its worker ends."""

import os
import signal
from pathlib import Path

import pytest

from tests.faults.system import System, until
from tests.limits.conftest import AFI, CELERY, send, start
from worker_core.operations import scratch

pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]


def started(system: System, task_id: str, times: int = 1) -> int:
    """The process that runs a task, once it has started so many times."""
    until(lambda: system.lines("started")[task_id] >= times, f"start {times} of {task_id}")
    lines = (system.folder / "started").read_text().splitlines()
    return int(next(line for line in reversed(lines) if line.startswith(task_id)).split(" ")[2])


def left_behind(system: System) -> list[Path]:
    return list(scratch.base(system.settings).rglob("left-behind-*"))


def test_what_a_task_leaves_is_gone_when_it_has_ended(running: System) -> None:
    outcome = running.outcome(send(running, "litter", "littering"))
    assert Path(outcome.result["file"]).is_relative_to(scratch.base(running.settings))
    until(lambda: not left_behind(running), "tidying")


def test_what_a_task_leaves_that_is_ended_at_its_hard_limit_is_removed(running: System) -> None:
    task_id = send(running, "litter-too-long", "littering_too_long", seconds=60)
    started(running, task_id)
    assert left_behind(running)
    assert running.outcome(task_id).state == "FAILURE"
    until(lambda: not left_behind(running), "tidying")


def test_what_a_killed_process_leaves_is_removed_by_the_one_in_its_place(running: System) -> None:
    task_id = send(running, "litter-and-die", "littering", seconds=3)
    first = started(running, task_id)
    old = left_behind(running)
    assert len(old) == 2
    os.kill(first, signal.SIGKILL)
    started(running, task_id, 2)
    until(lambda: not any(path.exists() for path in old), "tidying")
    assert running.outcome(task_id).state == "SUCCESS"
    until(lambda: not left_behind(running), "tidying")


@pytest.mark.parametrize("command", [AFI, CELERY], ids=["afi", "celery"])
def test_what_a_killed_worker_leaves_is_removed_by_the_next(
    lone: System, command: tuple[str, ...]
) -> None:
    first = start(lone, *command)
    started(lone, send(lone, "litter", "littering", seconds=60))
    first.kill()
    old = left_behind(lone)
    assert old
    start(lone, *command)
    until(lambda: not any(path.exists() for path in old), "tidying")


def test_a_process_that_is_replaced_takes_its_folder_with_it(lone: System) -> None:
    lone.environment |= {"AFI_WORKER_CONCURRENCY": "1", "CELERY_WORKER_MAX_TASKS_PER_CHILD": "1"}
    worker = start(lone, *AFI)
    for number in range(3):
        lone.outcome(send(lone, f"t{number}", "littering"))

    def belong() -> bool:
        living = {worker.process.pid, *(child.pid for child in worker.children())}
        folders = [path for path in scratch.base(lone.settings).iterdir() if path.is_dir()]
        return {int(path.name.partition("-")[0]) for path in folders} == living

    until(belong, "one folder a process")


def test_a_worker_that_is_told_to_stop_leaves_nothing(lone: System) -> None:
    worker = start(lone, *AFI)
    lone.outcome(send(lone, "litter", "littering"))
    assert list(scratch.base(lone.settings).iterdir())
    assert worker.stop() == 0
    assert list(scratch.base(lone.settings).iterdir()) == []


@pytest.mark.parametrize("pool", ["threads", "solo"])
def test_a_worker_without_processes_of_its_own_has_a_folder_too(lone: System, pool: str) -> None:
    worker = start(lone, *AFI, "--pool", pool)
    outcome = lone.outcome(send(lone, "litter", "littering"))
    assert Path(outcome.result["file"]).is_relative_to(scratch.base(lone.settings))
    assert worker.stop() == 0
    assert list(scratch.base(lone.settings).iterdir()) == []
