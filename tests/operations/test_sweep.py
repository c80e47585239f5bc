"""What the broker has lost is sent again, and nothing else."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from worker_core.operations import control
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.client import send
from worker_core.operations.connection import client
from worker_core.operations.errors import BrokerUnreachable
from worker_core.operations.guard import DONE, LEASE, TRIES
from worker_core.operations.ledger import ledger
from worker_core.operations.queues import peek
from worker_core.operations.submit import Submission, submit, submit_document
from worker_core.operations.sweep import LOCK, Swept, sweep
from worker_core.settings import Settings
from worker_core.storage import TaskRecord

if TYPE_CHECKING:
    from redis import Redis

SHA = "ab" * 32
QUEUE = "document_processing"
SUMMARY = "document_processing.generate_document_summary"
DOCUMENT = {"document": SHA, "filename": "10-K.html"}
A_MOMENT = 0.000_001


@pytest.fixture
def settings(data_dir: Path) -> Settings:
    return Settings(data_dir=data_dir, sweep_grace_s=A_MOMENT)


@pytest.fixture
def redis(broker: EmbeddedBroker) -> Iterator["Redis"]:
    with client(broker.start()) as connection:
        yield connection


def sent(settings: Settings) -> Submission:
    return submit(SUMMARY, {"document": SHA}, settings=settings)


def row(settings: Settings, task_id: str) -> TaskRecord:
    with ledger(settings) as tasks:
        found = tasks.get(task_id)
    assert found is not None
    return found


def waiting(redis: "Redis") -> list[str | None]:
    return [message.task_id for message in peek(redis, QUEUE)]


def lose_the_messages(redis: "Redis") -> None:
    redis.delete(QUEUE, f"{QUEUE}\x06\x163")


def test_a_waiting_message_is_left_alone(redis: "Redis", settings: Settings) -> None:
    task_id = sent(settings).task_id
    assert sweep(settings) == Swept(alive=1)
    assert waiting(redis) == [task_id]


def test_a_lost_message_is_sent_again_as_it_was(redis: "Redis", settings: Settings) -> None:
    first = submit(SUMMARY, {"document": SHA}, headers={"user_id": 7}, settings=settings)
    lose_the_messages(redis)
    assert sweep(settings) == Swept(published=1)
    (message,) = peek(redis, QUEUE)
    assert (message.task_id, message.name, message.kwargs) == (
        first.task_id,
        SUMMARY,
        {"document": SHA},
    )
    assert json.loads(message.raw)["headers"]["user_id"] == 7


def test_a_lost_document_is_sent_with_its_follow_ups(redis: "Redis", settings: Settings) -> None:
    first = submit_document(DOCUMENT, settings=settings)
    lose_the_messages(redis)
    sweep(settings)
    (message,) = peek(redis, QUEUE)
    assert message.task_id == first.task_id
    body = json.loads(message.raw)["body"]
    assert all(task_id in _opened(body) for task_id in first.follow_ups)


def _opened(body: str) -> str:
    import base64

    return base64.b64decode(body).decode()


def test_follow_ups_of_a_success_that_never_came_are_sent(
    redis: "Redis", settings: Settings
) -> None:
    first = submit_document(DOCUMENT, settings=settings)
    lose_the_messages(redis)
    redis.set(DONE + first.task_id, json.dumps({"state": "succeeded", "at": time.time()}))
    assert sweep(settings) == Swept(settled=1)
    assert row(settings, first.task_id).state == "succeeded"
    assert sweep(settings) == Swept(published=2)
    assert waiting(redis) == [first.follow_ups[1]]
    assert [message.task_id for message in peek(redis, "sentiment_analysis")] == [
        first.follow_ups[0]
    ]


def test_a_run_under_way_and_a_message_with_a_worker_are_alive(
    redis: "Redis", settings: Settings
) -> None:
    running, held = sent(settings).task_id, sent(settings).task_id
    (message,) = [one for one in peek(redis, QUEUE) if one.task_id == held]
    lose_the_messages(redis)
    redis.set(LEASE + running, "a worker")
    redis.hset("unacked", "tag", json.dumps([json.loads(message.raw), QUEUE, QUEUE]))
    assert sweep(settings) == Swept(alive=2)
    assert waiting(redis) == []


def test_a_lost_retry_is_sent_as_the_retry_it_was(redis: "Redis", settings: Settings) -> None:
    task_id = sent(settings).task_id
    lose_the_messages(redis)
    redis.hset(TRIES + task_id, "retries", 2)
    sweep(settings)
    (message,) = peek(redis, QUEUE)
    assert message.retries == 2


def test_a_cancelled_task_does_not_come_back(redis: "Redis", settings: Settings) -> None:
    task_id = sent(settings).task_id
    assert control.cancel(task_id, settings=settings) == "removed"
    assert row(settings, task_id).state == "cancelled"
    assert sweep(settings) == Swept()
    assert waiting(redis) == []


@pytest.mark.timeout(60)
def test_what_was_submitted_without_a_broker_is_delivered_when_it_is_back(
    broker: EmbeddedBroker, data_dir: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    nowhere = Settings(
        data_dir=data_dir,
        broker_url=f"redis://127.0.0.1:{port}/0",
        sweep_grace_s=A_MOMENT,
    )
    submission = submit_document(DOCUMENT, idempotency_key="k", settings=nowhere)
    again = submit_document(DOCUMENT, idempotency_key="k", settings=nowhere)
    assert (again.task_id, again.delivered) == (submission.task_id, False)
    with pytest.raises(BrokerUnreachable):
        sweep(nowhere)
    here = Settings(data_dir=data_dir, broker_url=broker.start(), sweep_grace_s=A_MOMENT)
    assert sweep(here) == Swept(published=1)
    assert row(here, submission.task_id).state == "published"
    assert submit_document(DOCUMENT, idempotency_key="k", settings=here).delivered


def test_two_sweeps_do_not_go_on_at_once(redis: "Redis", settings: Settings) -> None:
    sent(settings)
    lose_the_messages(redis)
    redis.set(LOCK, "another")
    assert sweep(settings) == Swept()
    redis.delete(LOCK)
    assert sweep(settings) == Swept(published=1)
    assert not redis.exists(LOCK)


def test_what_is_silent_for_less_than_the_grace_is_not_looked_for(
    broker: EmbeddedBroker, data_dir: Path
) -> None:
    patient = Settings(data_dir=data_dir, sweep_grace_s=3600)
    with client(broker.start()) as redis:
        sent(patient)
        lose_the_messages(redis)
        assert sweep(patient) == Swept()


def held_by_a_worker(
    redis: "Redis", task_id: str, age_s: float, queue: str = QUEUE, exchange: str = ""
) -> bytes:
    """The task's message is with a worker that renewed it so long ago; its bytes."""
    (message,) = [one for one in peek(redis, queue) if one.task_id == task_id]
    lose_the_messages(redis)
    redis.hset("unacked", "tag", json.dumps([json.loads(message.raw), exchange, queue]))
    redis.zadd("unacked_index", {"tag": time.time() - age_s})
    return message.raw


@pytest.mark.parametrize("age_s", [61.0, -7200.0], ids=["not renewed", "a wrong clock"])
@pytest.mark.parametrize("exchange", ["", QUEUE], ids=["to the queue", "by its exchange"])
def test_the_message_of_a_dead_worker_is_given_back_as_it_was(
    redis: "Redis", settings: Settings, age_s: float, exchange: str
) -> None:
    task_id = sent(settings).task_id
    before = json.loads(held_by_a_worker(redis, task_id, age_s, exchange=exchange))
    assert sweep(settings) == Swept(given_back=1, alive=1)
    (message,) = peek(redis, QUEUE)
    assert (message.task_id, message.priority, message.redelivered) == (task_id, 3, True)
    again = json.loads(message.raw)
    assert again["body"] == before["body"]
    assert again["properties"]["delivery_info"].pop("redelivered")
    assert again["properties"] == before["properties"]
    assert not redis.exists("unacked", "unacked_index")
    assert sweep(settings) == Swept(alive=1)


def test_what_was_renewed_or_is_under_a_lease_stays_with_its_worker(
    redis: "Redis", settings: Settings
) -> None:
    task_id = sent(settings).task_id
    held_by_a_worker(redis, task_id, 45.0)
    assert sweep(settings) == Swept(alive=1)
    redis.zadd("unacked_index", {"tag": time.time() - 300.0})
    redis.set(LEASE + task_id, "a worker that is about to end")
    assert sweep(settings) == Swept(alive=1)
    assert redis.hlen("unacked") == 1


def test_messages_of_others_stay_with_their_workers(redis: "Redis", settings: Settings) -> None:
    task_id = send("foreign.echo", [], {}, queue=QUEUE, settings=settings)
    held_by_a_worker(redis, task_id, 300.0)
    redis.hset("unacked", mapping={"odd": "no JSON", "odder": json.dumps([{}, "", ""])})
    redis.zadd("unacked_index", {"odd": 1.0, "odder": 2.0, "gone": 3.0})
    assert sweep(settings) == Swept()
    assert redis.hlen("unacked") == 3


def test_a_backlog_of_any_length_is_worked_off_in_one_sweep(
    redis: "Redis", settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker_core.operations.sweep.BATCH", 10)
    for _ in range(25):
        sent(settings)
    assert sweep(settings) == Swept(alive=25)
    lose_the_messages(redis)
    assert sweep(settings) == Swept(published=25)
    assert len(waiting(redis)) == 25


def test_what_a_sweep_has_no_time_for_comes_first_in_the_next(
    redis: "Redis", settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker_core.operations.sweep.BATCH", 10)
    monkeypatch.setattr("worker_core.operations.sweep.PATIENCE_S", 0.0)
    for _ in range(15):
        sent(settings)
    lose_the_messages(redis)
    assert sweep(settings) == Swept(published=10)
    assert sweep(settings).published == 5
