"""Messages that workers took and have not acknowledged."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import orjson

from worker_core.operations import wire
from worker_core.operations.messages import OPENED_BYTES, Waiting, decode

if TYPE_CHECKING:
    from redis import Redis

INDEX = "unacked_index"
FETCHED_BYTES = 32 * 2**20


@dataclass(frozen=True, slots=True)
class Held:
    """One message that a worker holds. ``delivered_at`` is by that worker's clock, in unix
    seconds; when ``left_s`` seconds have passed it is delivered again, to whoever asks first.
    Below zero the time is over, and the next look of a worker brings it back. ``message`` is None
    where ``problem`` says why it cannot be read."""

    tag: str
    delivered_at: float
    left_s: float
    message: Waiting | None
    problem: str | None


def unacked_messages(
    client: "Redis", visibility_timeout_s: float, limit: int = 200, *, prefix: str = ""
) -> list[Held]:
    """The ``limit`` messages that have been held longest, and so are the first to come again.

    Times are counted by the server's clock.
    """
    pipe = client.pipeline(transaction=False)
    pipe.time()
    pipe.zrange(prefix + INDEX, 0, limit - 1, withscores=True)
    (seconds, micros), entries = pipe.execute()
    now = seconds + micros / 1e6
    tags = [tag for tag, _ in entries]
    bodies = _bodies(client, prefix + wire.UNACKED, tags)
    rows = []
    for (tag, score), body in zip(entries, bodies, strict=True):
        message, problem = body if isinstance(body, tuple) else _read(body)
        rows.append(
            Held(
                tag=tag.decode("utf-8", "replace"),
                delivered_at=score,
                left_s=score + visibility_timeout_s - now,
                message=message,
                problem=problem,
            )
        )
    return rows


def _bodies(client: "Redis", key: str, tags: list[bytes]) -> list[bytes | tuple[None, str] | None]:
    """What is stored under each tag, or why it is not fetched."""
    if not tags:
        return []
    pipe = client.pipeline(transaction=False)
    for tag in tags:
        pipe.hstrlen(key, cast("Any", tag))
    found: list[bytes | tuple[None, str] | None] = []
    fetched: list[int] = []
    room = FETCHED_BYTES
    for place, size in enumerate(pipe.execute()):
        if size > OPENED_BYTES or size > room:
            found.append((None, f"It is too large to show ({size / 2**20:.0f} MiB)."))
        else:
            room -= size
            fetched.append(place)
            found.append(None)
    if fetched:
        values = client.hmget(key, [cast("Any", tags[place]) for place in fetched])
        for place, value in zip(fetched, cast("list[bytes | None]", values), strict=True):
            found[place] = value
    return found


def _read(body: bytes | None) -> tuple[Waiting | None, str | None]:
    if body is None:
        return None, "It was acknowledged just now."
    try:
        message, _exchange, routing_key = orjson.loads(body)
        row = decode(orjson.dumps(message), str(routing_key), 0)
    except (ValueError, TypeError):
        return None, "This is not a Celery message."
    return row, row.problem
