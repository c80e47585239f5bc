"""Workers with small limits, started by either of the commands that start one."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.system import QUEUE, System, Worker, system, until
from worker_core.operations.delivery import enqueue
from worker_core.operations.errors import OperationError
from worker_core.operations.workers import inspect
from worker_core.storage import NewTask

AFI = ("-m", "tests.limits.tasks", "worker")
CELERY = ("-m", "celery", "-A", "tests.limits.tasks", "worker")


def start(one: System, *words: str) -> Worker:
    """A worker by ``words``, once it answers."""
    node = f"w{len(one.workers)}@test"
    log = one.folder / f"{node}.log"
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, *words, "-n", node],
            env=one.environment | {"FAULTS_NODE": node},
            cwd=Path(__file__).resolve().parents[2],
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    worker = Worker(process, node, log)
    one.workers.append(worker)

    def answers() -> bool:
        if process.poll() is not None:
            pytest.fail(log.read_text())
        with contextlib.suppress(OperationError):
            return bool(inspect("ping", destination=[node], timeout=0.5, settings=one.settings))
        return False

    until(answers, f"the answer of {node}")
    return worker


def send(one: System, task_id: str, name: str, **arguments: object) -> str:
    """Submit a task of these tests."""
    task = NewTask(task_id, f"limits.{name}", QUEUE, arguments)  # type: ignore[arg-type]  # JSON
    return enqueue(task, settings=one.settings)[0].id


@pytest.fixture
def lone(tmp_path: Path) -> Iterator[System]:
    """A system without a worker yet."""
    with system(tmp_path) as one:
        yield one


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system with a worker whose limits are small."""
    variables = {
        "AFI_RESULT_INLINE_KB": "4",
        "AFI_RESULT_MAX_MB": "1",
        "AFI_WORKER_MEMORY_LIMIT_MB": "512",
        "AFI_WORKER_CONCURRENCY": "2",
    }
    with system(tmp_path_factory.mktemp("limits"), **variables) as one:
        start(one, *CELERY)
        yield one
