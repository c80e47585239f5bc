"""What a worker holds stays with it while it lives, and goes elsewhere when it does not."""

import os
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.faults.system import System, until
from worker_core.operations import wire
from worker_core.operations.connection import client
from worker_core.operations.queues import unacked

if TYPE_CHECKING:
    from redis.client import PubSub

pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]


def test_what_a_killed_worker_held_runs_elsewhere_long_before_the_visibility_timeout(
    patient: System,
) -> None:
    first = patient.worker(concurrency=1)
    with client(patient.settings.broker_url or "") as redis:
        later = patient.send("work", seconds=0, delay_s=30)
        until(lambda: unacked(redis) == 1 or None, "a message that waits for its time")
        running = patient.send("held")
        patient.started(running)
        reserved = patient.send("work", seconds=0)
        until(lambda: unacked(redis) == 3 or None, "three messages with the worker")
        first.kill()
        (patient.folder / "go").touch()
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
        system.started(long)
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


def test_a_task_longer_than_the_visibility_timeout_runs_once(system: System) -> None:
    for _ in range(2):
        system.worker(wait=False)
    task_id = system.send("work", seconds=6)
    with system.sweeping():
        assert system.outcome(task_id).state == "SUCCESS"
    assert system.lines("started")[task_id] == 1
    system.row_when(task_id, "succeeded")


def first_put_back(events: "PubSub") -> dict[str, Any]:
    """The first event of its kind that is heard from now on."""

    def told() -> dict[str, Any] | None:
        message = events.get_message(ignore_subscribe_messages=True, timeout=1)
        return wire.body_of(wire.parse(message["data"])) if message else None

    return until(told, "the event of a task that was put back")


def test_whoever_watches_hears_that_a_task_was_put_back_until_when_and_why(
    system: System,
) -> None:
    system.worker()
    with client(system.settings.broker_url or "") as redis, redis.pubsub() as events:
        events.psubscribe("/0.celeryev/task.put.back")
        asked = time.time()
        rare = [system.send("rare") for _ in range(3)]
        event = first_put_back(events)
    assert (event["type"], event["uuid"] in rare) == ("task-put-back", True)
    assert event["reason"] == "rate limit"
    # Not its whole wait: half a visibility timeout at once.
    assert asked < event["eta"] <= time.time() + 2


def test_a_task_whose_worker_hangs_is_offered_to_another_and_runs_once(system: System) -> None:
    hung = system.worker(concurrency=1)
    task_id = system.send("held")
    system.started(task_id)
    with client(system.settings.broker_url or "") as redis, redis.pubsub() as events:
        events.psubscribe("/0.celeryev/task.put.back")
        os.kill(hung.process.pid, signal.SIGSTOP)
        try:
            system.worker(concurrency=1)
            with system.sweeping():
                event = first_put_back(events)
                assert (event["uuid"], event["reason"]) == (task_id, "runs elsewhere")
                (system.folder / "go").touch()
                assert system.outcome(task_id).state == "SUCCESS"
                system.row_when(task_id, "succeeded")
        finally:
            os.kill(hung.process.pid, signal.SIGCONT)
    assert (system.lines("started")[task_id], system.lines("ended")[task_id]) == (1, 1)
