"""Removing results of tasks from the result store when their time is over.

As a rule a result expires by itself there. What stays: results of another program's workers or of
earlier settings, which were stored without an end or with a later one, and, where somebody wants
them gone earlier, those whose time has not come.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, cast

import orjson

from worker_core.operations.connection import client, label, reaching, result_backend_url
from worker_core.operations.errors import ForeignContent
from worker_core.operations.guard import LEASE
from worker_core.operations.ledger import stored
from worker_core.operations.queues import literal
from worker_core.operations.results import KEY, STORES, stored_key
from worker_core.settings import Settings, current

if TYPE_CHECKING:
    from redis import Redis

GROUP_KEY = "celery-taskset-meta-"
BATCH: Final = 500
READ_BYTES: Final = 2**20
BUDGET_S: Final = 200.0
ENDED: Final = frozenset({"SUCCESS", "FAILURE", "REVOKED"})

# A result that was written anew meanwhile is another one.
_REMOVE = """
local found = redis.call('GET', KEYS[1])
if found and redis.sha1hex(found) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""


@dataclass(slots=True)
class Cleaned:
    """What went, or would go in a dry run: ``removed`` results of ``bytes`` as they were stored.
    ``kept`` counts by reason those that are old and stayed. Without ``complete`` there was no time
    to look at all of ``seen``'s peers; the next run goes on."""

    seen: int = 0
    removed: int = 0
    bytes: int = 0
    kept: Counter[str] = field(default_factory=Counter)
    complete: bool = True


@dataclass(frozen=True, slots=True)
class _Old:
    task_id: str
    key: bytes
    raw: bytes
    group: str | None


def clean(
    older_than_s: float | None = None,
    *,
    dry_run: bool = False,
    budget_s: float = BUDGET_S,
    settings: Settings | None = None,
) -> Cleaned:
    """Remove results of tasks that ended ``older_than_s`` ago (by default as long as the settings
    keep a result), but none of a task that has not ended, whose follow-ups wait for it, that runs
    again, or whose group is kept.

    Raises:
        ForeignContent: the result store is no Redis server.
        BrokerUnreachable, BrokerRefused: it does not answer, or refuses.
        LedgerUnavailable: the database does not answer, so that it is not known what is needed.
    """
    settings = settings or current()
    older_than_s = settings.result_expires_s if older_than_s is None else older_than_s
    url = result_backend_url(settings)
    if not url.startswith(STORES):
        raise ForeignContent(
            f"Results are stored in {label(url)}, which is not cleaned up from here.",
            "Clean it up with its own means.",
        )
    done, over = Cleaned(), time.monotonic() + budget_s
    with reaching(url), client(url) as redis:
        for keys in _batches(redis, settings.key_prefix):
            done.seen += len(keys)
            old = _old(redis, keys, settings, older_than_s, done)
            free = _unneeded(redis, old, settings, done)
            _remove(redis, free, done, dry_run=dry_run)
            if time.monotonic() > over:
                done.complete = False
                break
    return done


def _batches(redis: "Redis", prefix: str) -> Iterator[list[bytes]]:
    pattern = literal(stored_key(KEY, prefix)) + "*"
    batch: list[bytes] = []
    for key in redis.scan_iter(match=pattern, count=1000):
        batch.append(cast("bytes", key))
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _old(
    redis: "Redis", keys: Sequence[bytes], settings: Settings, older_than_s: float, done: Cleaned
) -> list[_Old]:
    """Those that ended long enough ago. Only what may be so by its remaining time is read."""
    pipe = redis.pipeline(transaction=False)
    for key in keys:
        pipe.ttl(cast("Any", key))
    lifetime = settings.result_expires_s
    perhaps = [
        key
        for key, left in zip(keys, pipe.execute(), strict=True)
        if left == -1 or left > lifetime or (left >= 0 and lifetime - left >= older_than_s)
    ]
    if not perhaps:
        return []
    pipe = redis.pipeline(transaction=False)
    for key in perhaps:
        pipe.getrange(cast("Any", key), 0, READ_BYTES)
    start = len(stored_key(KEY, settings.key_prefix).encode())
    before = time.time() - older_than_s
    found = []
    answers = pipe.execute(raise_on_error=False)
    for key, raw in zip(perhaps, answers, strict=True):
        ended = _ended(raw) if isinstance(raw, bytes) and raw else None
        if ended is None:
            done.kept["cannot be read"] += 1
            continue
        state, at, group = ended
        if state not in ENDED:
            done.kept["has not ended"] += 1
        elif at is None:
            done.kept["does not say when it ended"] += 1
        elif at <= before:
            found.append(_Old(key[start:].decode("utf-8", "replace"), key, raw, group))
    return found


def _ended(raw: bytes) -> tuple[str, float | None, str | None] | None:
    """State, time of the end and group of a stored result."""
    try:
        meta = orjson.loads(raw)
    except ValueError:
        return None
    if not isinstance(meta, dict) or not isinstance(meta.get("status"), str):
        return None
    group = meta.get("group_id")
    return meta["status"], _moment(meta.get("date_done")), group if isinstance(group, str) else None


def _moment(value: object) -> float | None:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        # Celery writes UTC, in some versions without saying so.
        return None if at is None else (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _unneeded(redis: "Redis", old: Sequence[_Old], settings: Settings, done: Cleaned) -> list[_Old]:
    if not old:
        return []
    with stored(settings) as storage:
        needed: Collection[str] = storage.tasks.needed([one.task_id for one in old])
    pipe = redis.pipeline(transaction=False)
    for one in old:
        pipe.exists(f"{settings.key_prefix}{LEASE}{one.task_id}")
        group = one.group or ""
        pipe.exists(stored_key(GROUP_KEY + group, settings.key_prefix))
    answers = iter(pipe.execute())
    free = []
    for one in old:
        leased, grouped = next(answers), next(answers)
        if leased:
            done.kept["runs again"] += 1
        elif one.task_id in needed:
            done.kept["is needed by a task that has not ended"] += 1
        elif one.group and grouped:
            done.kept["belongs to a group whose result is kept"] += 1
        else:
            free.append(one)
    return free


def _remove(redis: "Redis", free: Sequence[_Old], done: Cleaned, *, dry_run: bool) -> None:
    if not free:
        return
    if dry_run:
        gone = [1] * len(free)
    else:
        script = redis.register_script(_REMOVE)
        pipe = redis.pipeline(transaction=False)
        for one in free:
            digest = hashlib.sha1(one.raw, usedforsecurity=False).hexdigest()
            script(keys=[one.key], args=[digest], client=pipe)
        gone = pipe.execute()
    for one, was_removed in zip(free, gone, strict=True):
        if was_removed:
            done.removed += 1
            done.bytes += len(one.raw)
        else:
            done.kept["was written anew meanwhile"] += 1
