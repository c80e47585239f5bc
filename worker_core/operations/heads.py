"""Since when the message that is served next has waited."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from worker_core.operations import wire
from worker_core.operations.configuration import ENQUEUED_AT

if TYPE_CHECKING:
    from redis import Redis

AT_ONCE = 100

# The server looks into the messages itself, so that large ones need not travel every second. A
# quote within an argument's text is escaped, so that none can pass for a header; headers stand
# behind the body, so that the end of a long message holds them.
_HEADS = """
local found = {}
for _, key in ipairs(KEYS) do
    local raw = redis.pcall('LINDEX', key, -1)
    if type(raw) == 'string' then
        raw = string.sub(raw, -65536)
        found[#found + 1] = string.match(raw, '[^\\\\]"id": ?"([^"\\\\]+)"') or ''
        found[#found + 1] = string.match(raw, '[^\\\\]"' .. ARGV[1] .. '": ?([%d.]+)') or ''
    else
        found[#found + 1] = false
        found[#found + 1] = false
    end
end
return found
"""


@dataclass(frozen=True, slots=True)
class Head:
    """The next message of one priority step. ``enqueued_at`` is in unix seconds where its sender
    said it; ``task_id`` may be empty."""

    task_id: str
    enqueued_at: float | None


def heads(
    client: "Redis", names: Sequence[str], *, prefix: str = ""
) -> dict[str, tuple[Head, ...]]:
    """The next message of each priority step in which one waits, by queue.

    Raises what the client raises, also where its user may run no scripts.
    """
    found: dict[str, tuple[Head, ...]] = {}
    for first in range(0, len(names), AT_ONCE):
        part = names[first : first + AT_ONCE]
        keys = [prefix + wire.step_key(name, step) for name in part for step in wire.STEPS]
        answer = iter(cast("list[Any]", client.eval(_HEADS, len(keys), *keys, ENQUEUED_AT)))
        for name in part:
            steps = [_head(next(answer), next(answer)) for _ in wire.STEPS]
            found[name] = tuple(head for head in steps if head is not None)
    return found


def _head(task_id: bytes | None, enqueued_at: bytes | None) -> Head | None:
    if task_id is None:
        return None
    try:
        at = float(enqueued_at) if enqueued_at else None
    except ValueError:
        at = None
    return Head(task_id.decode("utf-8", "replace"), at)
