"""Whatever is killed, a submitted task takes effect, and takes effect once."""

import os
import signal

import pytest

from tests.faults.storm import storm
from tests.faults.system import System, until
from tests.proxies import proxy
from worker_core.operations import quarantine
from worker_core.operations.connection import client
from worker_core.operations.errors import LedgerUnavailable, NotInQuarantine
from worker_core.operations.ledger import opened

pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]


def test_a_killed_child_is_replaced_and_its_task_runs_to_its_end(running: System) -> None:
    task_id = running.send("work", seconds=1)
    os.kill(running.started(task_id), signal.SIGKILL)
    assert running.outcome(task_id).state == "SUCCESS"
    assert (running.lines("started")[task_id], running.lines("ended")[task_id]) == (2, 1)
    row = running.row_when(task_id, "succeeded")
    assert (row.attempts, row.error_message) == (2, None)


def test_a_worker_killed_with_its_children_loses_nothing(system: System) -> None:
    first = system.worker()
    task_id = system.send("work", seconds=1)
    system.started(task_id)
    first.kill()
    system.worker()
    assert system.outcome(task_id).state == "SUCCESS"
    assert system.lines("ended")[task_id] == 1


def test_a_body_that_ended_while_the_broker_was_full_is_not_run_again(system: System) -> None:
    worker = system.worker()
    task_id = system.send("held")
    system.started(task_id)

    def kept() -> bytes | None:
        return opened(system.settings).results.load(f"ending:{task_id}")

    with client(system.settings.broker_url or "") as redis:
        redis.config_set("maxmemory", "1")
        (system.folder / "go").touch()
        until(kept, "the end in the database")
        worker.kill()
        redis.config_set("maxmemory", "0")
    system.worker()
    with system.sweeping():
        outcome = system.outcome(task_id)
    assert (outcome.state, outcome.result) == ("SUCCESS", {})
    assert (system.lines("started")[task_id], system.lines("ended")[task_id]) == (1, 1)
    assert system.row_when(task_id, "succeeded").attempts == 1


def test_a_worker_whose_connections_fall_silent_makes_new_ones(system: System) -> None:
    with proxy(system.settings.broker_url or "") as (between, url):
        system.worker(broker_url=url)
        before = [system.send("work", seconds=0.2) for _ in range(10)]
        system.started(before[0])
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
        patient.started(waits, times=2)
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


def test_a_worker_that_is_told_to_stop_finishes_its_task(system: System) -> None:
    worker = system.worker()
    task_id = system.send("work", seconds=2)
    system.started(task_id)
    assert worker.stop() == 0
    assert system.outcome(task_id).state == "SUCCESS"
    assert system.row(task_id).state == "succeeded"
    assert system.lines("started")[task_id] == 1


def test_the_broker_may_be_killed_and_come_back_with_what_it_had(system: System) -> None:
    system.worker()
    running = system.send("work", seconds=3)
    system.started(running)
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


def test_kills_upon_kills_lose_nothing_and_repeat_nothing(system: System) -> None:
    figures = storm(system, tasks=300, seconds=0.01, kills=3)
    assert figures["completed"] == figures["submitted"] >= 300
    assert (figures["lost"], figures["twice"]) == (0, 0)
