"""How a worker is told to stop: it finishes what runs, or puts it back for another worker."""

import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.faults import system as systems
from tests.faults.system import QUEUE, System, until
from worker_core.operations import queues
from worker_core.operations.connection import client

pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]

# Nothing but the worker itself brings a task back within a test's time.
NEVER_S = "3600"


@pytest.fixture
def patient(tmp_path: Path) -> Iterator[System]:
    with systems.system(
        tmp_path,
        AFI_LEASE_S=NEVER_S,
        AFI_VISIBILITY_TIMEOUT_S=NEVER_S,
        AFI_SWEEP_GRACE_S=NEVER_S,
        AFI_SOFT_STOP_S="1",
    ) as one:
        yield one


def says(log: Path, words: str) -> bool:
    return words in log.read_text()


def waiting(system: System) -> int:
    """Messages on the queue itself, not in a worker's hands."""
    with client(str(system.settings.broker_url)) as redis:
        return queues.depths(redis, [QUEUE])[QUEUE].total


def test_a_warm_stop_finishes_the_task_that_runs_and_leaves_the_others(patient: System) -> None:
    worker = patient.worker(concurrency=1)
    first = patient.send("work", seconds=3)
    patient.started(first)
    second = patient.send("work", seconds=0)
    worker.process.send_signal(signal.SIGTERM)
    # A second request changes nothing.
    worker.process.send_signal(signal.SIGTERM)
    assert worker.process.wait(60) == 0
    assert patient.outcome(first).state == "SUCCESS"
    assert patient.lines("started") == {first: 1}
    assert waiting(patient) == 1
    patient.worker(concurrency=1)
    assert patient.outcome(second).state == "SUCCESS"
    assert patient.lines("ended") == {first: 1, second: 1}


@pytest.mark.parametrize(
    "signals", [(signal.SIGQUIT,), (signal.SIGTERM, signal.SIGQUIT)], ids=["at_once", "after_warm"]
)
def test_a_soft_stop_puts_a_long_task_back_and_another_worker_completes_it_once(
    patient: System, signals: tuple[signal.Signals, ...]
) -> None:
    worker = patient.worker(concurrency=2)
    task_id = patient.send("held")
    child = patient.started(task_id)
    for one in signals:
        worker.process.send_signal(one)
        said = "Warm shutdown" if one is signal.SIGTERM else "Cold shutdown"
        until(partial(says, worker.log, said), said)
    worker.process.wait(60)
    assert waiting(patient) == 1
    assert patient.lines("ended") == {}
    (patient.folder / "go").touch()
    patient.worker(concurrency=2)
    assert patient.outcome(task_id).state == "SUCCESS"
    assert patient.lines("started") == {task_id: 2}
    assert patient.lines("ended") == {task_id: 1}
    assert child not in {pid for _, _, pid in patient.ends()}
    patient.row_when(task_id, "succeeded")


def test_a_short_task_ends_within_the_time_that_a_soft_stop_leaves_it(tmp_path: Path) -> None:
    with systems.system(tmp_path, AFI_LEASE_S=NEVER_S, AFI_SOFT_STOP_S="5") as patient:
        worker = patient.worker(concurrency=1)
        task_id = patient.send("work", seconds=2)
        patient.started(task_id)
        worker.process.send_signal(signal.SIGQUIT)
        worker.process.wait(60)
        assert patient.lines("ended") == {task_id: 1}
        patient.worker(concurrency=1)
        assert patient.outcome(task_id).state == "SUCCESS"
        assert patient.lines("started") == {task_id: 1}


def test_threads_finish_after_a_soft_stop_what_cannot_be_stopped(patient: System) -> None:
    worker = patient.worker(concurrency=1, pool="threads")
    task_id = patient.send("held")
    patient.started(task_id)
    worker.process.send_signal(signal.SIGQUIT)
    until(partial(says, worker.log, "it is finished"), "the worker's word")
    (patient.folder / "go").touch()
    worker.process.wait(60)
    assert "Traceback" not in worker.log.read_text()
    assert patient.lines("ended") == {task_id: 1}
    assert patient.outcome(task_id).state == "SUCCESS"
    assert waiting(patient) == 0
