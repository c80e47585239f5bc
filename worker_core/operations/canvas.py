"""What is to come after a task: the rest of its chain, its callbacks, the chord it belongs to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from worker_core.operations import queues, results, wire
from worker_core.operations.connection import broker_url, client, reaching, result_backend_url
from worker_core.settings import Settings, current

if TYPE_CHECKING:
    from redis import Redis

GROUP_KEY = "celery-taskset-meta-"
DEEPEST = 20
MOST_STEPS = 200

Kind = Literal["next", "callback", "errback", "chord"]


@dataclass(frozen=True, slots=True)
class Step:
    """A task that is not sent yet. ``after`` counts the steps before it, from 1; those of one
    group share it. ``kind`` says when it comes: in its turn, on success, on failure, or when all
    of a chord's header has succeeded."""

    name: str
    task_id: str | None
    after: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Chord:
    """How many tasks of a chord's header have ended, of how many."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Plan:
    """``steps`` are known as long as the task's message is: until it has ended. So are its whole
    arguments, None where they are not."""

    steps: tuple[Step, ...]
    chord: Chord | None
    args: list[Any] | None = field(default=None, compare=False)
    kwargs: dict[str, Any] | None = field(default=None, compare=False)


def plan(task_id: str, queue: str | None = None, *, settings: Settings | None = None) -> Plan:
    """What follows a task, as far as the broker tells it.

    Raises:
        BrokerUnreachable, BrokerRefused: the broker does not answer.
    """
    settings = settings or current()
    url, prefix = broker_url(settings), settings.key_prefix
    with reaching(url), client(url) as redis:
        names = [queue] if queue else queues.bound_queues(redis, prefix=prefix)
        message = queues.held(redis, task_id, prefix=prefix) or queues.find(
            redis, task_id, names, prefix=prefix
        )
    steps, group = _of_message(message.raw) if message is not None else ((), None)
    told = (None, None) if message is None else (message.args, message.kwargs)
    store = result_backend_url(settings)
    if not store.startswith(results.STORES):
        return Plan(steps, None, *told)
    with reaching(store), client(store) as redis:
        group = group or _group_of_result(redis, task_id, prefix)
        chord = None if group is None else chord_progress(redis, group, prefix)
        return Plan(steps, chord, *told)


def chord_progress(redis: "Redis", group: str, prefix: str = "") -> Chord | None:
    """How far the header of a chord is; None for a group without a callback, or one that is over.

    Celery keeps the results so far in a sorted set (or list), and the size in parts.
    """
    key = results.stored_key(GROUP_KEY + group, prefix)
    pipe = redis.pipeline(transaction=False)
    pipe.zcard(f"{key}.j")
    pipe.llen(f"{key}.j")
    pipe.get(f"{key}.s")
    pipe.get(f"{key}.t")
    as_set, as_list, size, more = pipe.execute(raise_on_error=False)
    done = next((count for count in (as_set, as_list) if isinstance(count, int)), 0)
    try:
        total = int(size) + int(more or 0)
    except (TypeError, ValueError):
        return None
    return Chord(done, total) if total > 0 else None


def _group_of_result(redis: "Redis", task_id: str, prefix: str) -> str | None:
    raw = redis.getrange(results.stored_key(results.KEY + task_id, prefix), 0, results.READ_BYTES)
    try:
        meta = wire.value_of(raw)
    except ValueError:
        return None
    group = meta.get("group_id") if isinstance(meta, dict) else None
    return group if isinstance(group, str) else None


def _of_message(raw: bytes) -> tuple[tuple[Step, ...], str | None]:
    try:
        message = wire.parse(raw)
        body = wire.body_of(message)
    except wire.Unreadable:
        return (), None
    group = message["headers"].get("group")
    match body:
        case [_, _, dict() as embedded]:
            found = list(_steps(embedded))[:MOST_STEPS]
        case _:
            found = []
    return tuple(found), group if isinstance(group, str) else None


def _steps(embedded: Mapping[str, Any]) -> Iterator[Step]:
    # A chain is kept with its next step last.
    chain = embedded.get("chain")
    place = 0
    for place, signature in enumerate(reversed(chain if isinstance(chain, list) else []), 1):
        yield from _of_signature(signature, place, "next")
    if chord := embedded.get("chord"):
        yield from _of_signature(chord, place + 1, "chord")
    for signature in _listed(embedded.get("callbacks")):
        yield from _of_signature(signature, 1, "callback")
    for signature in _listed(embedded.get("errbacks")):
        yield from _of_signature(signature, 1, "errback")


def _of_signature(signature: object, after: int, kind: Kind, depth: int = 0) -> Iterator[Step]:
    """The tasks of one signature: itself, or those of the canvas that it stands for."""
    if not isinstance(signature, dict) or depth > DEEPEST:
        return
    kwargs = signature.get("kwargs")
    kwargs = kwargs if isinstance(kwargs, dict) else {}
    match signature.get("subtask_type"):
        case "group":
            for one in _listed(kwargs.get("tasks")):
                yield from _of_signature(one, after, kind, depth + 1)
        case "chain":
            for place, one in enumerate(_listed(kwargs.get("tasks"))):
                yield from _of_signature(one, after + place, kind, depth + 1)
        case "chord":
            header = kwargs.get("header")
            # A group's signature, or the bare list of its tasks.
            for one in header if isinstance(header, list) else [header]:
                yield from _of_signature(one, after, kind, depth + 1)
            yield from _of_signature(kwargs.get("body"), after + 1, "chord", depth + 1)
        case _:
            name = signature.get("task")
            options = signature.get("options")
            task_id = options.get("task_id") if isinstance(options, dict) else None
            if isinstance(name, str):
                yield Step(name, task_id if isinstance(task_id, str) else None, after, kind)


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
