"""Finding submitted tasks that the broker has lost, and sending them again."""

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from worker_core.operations import queues
from worker_core.operations.connection import broker_url, client, reaching
from worker_core.operations.delivery import deliver
from worker_core.operations.guard import Guard, Sign
from worker_core.operations.holds import give_back
from worker_core.operations.ledger import ledger
from worker_core.settings import Settings, current
from worker_core.storage import TaskNote, TaskRecord

if TYPE_CHECKING:
    from redis import Redis

    from worker_core.storage.tasks import TaskRepository

LOCK = "afi:sweep"
# A sweep that is killed must not keep the next ones from what it left behind.
LOCK_S = 30
BATCH = 1000
PATIENCE_S = 60.0
DAY_S = 86_400
_EXTEND = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
"""
_UNLOCK = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: messages of dead workers given back to their queues, tasks sent again,
    tasks found ended, tasks found alive, rows removed."""

    given_back: int = 0
    published: int = 0
    settled: int = 0
    alive: int = 0
    forgotten: int = 0


def sweep(settings: Settings | None = None) -> Swept:
    """Give back what dead workers hold, and look for every task in the ledger of which nothing
    was seen for a while.

    A task whose message waits, is with a worker, or whose run is under way, is alive. One that has
    ended without its worker being able to write so down, is settled. Any other is sent again with
    its own id, which harms nothing where it was not lost after all. Only one sweep goes on at a
    time; another does nothing. What is not looked at within a minute comes first in the next.

    Raises:
        BrokerUnreachable, BrokerRefused: the broker does not answer, or takes no message.
        LedgerUnavailable: the database does not.
    """
    settings = settings or current()
    url = broker_url(settings)
    with ledger(settings) as tasks, reaching(url), client(url) as redis:
        token, lock = str(uuid4()), settings.key_prefix + LOCK
        if not redis.set(lock, token, nx=True, ex=LOCK_S):
            return Swept()
        try:
            given = give_back(redis, tasks, settings)
            done = [*_looks(redis, tasks, settings, token)]
            forgotten = tasks.forget(settings.ledger_days * DAY_S)
        finally:
            redis.eval(_UNLOCK, 1, lock, token)
    published, settled, alive = (sum(counts) for counts in zip((0, 0, 0), *done, strict=True))
    return Swept(given, published, settled, alive, forgotten)


def _looks(
    redis: "Redis", tasks: "TaskRepository", settings: Settings, token: str
) -> Iterator[tuple[int, int, int]]:
    """Look at the silent tasks, a batch at a time; what came of each."""
    began, over = datetime.now(UTC), time.monotonic() + PATIENCE_S
    messages: set[str] | None = None
    while silent := tasks.silent(settings.sweep_grace_s, BATCH, now=began):
        if messages is None:
            # Messages first and marks after them: the order in which a task goes on.
            messages = queues.present(redis, tasks.open_queues(), prefix=settings.key_prefix)
        yield _look(redis, tasks, silent, messages, settings)
        if len(silent) < BATCH or time.monotonic() > over:
            return
        redis.eval(_EXTEND, 1, settings.key_prefix + LOCK, token, LOCK_S)


def _look(
    redis: "Redis",
    tasks: "TaskRepository",
    silent: Sequence[TaskRecord],
    messages: Collection[str],
    settings: Settings,
) -> tuple[int, int, int]:
    """How many were sent again, had ended, are alive."""
    signs = Guard(redis, settings).signs([task.id for task in silent])
    ended = [task for task in silent if signs[task.id].ending]
    tasks.note([_ending(task, signs[task.id]) for task in ended])
    alive = [
        task
        for task in silent
        if not signs[task.id].ending and (signs[task.id].leased or task.id in messages)
    ]
    # The broker has those as well whose delivery was not noted.
    tasks.published([task.id for task in alive])
    tasks.seen([task.id for task in alive])
    known = {task.id for task in (*ended, *alive)}
    lost = [task for task in silent if task.id not in known]
    for task in lost:
        after = [one for one in tasks.follow_ups(task.id) if one.state == "blocked"]
        retries = max(task.retries, signs[task.id].retries)
        deliver(task, after, retries=retries, settings=settings)
        tasks.published([task.id])
        tasks.seen([task.id])
    return len(lost), len(ended), len(alive)


def _ending(task: TaskRecord, sign: Sign) -> TaskNote:
    ending = sign.ending or {}
    return TaskNote(
        task.id,
        ending["state"],
        datetime.fromtimestamp(ending["at"], UTC),
        attempts=ending.get("attempts") or max(task.attempts, 1),
        retries=task.retries,
        error_type=ending.get("type"),
        error_message=ending.get("message"),
    )
