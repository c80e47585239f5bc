"""What an operator does to waiting messages: remove, move, change, put back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, cast

from worker_core.catalog import TASKS, task
from worker_core.operations import queues, removal, rewriting, wire
from worker_core.operations.connection import broker_url, client, reaching
from worker_core.operations.errors import (
    InvalidArguments,
    NotAQueue,
    NothingKept,
    OperationError,
    UnknownQueue,
)
from worker_core.operations.ledger import ledger
from worker_core.operations.messages import Waiting
from worker_core.operations.removed import KEPT_BYTES, Batch, Bin, sliced, task_ids
from worker_core.operations.submit import checked
from worker_core.settings import Settings, current

if TYPE_CHECKING:
    from redis import Redis

SETTLED_AT_ONCE = 500

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


@dataclass(frozen=True, slots=True)
class Done:
    """What became of messages. ``gone`` of them were no longer there: a worker had taken them.
    ``batch`` names what can be put back, None where nothing is kept. ``problem`` says in plain
    words what could not be noted beside it."""

    count: int
    gone: int = 0
    batch: str | None = None
    problem: str | None = None


def delete(
    messages: Sequence[Waiting], *, prefix: str = "", settings: Settings | None = None
) -> Done:
    """Remove waiting messages; their tasks count as cancelled from then on.

    Raises:
        NotAQueue: what stands under the queue's name is something else.
        BrokerUnreachable, BrokerRefused: the broker does not answer, or refuses.
    """
    settings = settings or current()
    taken: list[bytes] = []
    with _broker(settings) as redis:
        kept = Bin(redis, prefix)
        batches: dict[str, str] = {}
        for queue, step, raws in _by_place(messages):
            with _queue(queue):
                if queue not in batches:
                    batches[queue] = kept.begin(queue, "deleted")
                taken += kept.take(batches[queue], queue, step, raws)
        problem = _settle(redis, settings, task_ids(taken), kept, batches.values())
        undo = _kept(kept, batches.values())
    return Done(len(taken), len(messages) - len(taken), undo, problem)


def purge(queue: str, *, prefix: str = "", settings: Settings | None = None) -> Done:
    """Remove all waiting messages of a queue, whatever their priority, in one step.

    Raises:
        As ``delete``.
    """
    settings = settings or current()
    with _broker(settings) as redis, _queue(queue):
        kept = Bin(redis, prefix)
        batch = kept.begin(queue, "purged")
        kept.take_all(batch, queue)
        count = next((one.count for one in kept.batches() if one.id == batch), 0)
        problem = _settle(redis, settings, task_ids(kept.messages(batch)), kept, [batch])
        undo = _kept(kept, [batch])
    return Done(count, 0, undo, problem)


def removed(*, prefix: str = "", settings: Settings | None = None) -> list[Batch]:
    """What can be put back, the latest first."""
    with _broker(settings or current()) as redis:
        return Bin(redis, prefix).batches()


def undo(batch_id: str, *, prefix: str = "", settings: Settings | None = None) -> Done:
    """Put removed messages back to where they stood, before all that came later.

    Raises:
        NothingKept: they are not kept any more.
        NotAQueue: what stands under the queue's name by now is something else.
        BrokerUnreachable, BrokerRefused: the broker does not answer, or refuses.
    """
    settings = settings or current()
    with _broker(settings) as redis:
        kept = Bin(redis, prefix)
        batch = next((one for one in kept.batches() if one.id == batch_id), None)
        if batch is None:
            raise NothingKept(
                "These messages are not kept any more.",
                f"They are kept for a day, {KEPT_BYTES >> 20} MB at most. Enqueue them anew.",
            )
        kept.mark(batch.id, settled=False)
        # Before a worker can have them: to it, they are cancelled.
        for part in _parts(task_ids(kept.messages(batch.id))):
            removal.reopen(redis, settings, part)
        with _queue(batch.queue):
            return Done(kept.put_back(batch))


def move(
    messages: Sequence[Waiting],
    target: str,
    *,
    prefix: str = "",
    settings: Settings | None = None,
) -> Done:
    """Put waiting messages at the end of another queue, in their order and with their priority.

    Raises:
        UnknownQueue: no queue of that name was declared.
        NotAQueue, BrokerUnreachable, BrokerRefused: as ``delete``.
    """
    settings = settings or current()
    moved: list[bytes] = []
    with _broker(settings) as redis:
        binding = queues.bindings(redis, prefix=prefix).get(target)
        if binding is None:
            raise UnknownQueue(
                f"There is no queue “{_shown(target)}”: none of that name was ever declared.",
                "Start a worker that serves it, or choose another queue.",
            )
        unreadable = 0
        for queue, step, raws in _by_place(messages):
            if queue == target:
                continue
            pairs: dict[bytes, bytes] = {}
            for raw in raws:
                try:
                    pairs[raw] = rewriting.redirected(raw, binding.exchange, binding.routing_key)
                except wire.Unreadable:
                    unreadable += 1
            keys = [prefix + wire.step_key(name, step) for name in (queue, target)]
            with _queue(queue):
                for part in sliced(list(pairs), lambda raw: 2 * len(raw)):
                    arguments: list[Any] = [one for raw in part for one in (raw, pairs[raw])]
                    answer = cast("list[int]", redis.eval(_MOVE, 2, *keys, *arguments))
                    moved += [raw for raw, there in zip(part, answer, strict=True) if there]
    problem = f"{unreadable} cannot be read, and stay where they are." if unreadable else None
    try:
        # A sweep looks for a task in the queue that the ledger names.
        with ledger(settings) as tasks:
            tasks.move(task_ids(moved), target)
    except OperationError as error:
        problem = f"If the broker loses them, they are sent to the old queue: {error.message}"
    return Done(len(moved), len(messages) - len(moved) - unreadable, problem=problem)


def edit(
    message: Waiting,
    args: list[Any],
    kwargs: Mapping[str, Any],
    *,
    prefix: str = "",
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
    key = prefix + wire.step_key(message.queue, message.priority)
    with _broker(settings) as redis, _queue(message.queue):
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


def _by_place(messages: Iterable[Waiting]) -> Iterator[tuple[str, int, list[bytes]]]:
    """The messages by queue and step, in the order in which they would be served."""

    def place(message: Waiting) -> tuple[str, int]:
        return message.queue, message.priority

    for (queue, step), group in groupby(sorted(messages, key=place), place):
        yield queue, step, [message.raw for message in group]


def _kept(removed_ones: Bin, batches: Iterable[str]) -> str | None:
    wanted = set(batches)
    return next((one.id for one in removed_ones.batches() if one.id in wanted), None)


def _settle(
    redis: "Redis", settings: Settings, ids: Iterable[str], kept: Bin, batches: Iterable[str]
) -> str | None:
    """Let it be known that tasks are cancelled; why that was not possible. The messages are gone
    by then, so that this is no reason to fail."""
    try:
        with reaching(broker_url(settings)):
            for part in _parts(ids):
                removal.settle_removed(redis, settings, part)
            for batch in batches:
                kept.mark(batch, settled=True)
            kept.trim()
    except OperationError as error:
        return f"Their tasks could not be marked as cancelled: {error.message}"
    return None


def _parts(ids: Iterable[str]) -> Iterator[list[str]]:
    each = iter(ids)
    while part := list(islice(each, SETTLED_AT_ONCE)):
        yield part


@contextmanager
def _broker(settings: Settings) -> Iterator["Redis"]:
    url = broker_url(settings)
    with reaching(url), client(url) as redis:
        yield redis


@contextmanager
def _queue(name: str) -> Iterator[None]:
    """Says plainly when the key of a queue is something else."""
    from redis.exceptions import ResponseError

    try:
        yield
    except ResponseError as error:
        if "WRONGTYPE" not in str(error):
            raise
        raise NotAQueue(
            f"“{_shown(name)}” is no queue: the broker keeps something else under this name.",
            "Nothing was changed. Rename the queue where its workers are configured.",
        ) from error


def _shown(name: str) -> str:
    """A name from outside, without what would break a line or reorder the words around it."""
    return "".join(one if one.isprintable() else "\ufffd" for one in name)
