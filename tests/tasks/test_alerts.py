"""Alert rules over a real broker, judged by a worker while no window is open."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
import redis

from tests.tasks.conftest import System, until
from worker_core.operations import alert_rules, alert_trials, broker_measures, wire
from worker_core.operations.alert_judge import judge
from worker_core.operations.alerting import process
from worker_core.operations.client import send
from worker_core.operations.journal import FIELD, journal_key
from worker_core.operations.measuring import ANSWERS, percentile, read_measures
from worker_core.operations.submit import submit
from worker_core.schedule.builtin import built_in
from worker_core.settings import Settings
from worker_core.storage import MeasureReading, NewTask

pytestmark = pytest.mark.slow

NAME = "monitoring.alert_processing"
ALONE = "left_alone"


@pytest.fixture
def broker(system: System) -> Iterator["redis.Redis"]:
    client = redis.Redis.from_url(str(system.settings.broker_url))
    yield client
    client.delete(*(wire.step_key(ALONE, step) for step in wire.STEPS))
    client.close()


@pytest.fixture
def waiting(system: System, broker: "redis.Redis") -> str:
    """A queue that no worker serves, in which three messages wait."""
    for _ in range(3):
        send("nobody.knows", (), {}, queue=ALONE, settings=system.settings)
    system.storage.tasks.add(NewTask("waits", "nobody.knows", ALONE, {}))
    assert broker.llen(wire.step_key(ALONE, 3)) == 3
    return ALONE


def reading(system: System, measure: str) -> MeasureReading:
    (found,) = (
        one for one in read_measures(system.storage, system.settings) if one.measure == measure
    )
    return found


def test_a_worker_judges_the_rules_whether_or_not_anybody_looks(
    system: System, waiting: str, broker: "redis.Redis"
) -> None:
    rule = alert_rules.validate(
        {"name": "left", "measure": "queue_depth", "threshold": 2, "subject": "left*"}
    )
    alert_rules.add(rule, armed=True, who="ann", settings=system.settings)
    told = system.outcome(submit(NAME, {}, settings=system.settings).task_id)
    assert told.state == "SUCCESS"
    assert told.result["not_judged"] == {}
    assert told.result["measured"] > 7
    (alert,) = (one for one in system.storage.alerts.open() if one.rule_name == "left")
    assert (alert.subject, alert.value, alert.state) == (waiting, 3, "firing")
    tasks = [submit(NAME, {}, settings=system.settings).task_id for _ in range(2)]
    assert [system.outcome(one).result["fired"] for one in tasks] == [0, 0]
    assert [one.id for one in system.storage.alerts.open() if one.rule_name == "left"] == [alert.id]
    broker.delete(wire.step_key(ALONE, 3))
    system.outcome(submit(NAME, {}, settings=system.settings).task_id)
    over = system.storage.alerts.settled()[0]
    assert (over.id, over.value, over.resolved_why) == (alert.id, 0, "It is over.")
    tried = alert_trials.try_rule(rule, settings=system.settings)
    assert len(tried.trial.times) == 1
    assert "Would have fired once last week" in tried.trial.words


def test_waiting_messages_have_an_age_and_an_empty_queue_has_none(
    system: System, waiting: str
) -> None:
    depth, age = reading(system, "queue_depth"), reading(system, "oldest_age")
    assert depth.values[waiting] == 3
    assert 0 <= age.values[waiting] < 600
    ages = broker_measures.oldest_ages([waiting, "empty"], system.settings)
    assert ages["empty"] == 0


def test_a_queue_of_another_application_is_measured_once_a_rule_names_it(
    system: System, broker: "redis.Redis"
) -> None:
    theirs = "invoices"
    broker.rpush(theirs, b"{}", b"{}")
    rule = {"name": "theirs", "measure": "queue_depth", "threshold": 1, "subject": theirs}
    try:
        assert theirs not in reading(system, "queue_depth").values
        alert_rules.add(alert_rules.validate(rule), settings=system.settings)
        assert reading(system, "queue_depth").values[theirs] == 2
        alert_rules.remove("theirs", settings=system.settings)
        assert theirs not in reading(system, "queue_depth").values
    finally:
        broker.delete(theirs)


def test_messages_that_say_no_time_have_no_age(system: System, broker: "redis.Redis") -> None:
    broker.lpush(ALONE, b"not a message")
    assert ALONE not in broker_measures.oldest_ages([ALONE], system.settings)
    assert broker_measures.depths([ALONE], system.settings)[ALONE] == 1
    broker.delete(ALONE)
    broker.set(ALONE, "no list")
    assert ALONE not in broker_measures.depths([ALONE], system.settings)


def test_a_worker_that_listens_and_does_not_answer_is_silent(
    system: System, broker: "redis.Redis"
) -> None:
    def answering() -> float | None:
        found = reading(system, "silent_workers").values["(all)"]
        return None if found else 1.0

    until(answering)
    with cast("Any", broker).pubsub() as deaf:
        deaf.psubscribe("/0.celery.pidbox")
        assert deaf.get_message(timeout=60) is not None
        assert reading(system, "silent_workers").values["(all)"] == 1


def test_a_worker_that_vanished_is_missed_and_one_that_said_goodbye_is_not(
    system: System, broker: "redis.Redis"
) -> None:
    values = {"celery@killed": 1.0, "celery@stopped": 1.0}
    seen = MeasureReading(ANSWERS, values, max_gap_s=3600)
    system.storage.alerts.evaluate([seen], judge)
    bye = [{"type": "worker-offline", "hostname": "celery@stopped"}]
    for body in (json.dumps(bye), "worker-offline {", json.dumps(["worker-offline"])):
        broker.xadd(journal_key(), {FIELD: body})
    since = time.time() - 60
    gone = broker_measures.went_quietly(values, since, system.settings)
    assert gone == {"celery@killed"}
    assert reading(system, "silent_workers").values["(all)"] == 1
    assert broker_measures.went_quietly([], since, system.settings) == set()


def test_what_cannot_be_read_is_said_and_the_rest_is_judged(system: System, waiting: str) -> None:
    away = Settings(data_dir=system.settings.data_dir, broker_url="redis://127.0.0.1:1/0")
    done, problems = process(system.storage, away)
    assert set(problems) == {"queue_depth", "oldest_age", "silent_workers"}
    assert all("does not answer" in words for words in problems.values())
    assert done.resolved == 0
    reads = system.storage.measurements.reads()
    assert reads["queue_depth"].problem is not None
    assert reads["runtime"].problem is None
    (rule,) = (one for one in system.storage.alert_rules.all() if one.measure == "silent_workers")
    state = alert_rules.rule_state(rule, reads, datetime.now(UTC))
    assert state.state == "unjudged"
    assert state.words.startswith("Cannot be judged since")
    process(system.storage, system.settings)
    reads = system.storage.measurements.reads()
    assert alert_rules.rule_state(rule, reads, datetime.now(UTC)).state == "judged"
    late = alert_rules.rule_state(rule, reads, datetime.now(UTC) + timedelta(hours=1))
    assert late.state == "unjudged"
    assert "See that a worker and the scheduler run" in late.words


def test_what_is_costly_is_not_read_every_minute(system: System) -> None:
    process(system.storage, system.settings)
    again = {one.measure for one in read_measures(system.storage, system.settings)}
    assert "queue_depth" in again
    assert not {"anomalies", "quality_findings", "forecast_coverage"} & again


def test_the_rules_are_judged_every_minute_and_what_is_late_is_not_caught_up() -> None:
    entry = built_in(Settings())["alerts"]
    assert (entry.task, entry.expression, entry.expires_s) == (NAME, "60", 60.0)


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([3.0], 0.95) == 3
    assert percentile([float(n) for n in range(1, 101)], 0.95) == 95
    assert percentile([5.0, 1.0], 0.95) == 5
