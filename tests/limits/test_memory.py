"""What a worker process may have, and when it is replaced."""

from collections import Counter

import pytest

from tests.faults.system import System, Worker
from tests.limits.conftest import AFI, CELERY, send, start

pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]

COMMANDS = pytest.mark.parametrize("command", [AFI, CELERY], ids=["afi", "celery"])


def process_of(system: System, task_id: str) -> int:
    """The process that started a task, once the task has ended."""
    assert system.outcome(task_id).state == "SUCCESS"
    lines = (system.folder / "started").read_text().splitlines()
    (line,) = [line for line in lines if line.startswith(f"{task_id} ")]
    return int(line.split(" ")[2])


def one_at_a_time(system: System, command: tuple[str, ...]) -> Worker:
    system.environment["AFI_WORKER_CONCURRENCY"] = "1"
    return start(system, *command)


@COMMANDS
def test_a_process_above_its_memory_is_replaced_after_its_task(
    lone: System, command: tuple[str, ...]
) -> None:
    lone.environment["AFI_WORKER_MAX_MEMORY_MB"] = "400"
    one_at_a_time(lone, command)
    first = process_of(lone, send(lone, "modest", "hungry", megabytes=1))
    assert process_of(lone, send(lone, "greedy", "hungry", megabytes=500)) == first
    assert process_of(lone, send(lone, "next", "hungry", megabytes=1)) != first


@COMMANDS
def test_a_process_is_replaced_after_so_many_tasks(lone: System, command: tuple[str, ...]) -> None:
    lone.environment["CELERY_WORKER_MAX_TASKS_PER_CHILD"] = "2"
    one_at_a_time(lone, command)
    ran = [process_of(lone, send(lone, f"t{n}", "hungry", megabytes=1)) for n in range(4)]
    assert max(Counter(ran).values()) == 2, ran


def test_a_task_that_wants_more_memory_than_there_is_fails_in_plain_words(running: System) -> None:
    task_id = send(running, "runaway", "hungry", megabytes=4096)
    outcome = running.outcome(task_id)
    assert outcome.state == "FAILURE"
    assert "OutOfMemory: It asked for more memory" in (outcome.error or "")
    assert "512 MiB" in (outcome.error or "")
    assert running.row_when(task_id, "failed").attempts == 1
    after = send(running, "after the runaway", "hungry", megabytes=100)
    assert running.outcome(after).result == {"megabytes": 100}
