"""How the broker is."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any, TypeVar

from worker_core.health.readings import BrokerReading, ClockReading
from worker_core.operations.connection import broker_url, client, reaching
from worker_core.settings import Settings

if TYPE_CHECKING:
    from redis import Redis

T = TypeVar("T")

ANSWER_S = 2.0
ROUNDS = 5
HERE = "this computer"
_NO_CLOCK: tuple[ClockReading | None, float | None] = (None, None)


@dataclass(frozen=True, slots=True)
class BrokerLook:
    """``clock`` is this computer's against the broker's, and ``now`` the broker's time; None where
    it may not be asked."""

    reading: BrokerReading
    clock: ClockReading | None
    now: float | None


def broker(settings: Settings) -> BrokerLook:
    """A few round trips; a question that the user has no right to is left out and named.

    Raises:
        BrokerUnreachable, BrokerRefused: it does not answer a ping.
    """
    url, refused = broker_url(settings), list[str]()
    with reaching(url), client(url, connect_timeout=ANSWER_S, timeout=ANSWER_S) as redis:
        redis.ping()
        latency = median(_timed(redis.ping) for _ in range(ROUNDS))

        def allowed(what: str, ask: Callable[[], T], otherwise: T) -> T:
            from redis.exceptions import ResponseError

            try:
                return ask()
            except ResponseError:
                refused.append(what)
                return otherwise

        nothing: dict[str, Any] = {}
        about = allowed("INFO", lambda: _info(redis), nothing)
        snapshots = allowed("CONFIG GET", lambda: _snapshots(redis), None)
        clock, now = allowed("TIME", lambda: _clock(redis), _NO_CLOCK)
    return BrokerLook(_reading(about, latency, snapshots, tuple(refused)), clock, now)


def _timed(ask: Callable[[], Any]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


def _info(redis: "Redis") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for section in ("server", "memory", "persistence", "clients"):
        found |= redis.info(section)
    return found


def _snapshots(redis: "Redis") -> bool:
    found: Any = redis.config_get("save")
    return any(bool(value) for value in found.values())


def _clock(redis: "Redis") -> tuple[ClockReading | None, float | None]:
    """The quickest of a few answers tells most closely."""
    looks = []
    for _ in range(3):
        began, since = time.time(), time.perf_counter()
        seconds, micros = redis.time()
        took = time.perf_counter() - since
        server = int(seconds) + int(micros) / 1e6
        looks.append((took / 2, began + took / 2 - server, server))
    doubt, ahead, _ = min(looks)
    return ClockReading(HERE, ahead, doubt), time.time() - ahead


def _reading(
    about: dict[str, Any], latency: float, snapshots: bool | None, refused: tuple[str, ...]
) -> BrokerReading:
    valkey = about.get("valkey_version")
    version = str(valkey or about.get("redis_version") or "")
    name = "Valkey" if valkey else "Redis"
    return BrokerReading(
        server=f"{name} {version}" if version else "a Redis server",
        version=_version(version),
        latency_s=latency,
        used_bytes=_whole(about.get("used_memory")),
        max_bytes=_whole(about.get("maxmemory")),
        policy=_text(about.get("maxmemory_policy")),
        journalled=_flag(about.get("aof_enabled")),
        snapshots=snapshots,
        writes_fail=_writes_fail(about, snapshots),
        clients=_whole(about.get("connected_clients")),
        refused=refused,
    )


def _writes_fail(about: dict[str, Any], snapshots: bool | None) -> bool | None:
    """A snapshot that failed counts only where snapshots are wanted."""
    if not about:
        return None
    journal = about.get("aof_enabled") and about.get("aof_last_write_status") not in {None, "ok"}
    saved = snapshots and about.get("rdb_last_bgsave_status") not in {None, "ok"}
    return bool(journal or saved)


def _version(text: str) -> tuple[int, ...]:
    parts = text.split(".")[:3]
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else ()


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _flag(value: object) -> bool | None:
    return bool(value) if isinstance(value, int) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
