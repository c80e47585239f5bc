"""Finding submitted tasks that the broker has lost, and sending them again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from worker_core.operations import queues
from worker_core.operations.connection import broker_url, client, reaching
from worker_core.operations.delivery import deliver
from worker_core.operations.guard import Guard, Sign
from worker_core.operations.ledger import ledger
from worker_core.settings import Settings, current
from worker_core.storage import TaskNote, TaskRecord

if TYPE_CHECKING:
    from redis import Redis

    from worker_core.storage.tasks import TaskRepository

LOCK = "afi:sweep"
LOCK_S = 120
BATCH = 2000
DAY_S = 86_400
_UNLOCK = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: tasks sent again, tasks found ended, tasks found alive, rows removed."""

    published: int = 0
    settled: int = 0
    alive: int = 0
    forgotten: int = 0


def sweep(settings: Settings | None = None) -> Swept:
    """Look for every task in the ledger of which nothing was seen for a while, once.

    One whose message waits, is with a worker, or whose run is under way, is alive. One that has
    ended without its worker being able to write so down, is settled. Any other is sent again with
    its own id, which harms nothing where it was not lost after all. Only one sweep goes on at a
    time; another does nothing.

    Raises:
        BrokerUnreachable, BrokerRefused: the broker does not answer, or takes no message.
        LedgerUnavailable: the database does not.
    """
    settings = settings or current()
    url = broker_url(settings)
    with ledger(settings) as tasks, reaching(url), client(url) as redis:
        token = str(uuid4())
        if not redis.set(LOCK, token, nx=True, ex=LOCK_S):
            return Swept()
        try:
            silent = tasks.silent(settings.sweep_grace_s, BATCH)
            done = _look(redis, tasks, silent, settings) if silent else Swept()
            forgotten = tasks.forget(settings.ledger_days * DAY_S)
        finally:
            redis.eval(_UNLOCK, 1, LOCK, token)
    return Swept(done.published, done.settled, done.alive, forgotten)


def _look(
    redis: "Redis", tasks: "TaskRepository", silent: Sequence[TaskRecord], settings: Settings
) -> Swept:
    ids = [task.id for task in silent]
    # Messages first and marks after them: the order in which a task goes on.
    messages = queues.present(redis, ids, {task.queue for task in silent})
    signs = Guard(redis, settings).signs(ids)
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
    return Swept(len(lost), len(ended), len(alive))


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
