"""A task that takes too long is stopped, says so in words, and does not come again."""

import json

import pytest

from tests.faults.system import System, until
from tests.limits.conftest import send
from worker_core.catalog import TASKS
from worker_core.operations.connection import broker_url, client
from worker_core.operations.journal import FIELD, KEY

pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]


def event_of(one: System, task_id: str) -> str:
    """What the event of a task's failure names as the reason."""

    def found() -> str:
        with client(broker_url(one.settings)) as redis:
            for _, fields in redis.xrange(KEY):
                told = json.loads(fields[FIELD.encode()])
                for event in told if isinstance(told, list) else [told]:
                    if event["type"] == "task-failed" and event["uuid"] == task_id:
                        return str(event["exception"])
        return ""

    return until(found, f"the event of {task_id}")


def test_every_task_has_a_soft_limit_and_a_hard_one_after_it() -> None:
    for spec in TASKS.values():
        assert 0 < spec.soft_time_limit < spec.time_limit


def test_a_task_over_its_soft_limit_fails_for_good_in_plain_words(running: System) -> None:
    task_id = send(running, "soft", "slow", seconds=60)
    outcome = running.outcome(task_id)
    assert (outcome.state, outcome.retries) == ("FAILURE", 0)
    assert "TookTooLong: It took longer than 1 s" in (outcome.error or "")
    row = running.row_when(task_id, "failed")
    assert (row.error_type, row.attempts) == ("TookTooLong", 1)
    assert running.lines("started")[task_id] == 1
    assert running.lines("ended")[task_id] == 0


def test_a_task_over_its_hard_limit_has_failed_in_the_ledger_without_a_sweep(
    running: System,
) -> None:
    task_id = send(running, "hard", "stubborn", seconds=60)
    outcome = running.outcome(task_id)
    assert outcome.state == "FAILURE"
    assert "TimeLimitExceeded: It took longer than 2 s" in (outcome.error or "")
    row = running.row_when(task_id, "failed")
    assert (row.error_type, row.attempts) == ("TimeLimitExceeded", 1)
    assert (row.error_message or "").startswith("It took longer than 2 s")
    # Windows hear of it by its event, which names the reason and not its wrapper.
    assert event_of(running, task_id).startswith('TimeLimitExceeded("It took longer than 2 s')
    assert running.lines("started")[task_id] == 1
