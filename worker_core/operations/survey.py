"""What is found at a broker before one works with it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from worker_core.catalog import TASKS
from worker_core.operations import queues, wire
from worker_core.operations.connection import broker_url, client, reaching
from worker_core.operations.errors import OperationError
from worker_core.operations.workers import inspect
from worker_core.settings import Settings, current

if TYPE_CHECKING:
    from redis import Redis

T = TypeVar("T")

ASK_TIMEOUT_S = 2.0
PING_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Survey:
    """``server`` is its name and version, ``answers_in_s`` the quickest of a few answers.
    ``workers`` are nodes that answered, ``tasks`` the names that they know; ``ours`` says that
    those are this project's. ``refusals`` name, in words, what this user may not do there."""

    server: str
    answers_in_s: float
    queues: tuple[str, ...]
    workers: tuple[str, ...]
    tasks: tuple[str, ...]
    ours: bool
    refusals: tuple[str, ...]


def survey(settings: Settings | None = None) -> Survey:
    """Look around at the settings' broker without changing anything there.

    Raises:
        BrokerUnreachable, BrokerRefused: it does not answer a ping.
    """
    settings = settings or current()
    url, refusals = broker_url(settings), list[str]()
    with reaching(url), client(url) as redis:
        quickest = min(_ping(redis) for _ in range(PING_ROUNDS))

        def allowed(what: str, look: Callable[[], T], otherwise: T) -> T:
            try:
                with reaching(url):
                    return look()
            except OperationError:
                refusals.append(what)
                return otherwise

        prefix = settings.key_prefix
        server = allowed("ask the server what it is", lambda: _server(redis), "A Redis server")
        none: list[str] = []
        found = allowed("list the queues", lambda: queues.bound_queues(redis, prefix=prefix), none)
        allowed("listen to events", lambda: _listen(redis, prefix), None)
    try:
        answers = inspect("registered", timeout=ASK_TIMEOUT_S, settings=settings)
    except OperationError:
        refusals.append("ask the workers")
        answers = {}
    tasks = {name for known in answers.values() if isinstance(known, list) for name in known}
    names = {str(name).partition(" [")[0] for name in tasks}
    return Survey(
        server,
        quickest,
        tuple(found),
        tuple(sorted(answers)),
        tuple(sorted(name for name in names if not name.startswith("celery."))),
        bool(names & TASKS.keys()),
        tuple(refusals),
    )


def _ping(redis: "Redis") -> float:
    began = time.perf_counter()
    redis.ping()
    return time.perf_counter() - began


def _server(redis: "Redis") -> str:
    about = cast("dict[str, object]", redis.info("server"))
    if "valkey_version" in about:
        return f"Valkey {about['valkey_version']}"
    return f"Redis {about.get('redis_version', '')}".strip()


def _listen(redis: "Redis", prefix: str) -> None:
    with cast("Any", redis).pubsub() as events:
        events.psubscribe(f"{prefix}/{wire.database(redis)}.celeryev/*")
        events.parse_response()
