"""Waiting messages moved to another queue, or changed where they stand."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from worker_core.catalog import TASKS, task
from worker_core.operations import queue_access as access
from worker_core.operations import queues, rewriting, wire
from worker_core.operations.course import Course
from worker_core.operations.errors import InvalidArguments, OperationError, UnknownQueue
from worker_core.operations.ledger import ledger
from worker_core.operations.messages import Waiting
from worker_core.operations.queue_access import Done
from worker_core.operations.removed import sliced, task_ids
from worker_core.operations.submit import checked
from worker_core.settings import Settings, current

_LISTS_ONLY = """
for i = 1, #KEYS do
    local kind = redis.call('TYPE', KEYS[i])['ok']
    if kind ~= 'list' and kind ~= 'none' then
        return redis.error_reply('WRONGTYPE ' .. KEYS[i])
    end
end
"""

# First there, then away: what refuses in between leaves a message too many, never one too few.
_MOVE = (
    _LISTS_ONLY
    + """
local moved = {}
for i = 1, #ARGV, 2 do
    local there = redis.call('LPOS', KEYS[1], ARGV[i], 'RANK', -1)
    if there then
        redis.call('LPUSH', KEYS[2], ARGV[i + 1])
        redis.call('LREM', KEYS[1], -1, ARGV[i])
    end
    moved[#moved + 1] = there and 1 or 0
end
return moved
"""
)

_REPLACE = (
    _LISTS_ONLY
    + """
local at = redis.call('LPOS', KEYS[1], ARGV[1], 'RANK', -1)
if not at then return 0 end
redis.call('LSET', KEYS[1], at, ARGV[2])
return 1
"""
)


def move(
    messages: Sequence[Waiting],
    target: str,
    *,
    course: Course | None = None,
    settings: Settings | None = None,
) -> Done:
    """Put waiting messages at the end of another queue, in their order and with their priority.
    Stopped on its ``course``, it leaves the others where they are.

    Raises:
        UnknownQueue: no queue of that name was declared.
        NotAQueue, BrokerUnreachable, BrokerRefused: as ``delete``.
    """
    settings, course = settings or current(), course or Course()
    course.begin(len(messages))
    prefix = settings.key_prefix
    moved: list[bytes] = []
    with access.broker(settings) as redis:
        binding = queues.bindings(redis, prefix=prefix).get(target)
        if binding is None:
            raise UnknownQueue(
                f"There is no queue “{access.shown(target)}”: none of that name was ever declared.",
                "Start a worker that serves it, or choose another queue.",
            )
        unreadable = 0
        for queue, step, raws in access.by_place(messages):
            if course.is_stopped():
                break
            if queue == target:
                course.advance(len(raws))
                continue
            pairs: dict[bytes, bytes] = {}
            for raw in raws:
                try:
                    pairs[raw] = rewriting.redirected(raw, binding.exchange, binding.routing_key)
                except wire.Unreadable:
                    unreadable += 1
                    course.advance(1)
            keys = [prefix + wire.step_key(name, step) for name in (queue, target)]
            with access.queue_key(queue):
                readable = [raw for raw in raws if raw in pairs]
                for part in sliced(readable, lambda raw: 2 * len(raw)):
                    if course.is_stopped():
                        break
                    arguments: list[Any] = [one for raw in part for one in (raw, pairs[raw])]
                    answer = cast("list[int]", redis.eval(_MOVE, 2, *keys, *arguments))
                    moved += [raw for raw, there in zip(part, answer, strict=True) if there]
                    course.advance(len(part))
    problem = f"{unreadable} cannot be read, and stay where they are." if unreadable else None
    try:
        # A sweep looks for a task in the queue that the ledger names.
        with ledger(settings) as tasks:
            tasks.move(task_ids(moved), target)
    except OperationError as error:
        problem = f"If the broker loses them, they are sent to the old queue: {error.message}"
    gone, left = course.done - len(moved) - unreadable, len(messages) - course.done
    return Done(len(moved), gone, problem=problem, left=left)


def edit(
    message: Waiting,
    args: list[Any],
    kwargs: Mapping[str, Any],
    *,
    settings: Settings | None = None,
) -> Done:
    """Give a waiting task other arguments. It keeps its place, its id and what follows it, so that
    whoever waits for it goes on waiting for the right one.

    Raises:
        InvalidArguments: they do not fit a task of the catalog.
        NotAQueue, BrokerUnreachable, BrokerRefused: as ``delete``.
        OperationError: the message cannot be read.
    """
    settings = settings or current()
    new_kwargs = _fitting(message.name, args, kwargs)
    try:
        new = rewriting.edited(message.raw, args, new_kwargs)
    except wire.Unreadable as error:
        raise OperationError(str(error), "It can be moved or deleted, but not edited.") from error
    key = settings.key_prefix + wire.step_key(message.queue, message.priority)
    with access.broker(settings) as redis, access.queue_key(message.queue):
        replaced = redis.eval(_REPLACE, 1, key, cast("Any", message.raw), cast("Any", new))
    if not replaced:
        return Done(0, 1)
    problem = None
    if message.task_id is not None and message.name in TASKS:
        try:
            with ledger(settings) as tasks:
                tasks.change_arguments(message.task_id, new_kwargs)
        except OperationError as error:
            problem = f"If the broker loses it, the old arguments are sent: {error.message}"
    return Done(1, problem=problem)


def _fitting(name: str | None, args: list[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    if name not in TASKS:
        return dict(kwargs)
    spec = task(name)
    if args:
        text = "must be empty: this task takes arguments by name alone"
        raise InvalidArguments(f"The list of arguments {text}.", "Name them.", {"args": text})
    return checked(spec, kwargs)
