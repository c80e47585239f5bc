"""What is known of tasks whose messages an operator took away, and put back."""

import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.connection import client
from worker_core.operations.guard import DONE, TRIES, Guard
from worker_core.operations.ledger import ledger
from worker_core.operations.queues import peek
from worker_core.operations.removal import reopen, settle_removed
from worker_core.operations.results import KEY, result
from worker_core.operations.submit import submit, submit_document
from worker_core.operations.sweep import Swept, sweep
from worker_core.settings import Settings
from worker_core.storage import TaskRecord

if TYPE_CHECKING:
    from pathlib import Path

    from redis import Redis

SHA = "ab" * 32
QUEUE = "document_processing"
SUMMARY = "document_processing.generate_document_summary"
DOCUMENT = {"document": SHA, "filename": "10-K.html"}


@pytest.fixture
def settings(data_dir: "Path") -> Settings:
    return Settings(data_dir=data_dir, sweep_grace_s=0.000_001)


@pytest.fixture
def redis(broker: EmbeddedBroker) -> Iterator["Redis"]:
    with client(broker.start()) as connection:
        yield connection


def row(settings: Settings, task_id: str) -> TaskRecord:
    with ledger(settings) as tasks:
        found = tasks.get(task_id)
    assert found is not None
    return found


def taken_away(redis: "Redis", queue: str = QUEUE) -> list[tuple[str, bytes | str]]:
    """The messages of a queue, which has none afterwards, with the lists they were in."""
    lists = [queue, f"{queue}\x06\x163"]
    taken = [(key, raw) for key in lists for raw in redis.lrange(key, 0, -1)]
    redis.delete(*lists)
    return taken


def test_a_removed_task_is_cancelled_everywhere_and_does_not_come_back(
    redis: "Redis", settings: Settings
) -> None:
    task_id = submit(SUMMARY, {"document": SHA}, settings=settings).task_id
    taken_away(redis)
    settle_removed(redis, settings, [task_id])
    assert row(settings, task_id).state == "cancelled"
    stored = result(task_id, settings=settings)
    assert stored is not None
    assert (stored.state, stored.error) == ("REVOKED", "TaskRevokedError: cancelled")
    assert sweep(settings) == Swept()
    assert peek(redis, QUEUE) == []
    answer = Guard(redis, settings).begin(task_id, "t", name=SUMMARY, retries=0)
    assert (answer.word, answer.ending["state"]) == ("done", "cancelled")


def test_a_reopened_task_is_as_it_was_and_may_run(redis: "Redis", settings: Settings) -> None:
    first = submit_document(DOCUMENT, settings=settings)
    taken = taken_away(redis)
    settle_removed(redis, settings, [first.task_id])
    assert {row(settings, one).state for one in first.follow_ups} == {"skipped"}
    reopen(redis, settings, [first.task_id])
    for key, raw in taken:
        redis.lpush(key, raw)
    again = row(settings, first.task_id)
    assert (again.state, again.finished_at, again.error_type) == ("published", None, None)
    assert {row(settings, one).state for one in first.follow_ups} == {"blocked"}
    assert result(first.task_id, settings=settings) is None
    assert sweep(settings) == Swept(alive=1)
    assert Guard(redis, settings).begin(first.task_id, "t", name="n", retries=0).word == "run"


def test_a_reopened_task_whose_message_is_lost_is_sent_again(
    redis: "Redis", settings: Settings
) -> None:
    task_id = submit(SUMMARY, {"document": SHA}, settings=settings).task_id
    taken_away(redis)
    settle_removed(redis, settings, [task_id])
    reopen(redis, settings, [task_id])
    assert sweep(settings) == Swept(published=1)


def test_what_ended_before_is_neither_cancelled_nor_reopened(
    redis: "Redis", settings: Settings
) -> None:
    task_id = submit(SUMMARY, {"document": SHA}, settings=settings).task_id
    failed = {"state": "failed", "at": time.time(), "attempts": 1}
    Guard(redis, settings).finish(task_id, "", failed)
    stored = json.dumps({"status": "FAILURE", "task_id": task_id})
    redis.set(KEY + task_id, stored)
    sweep(settings)
    settle_removed(redis, settings, [task_id])
    reopen(redis, settings, [task_id])
    assert row(settings, task_id).state == "failed"
    assert json.loads(redis.get(DONE + task_id) or b"") == failed
    assert redis.get(KEY + task_id) == stored.encode()


def test_a_second_message_of_a_task_that_runs_may_go(redis: "Redis", settings: Settings) -> None:
    task_id = submit(SUMMARY, {"document": SHA}, settings=settings).task_id
    guard = Guard(redis, settings)
    guard.begin(task_id, "t", name=SUMMARY, retries=0)
    settle_removed(redis, settings, [task_id])
    assert row(settings, task_id).state == "published"
    assert guard.signs([task_id])[task_id].ending is None


def test_ten_thousand_tasks_take_few_round_trips(redis: "Redis", settings: Settings) -> None:
    ids = [f"foreign-{n}" for n in range(10_000)]
    redis.hset(TRIES + ids[0], "attempts", 1)

    def reads() -> int:
        return int(redis.info("stats")["total_reads_processed"])

    before = reads()
    settle_removed(redis, settings, ids)
    # A read of the server takes in at most 16 kB; the commands are some 13 MB.
    assert reads() - before < 5_000
    assert len(redis.keys(f"{DONE}*")) == len(redis.keys(f"{KEY}*")) == 10_000
    assert not redis.exists(TRIES + ids[0])
    reopen(redis, settings, ids)
    assert redis.keys("*foreign-*") == []
