"""Messages that a worker holds: how it shows that it still lives, and what becomes of them when
it does not.

The broker keeps with each held message the time of its delivery, and delivers it again when that
is a visibility timeout ago. A worker of this package renews that time while it lives, so that it
tells two things: a message whose time is younger than a lease is with a live worker, however long
its task takes or waits for its time; one that is older is with a dead one.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from worker_core.catalog import TASKS
from worker_core.operations import wire
from worker_core.operations.configuration import PRIORITY_STEPS
from worker_core.operations.guard import Guard
from worker_core.settings import Settings

if TYPE_CHECKING:
    from redis import Redis

    from worker_core.storage.tasks import TaskRepository

# Entries a round trip; one holds a whole message.
BATCH = 200

_GIVE_BACK = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if tonumber(redis.call('ZSCORE', KEYS[2], ARGV[1]) or -1) ~= tonumber(ARGV[3]) then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('RPUSH', KEYS[3], ARGV[4])
return 1
"""


@dataclass(frozen=True, slots=True)
class _Held:
    """An entry that was not renewed: its tag, its time, its bytes, and the message in them with
    where it was sent to."""

    tag: bytes
    at: float
    entry: bytes
    message: dict[str, Any]
    exchange: str
    routing_key: str
    task_id: str
    name: str


def give_back(redis: "Redis", tasks: "TaskRepository", settings: Settings) -> int:
    """Put the messages of dead workers back to the head of their queues; how many.

    Only tasks of this package are looked at, by the ledger or by their name: who holds those of
    others does not renew them. One whose lease is alive is left alone, for a worker that is about
    to end finishes what it runs without renewing.

    Raises what the Redis client raises, and StorageError.
    """
    guard, script = Guard(redis, settings), redis.register_script(_GIVE_BACK)
    prefix = settings.key_prefix
    given = 0
    for held in _not_renewed(redis, settings.lease_s, prefix):
        ids = [one.task_id for one in held]
        listed, signs = tasks.known(ids), guard.signs(ids)
        for one in held:
            ours = one.name in TASKS or one.task_id in listed
            key = _queue_key(redis, one, prefix) if ours and not signs[one.task_id].leased else None
            if key is None:
                continue
            again = json.dumps(_redelivered(one.message))
            keys = [prefix + name for name in (wire.UNACKED, wire.UNACKED_INDEX, key)]
            # It is no more than a second delivery if its worker lived after all.
            given += script(keys=keys, args=[one.tag, one.entry, repr(one.at), again])
    return given


def _not_renewed(redis: "Redis", lease_s: float, prefix: str) -> Iterator[list[_Held]]:
    """Entries whose time is a lease away from the server's; before it, or after it where the
    clock of a worker was wrong that died before it could renew."""
    seconds, micros = redis.time()
    now = seconds + micros / 1e6
    tags: list[tuple[bytes, float]] = []
    for least, most in (("-inf", f"({now - lease_s}"), (f"({now + lease_s}", "+inf")):
        found = redis.zrangebyscore(prefix + wire.UNACKED_INDEX, least, most, withscores=True)
        tags += cast("list[tuple[bytes, float]]", found)
    for start in range(0, len(tags), BATCH):
        batch = tags[start : start + BATCH]
        entries = cast(
            "Sequence[bytes | None]", redis.hmget(prefix + wire.UNACKED, [tag for tag, _ in batch])
        )
        held = (
            _opened(tag, at, entry)
            for (tag, at), entry in zip(batch, entries, strict=True)
            if entry is not None
        )
        yield [one for one in held if one is not None]


def _opened(tag: bytes, at: float, entry: bytes) -> _Held | None:
    try:
        message, exchange, routing_key = json.loads(entry)
        task_id, name = message["headers"]["id"], message["headers"]["task"]
    except (ValueError, TypeError, KeyError):
        return None
    if not isinstance(message.get("properties"), dict):
        return None
    return _Held(tag, at, entry, message, str(exchange), str(routing_key), str(task_id), str(name))


def _queue_key(redis: "Redis", held: _Held, prefix: str) -> str | None:
    """The list that the message came from, by the broker's own bindings; without the prefix."""
    step = _step(held.message["properties"].get("priority"))
    if not held.exchange:
        return wire.step_key(held.routing_key, step)
    bound = redis.smembers(prefix + wire.BINDINGS + held.exchange)
    for member in cast("set[bytes]", bound):
        parts = member.decode("utf-8", "replace").split(wire.SEPARATOR)
        if len(parts) == 3 and parts[0] == held.routing_key and parts[2]:
            return wire.step_key(parts[2], step)
    return None


def _step(priority: object) -> int:
    wanted = priority if isinstance(priority, int) else 0
    return max((step for step in PRIORITY_STEPS if step <= wanted), default=PRIORITY_STEPS[0])


def _redelivered(message: dict[str, Any]) -> dict[str, Any]:
    message["headers"]["redelivered"] = True
    message["properties"].setdefault("delivery_info", {})["redelivered"] = True
    return message
