"""How long messages have waited, and what workers hold."""

import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.operations.test_queues import message
from worker_core.operations.client import send
from worker_core.operations.heads import heads
from worker_core.operations.messages import OPENED_BYTES
from worker_core.operations.queues import peek
from worker_core.operations.unacknowledged import unacked_messages
from worker_core.settings import Settings

if TYPE_CHECKING:
    from redis import Redis

PREFIX = "held:"


def test_the_head_of_each_priority_tells_since_when_it_waits(
    redis: "Redis", shared_settings: Settings
) -> None:
    sent = send("a.b", [], {}, queue="Q", settings=shared_settings)
    send("a.b", [], {}, queue="Q", settings=shared_settings)
    redis.lpush("Q", message({"task": "foreign", "id": "f"}))
    redis.delete("_kombu.binding.Q")
    found = heads(redis, ["Q", "empty"])
    assert found["empty"] == ()
    foreign, ours = found["Q"]
    assert (foreign.task_id, foreign.enqueued_at) == ("f", None)
    assert ours.task_id == sent
    assert ours.enqueued_at == pytest.approx(peek(redis, "Q", 1, skip=1)[0].enqueued_at)


def test_an_argument_cannot_pass_for_a_header(redis: "Redis") -> None:
    forged = {
        "task": "a",
        "argsrepr": '("id": "forged", "afi_enqueued_at": 1)',
        "id": "true",
    }
    redis.lpush("Q", message(forged))
    [head] = heads(redis, ["Q"])["Q"]
    assert (head.task_id, head.enqueued_at) == ("true", None)


def test_odd_keys_have_no_head(redis: "Redis") -> None:
    redis.hset("hash", "a", "b")
    redis.lpush("junk", b"\xff\xfe")
    redis.lpush("dots", b'{ "afi_enqueued_at": 1.2.3}')
    found = heads(redis, ["hash", "junk", "dots"])
    assert found["hash"] == ()
    assert [head.task_id for head in found["junk"]] == [""]
    assert found["dots"][0].enqueued_at is None


def test_a_long_queue_is_paged(redis: "Redis") -> None:
    redis.lpush("Q", *(message({"task": "a", "id": str(n)}) for n in range(30)))
    redis.lpush("Q\x06\x169", *(message({"task": "a", "id": str(30 + n)}) for n in range(5)))
    for skip, limit in ((0, 12), (12, 12), (24, 12), (28, 4), (33, 10), (40, 5)):
        rows = peek(redis, "Q", limit, skip=skip)
        assert [row.task_id for row in rows] == [str(n) for n in range(skip, min(35, skip + limit))]


def test_large_messages_end_a_look_early(redis: "Redis") -> None:
    redis.lpush("Q", *(b"x" * (OPENED_BYTES + 1) for _ in range(25)))
    rows = peek(redis, "Q", 50)
    assert 0 < len(rows) < 25
    assert "too large to show" in (rows[0].problem or "")


@pytest.fixture
def held(redis: "Redis") -> Iterator["Redis"]:
    """Messages that a worker took 550, 20 and 700 seconds ago."""
    now = time.time()
    for tag, ago, headers in (
        ("t1", 550, {"task": "a.b", "id": "1"}),
        ("t2", 20, {"task": "a.b", "id": "2", "redelivered": True}),
        ("t3", 700, {"task": "a.b", "id": "3"}),
    ):
        body = json.dumps([json.loads(message(headers)), "Q", "Q"])
        redis.hset(f"{PREFIX}unacked", tag, body)
        redis.zadd(f"{PREFIX}unacked_index", {tag: now - ago})
    yield redis
    redis.delete(f"{PREFIX}unacked", f"{PREFIX}unacked_index")


def test_held_messages_come_with_the_time_that_is_left(held: "Redis") -> None:
    rows = unacked_messages(held, 600, prefix=PREFIX)
    assert [row.message and row.message.task_id for row in rows] == ["3", "1", "2"]
    assert [round(row.left_s / 10) for row in rows] == [-10, 5, 58]
    assert [row.message and row.message.redelivered for row in rows] == [False, False, True]
    assert rows[0].message is not None
    assert (rows[0].message.queue, rows[0].message.name) == ("Q", "a.b")


def test_rubbish_among_held_messages_is_a_row_that_says_so(held: "Redis") -> None:
    held.hset(f"{PREFIX}unacked", "junk", b"\xff\x00")
    held.hset(f"{PREFIX}unacked", "huge", b"x" * (OPENED_BYTES + 1))
    held.zadd(f"{PREFIX}unacked_index", {b"junk": 1, b"\xffgone": 2, b"huge": 3})
    rows = unacked_messages(held, 600, prefix=PREFIX)
    assert [row.problem is None for row in rows] == [False, False, False, True, True, True]
    assert "not a Celery message" in (rows[0].problem or "")
    assert "acknowledged just now" in (rows[1].problem or "")
    assert "too large" in (rows[2].problem or "")


def test_a_hundred_thousand_held_messages_are_looked_at_in_part(redis: "Redis") -> None:
    body = json.dumps([json.loads(message()), "Q", "Q"])
    for first in range(0, 100_000, 10_000):
        tags = [f"tag{n}" for n in range(first, first + 10_000)]
        redis.hset(f"{PREFIX}unacked", mapping=dict.fromkeys(tags, body))
        redis.zadd(f"{PREFIX}unacked_index", {tag: n for n, tag in enumerate(tags, first)})
    try:
        rows = unacked_messages(redis, 600, 50, prefix=PREFIX)
        assert [row.tag for row in rows] == [f"tag{n}" for n in range(50)]
    finally:
        redis.delete(f"{PREFIX}unacked", f"{PREFIX}unacked_index")


def test_nothing_held_is_no_row(redis: "Redis") -> None:
    assert unacked_messages(redis, 600, prefix=PREFIX) == []
