"""Whatever is killed, a submitted task takes effect, and takes effect once."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults import system as systems
from tests.faults.proxy import proxy
from tests.faults.storm import storm
from tests.faults.system import System, until
from worker_core.operations import quarantine, wire
from worker_core.operations.connection import client
from worker_core.operations.errors import LedgerUnavailable, NotInQuarantine
from worker_core.operations.queues import unacked

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def started(system: System, task_id: str, times: int = 1) -> int:
    """Wait until a task has started so many times; the process that runs it."""
    until(lambda: system.lines("started")[task_id] >= times or None, f"start {times} of {task_id}")
    lines = (system.folder / "started").read_text().splitlines()
    return int(next(line for line in reversed(lines) if line.startswith(task_id)).split(" ")[2])


def test_a_killed_child_is_replaced_and_its_task_runs_to_its_end(running: System) -> None:
    task_id = running.send("work", seconds=1)
    os.kill(started(running, task_id), signal.SIGKILL)
    assert running.outcome(task_id).state == "SUCCESS"
    assert (running.lines("started")[task_id], running.lines("ended")[task_id]) == (2, 1)
    row = running.row_when(task_id, "succeeded")
    assert (row.attempts, row.error_message) == (2, None)


def test_a_worker_killed_with_its_children_loses_nothing(system: System) -> None:
    first = system.worker()
    task_id = system.send("work", seconds=1)
    started(system, task_id)
    first.kill()
    system.worker()
    assert system.outcome(task_id).state == "SUCCESS"
    assert system.lines("ended")[task_id] == 1


@pytest.fixture
def patient(tmp_path: Path) -> Iterator[System]:
    """A system with the visibility timeout that is in use, ten retries, and something in reserve
    for each process."""
    variables = {
        "AFI_VISIBILITY_TIMEOUT_S": "600",
        "AFI_MAX_RETRIES": "10",
        "CELERY_WORKER_PREFETCH_MULTIPLIER": "2",
    }
    with systems.system(tmp_path, **variables) as one:
        yield one


def test_what_a_killed_worker_held_runs_elsewhere_long_before_the_visibility_timeout(
    patient: System,
) -> None:
    first = patient.worker(concurrency=1)
    with client(patient.settings.broker_url or "") as redis:
        later = patient.send("work", seconds=0, delay_s=15)
        until(lambda: unacked(redis) == 1 or None, "a message that waits for its time")
        running = patient.send("work", seconds=6)
        started(patient, running)
        reserved = patient.send("work", seconds=0)
        until(lambda: unacked(redis) == 3 or None, "three messages with the worker")
        first.kill()
        patient.worker()
        with patient.sweeping():
            for task_id in (running, reserved, later):
                assert patient.outcome(task_id).state == "SUCCESS"
            until(lambda: unacked(redis) == 0 or None, "nothing with a worker")
    assert [patient.lines("started")[one] for one in (running, reserved, later)] == [2, 1, 1]
    assert set(patient.lines("ended").values()) == {1}


def test_a_worker_that_lives_keeps_what_it_holds(system: System) -> None:
    system.worker(concurrency=1)
    system.worker(concurrency=1)
    long = system.send("work", seconds=10)
    with system.sweeping(), client(system.settings.broker_url or "") as redis:
        started(system, long)
        (tag,) = redis.hkeys("unacked")
        assert system.outcome(long).state == "SUCCESS"
        assert b"redelivered" not in (redis.hget("unacked", tag) or b"")
    assert system.lines("started")[long] == 1
    assert "put back" not in "".join(worker.log.read_text() for worker in system.workers)


def test_a_task_that_waits_for_its_time_past_the_visibility_timeout_runs_once_and_not_before(
    system: System,
) -> None:
    for _ in range(3):
        system.worker(concurrency=1)
    asked = time.time()
    later = [system.send("work", seconds=0, delay_s=12) for _ in range(5)]
    with system.sweeping():
        for task_id in later:
            assert system.outcome(task_id).state == "SUCCESS"
    assert set(system.lines("started").values()) == {1}
    assert min(at for _, at, _ in system.ends()) >= asked + 12


def test_a_worker_whose_connections_fall_silent_makes_new_ones(system: System) -> None:
    with proxy(system.settings.broker_url or "") as (between, url):
        system.worker(broker_url=url)
        before = [system.send("work", seconds=0.2) for _ in range(10)]
        started(system, before[0])
        between.swallow()
        after = [system.send("work", seconds=0) for _ in range(3)]
        with system.sweeping():
            for task_id in (*before, *after):
                assert system.outcome(task_id).state == "SUCCESS"
        assert set(system.lines("ended").values()) == {1}
        system.workers[0].stop()


def test_a_full_disk_is_told_in_words_and_what_waits_for_room_is_stored_once(
    patient: System,
) -> None:
    patient.worker()
    text = "".join(f"{number} " for number in range(50_000))
    # Its arguments are short, its text is not.
    waits = patient.send("stores", characters=len(text), delay_s=2)
    with patient.full_disk():
        with pytest.raises(LedgerUnavailable, match="no space left") as refused:
            patient.send("work", seconds=0, padding=text)
        started(patient, waits, times=2)
    assert "Free some space" in refused.value.remedy
    outcome = patient.outcome(waits)
    assert (outcome.state, outcome.result) == ("SUCCESS", {"characters": len(text)})
    assert patient.lines("ended")[waits] == 1
    assert patient.row_when(waits, "succeeded").retries >= 1
    again = patient.send("work", seconds=0)
    assert patient.outcome(again).state == "SUCCESS"
    patient.row_when(again, "succeeded")


def test_a_clock_that_jumps_loses_nothing_and_repeats_nothing(system: System) -> None:
    wrong = system.worker()
    system.worker()
    sent = []
    with system.sweeping():
        for seconds in (3600.0, -3600.0, 0.0):
            system.set_clock(wrong, seconds)
            batch = [system.send("work", seconds=0.2) for _ in range(20)]
            for task_id in batch:
                assert system.outcome(task_id).state == "SUCCESS"
            sent += batch
    assert set(system.lines("ended").values()) == {1}
    for task_id in sent:
        system.row_when(task_id, "succeeded")


def test_a_task_longer_than_the_visibility_timeout_runs_once(system: System) -> None:
    for _ in range(2):
        system.worker(wait=False)
    task_id = system.send("work", seconds=6)
    with system.sweeping():
        assert system.outcome(task_id).state == "SUCCESS"
    assert system.lines("started")[task_id] == 1
    system.row_when(task_id, "succeeded")


def test_a_worker_that_is_told_to_stop_finishes_its_task(system: System) -> None:
    worker = system.worker()
    task_id = system.send("work", seconds=2)
    started(system, task_id)
    assert worker.stop() == 0
    assert system.outcome(task_id).state == "SUCCESS"
    assert system.row(task_id).state == "succeeded"
    assert system.lines("started")[task_id] == 1


def test_the_broker_may_be_killed_and_come_back_with_what_it_had(system: System) -> None:
    system.worker()
    running = system.send("work", seconds=3)
    started(system, running)
    others = [system.send("work", seconds=0.01) for _ in range(20)]
    pid = system.broker.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: not system.broker.running or None, "the end of the broker")
    without = system.send("work", seconds=0.01)
    assert system.row(without).state == "waiting"
    assert system.broker.start() == system.settings.broker_url
    with system.sweeping():
        for task_id in (running, *others, without):
            assert system.outcome(task_id).state == "SUCCESS"
    assert set(system.lines("ended").values()) == {1}


def test_a_task_that_kills_its_worker_is_quarantined_until_it_is_released(running: System) -> None:
    task_id = running.send("poison")
    outcome = running.outcome(task_id)
    assert (outcome.state, (outcome.error or "").partition(":")[0]) == ("FAILURE", "Quarantined")
    assert running.lines("started")[task_id] == 3
    (row,) = quarantine.listed(running.settings)
    assert (row.id, row.name, row.attempts) == (task_id, "faults.poison", 3)
    assert "quarantine release" in (row.error_message or "")
    (running.folder / "antidote").touch()
    quarantine.release(task_id, settings=running.settings)
    assert running.outcome(task_id).state == "SUCCESS"
    running.row_when(task_id, "succeeded")
    with pytest.raises(NotInQuarantine):
        quarantine.release(task_id, settings=running.settings)


def test_a_failure_that_may_pass_is_tried_again_and_says_when(running: System) -> None:
    passes, stays = running.send("flaky", failures=2), running.send("flaky", failures=9)
    waits = running.row_when(stays, "retrying")
    assert waits.next_at is not None
    assert (waits.error_type, waits.error_message) == (
        "StorageError",
        "The database is busy. Wait.",
    )
    assert running.outcome(passes).result == {"retries": 2}
    outcome = running.outcome(stays)
    assert (outcome.state, outcome.retries) == ("FAILURE", 3)
    assert running.lines("started")[stays] == 4
    failed = running.row_when(stays, "failed")
    assert (failed.attempts, failed.retries, failed.next_at) == (4, 3, None)


def test_a_permanent_failure_is_not_tried_again(running: System) -> None:
    task_id = running.send("hopeless")
    assert running.outcome(task_id).state == "FAILURE"
    row = running.row_when(task_id, "failed")
    assert (row.attempts, row.error_type) == (1, "PermanentFailure")


def test_a_task_over_its_hard_limit_has_failed_and_gives_its_lease_back(running: System) -> None:
    task_id = running.send("endless", seconds=60)
    assert "TimeLimitExceeded" in (running.outcome(task_id).error or "")
    with running.sweeping():
        assert running.row_when(task_id, "failed").error_type == "TimeLimitExceeded"
    assert running.lines("started")[task_id] == 1


def test_a_rate_limit_holds_over_all_workers_and_blocks_no_other_task(system: System) -> None:
    for _ in range(2):
        system.worker()
    rare = [system.send("rare") for _ in range(8)]
    limited = [system.send("limited") for _ in range(20)]
    free = [system.send("work", seconds=0) for _ in range(5)]
    for task_id in (*free, *limited):
        outcome = system.outcome(task_id)
        assert (outcome.state, outcome.retries) == ("SUCCESS", 0)
    assert sum(system.lines("ended")[task_id] for task_id in rare) == 2


def test_whoever_watches_hears_that_a_task_was_put_back_until_when_and_why(
    system: System,
) -> None:
    system.worker()
    with client(system.settings.broker_url or "") as redis, redis.pubsub() as events:
        events.psubscribe("/0.celeryev/task.put.back")
        asked = time.time()
        rare = [system.send("rare") for _ in range(3)]

        def told() -> dict[str, Any] | None:
            message = events.get_message(ignore_subscribe_messages=True, timeout=1)
            return wire.body_of(wire.parse(message["data"])) if message else None

        event = until(told, "an event")
    assert (event["type"], event["uuid"] in rare) == ("task-put-back", True)
    assert event["reason"] == "rate limit"
    # It is asked again when the message would come a second time otherwise.
    assert asked < event["eta"] <= time.time() + 2


def test_kills_upon_kills_lose_nothing_and_repeat_nothing(system: System) -> None:
    figures = storm(system, tasks=300, seconds=0.01, kills=3)
    assert (figures["submitted"], figures["completed"]) == (300, 300)
    assert (figures["lost"], figures["twice"]) == (0, 0)
