"""The thread that counts, each second, what waits in the queues."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
import redis

from desktop_app.monitor.emptied import Emptied
from desktop_app.monitor.filling import Filling
from desktop_app.monitor.inbox import Inbox
from desktop_app.monitor.link import Link
from desktop_app.monitor.rows import Loss, QueueRow
from worker_core.operations import queues
from worker_core.operations.connection import reaching
from worker_core.operations.errors import OperationError
from worker_core.operations.heads import Head, heads

INTERVAL: Final = 1.0
# Bindings are found by a walk over all keys, which a large result store makes long.
_DISCOVER_EVERY: Final = 30.0
_WEIGH_EVERY: Final = 5.0
_QUEUES_KEPT: Final = 1000
_NAME_SHOWN = 80

_log = logging.getLogger(__name__)


class Poll(msgspec.Struct, frozen=True):
    """Depths of all known queues, messages delivered but not acknowledged, those served next,
    None where the broker's user may not look for them, and what is gone if the broker was found
    empty just now."""

    at: float
    queues: list[QueueRow]
    unacknowledged: int
    heads: dict[str, tuple[Head, ...]] | None = None
    loss: Loss | None = None


class Poller:
    """Polls ``names`` and every queue that the broker's bindings tell of, and puts a ``Poll``
    into ``inbox`` each time. A failed poll is left out; the next one follows a second later.
    ``problem`` says in words why the last one failed, and is empty when it did not; ``remark``
    that its memory is full, or which names of queues are keys of another kind."""

    def __init__(
        self,
        link: Link,
        inbox: Inbox[Any],
        names: Sequence[str],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._link = link
        self._inbox = inbox
        self._names = dict.fromkeys(names)
        self._now = now
        self.problem = self.remark = ""
        self._emptied = Emptied()
        self._filling = Filling()
        self._full = ""
        self._may_look_around = True
        self._may_run_scripts = True
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="afi-poller", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()

    def join(self, timeout: float) -> bool:
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        with self._link.client() as client:
            delay, discover_at, weigh_at = 0.0, 0.0, 0.0
            while not self._stopping.wait(delay):
                began = time.monotonic()
                try:
                    if began >= discover_at:
                        self._discover(client)
                        discover_at = began + _DISCOVER_EVERY
                    if began >= weigh_at:
                        self._full = self._filling.look(client)
                        weigh_at = began + _WEIGH_EVERY
                    self._inbox.note(self._poll(client))
                    self.problem = ""
                except redis.RedisError as error:
                    log = _log.debug if self.problem else _log.warning
                    log("Queue depths could not be read: %s", error)
                    self.problem = self._told(error)
                delay = max(0.1, INTERVAL - (time.monotonic() - began))

    def _poll(self, client: redis.Redis) -> Poll:
        prefix = self._link.prefix
        depths = queues.depths(client, list(self._names), prefix=prefix)
        at = self._now()
        rows = [
            QueueRow(name, depth.total, dict(depth.by_priority), None, at)
            for name, depth in depths.items()
            # What could not be counted is not a queue with nothing in it.
            if depth.problem is None
        ]
        unreadable = [name for name, depth in depths.items() if depth.problem]
        self.remark = self._full or _no_queues(unreadable)
        unacknowledged = queues.unacked(client, prefix=prefix)
        waiting = [row.name for row in rows if row.depth]
        found = self._heads(client, waiting)
        return Poll(at, rows, unacknowledged, found, self._emptied.look(client, rows, at))

    def _heads(
        self, client: redis.Redis, names: Sequence[str]
    ) -> dict[str, tuple[Head, ...]] | None:
        if not self._may_run_scripts:
            return None
        try:
            return heads(client, names, prefix=self._link.prefix)
        except redis.ResponseError as error:
            _log.warning("The ages of waiting messages are not known: %s", error)
            self._may_run_scripts = False
            return None

    def _discover(self, client: redis.Redis) -> None:
        try:
            found = queues.bound_queues(client, prefix=self._link.prefix)
        except redis.ResponseError as error:
            # Those that are known by name are counted all the same.
            log = _log.warning if self._may_look_around else _log.debug
            log("Queues of others are not found: %s", error)
            self._may_look_around = False
            return
        for name in found:
            if len(self._names) < _QUEUES_KEPT:
                self._names.setdefault(name)

    def _told(self, error: redis.RedisError) -> str:
        try:
            with reaching(self._link.url):
                raise error
        except OperationError as explained:
            return f"What waits in the queues is not known. {explained}"


def _no_queues(names: Sequence[str]) -> str:
    """What to say of names that are bound as queues and under which no messages can be."""
    if not names:
        return ""
    first = "".join(sign if sign.isprintable() else "\ufffd" for sign in names[0][:_NAME_SHOWN])
    more = f" (and {len(names) - 1} more)" if len(names) > 1 else ""
    return (
        f"{first}{more} cannot be counted as a queue. Either the key of that name holds something "
        "else, and the application that declared the queue must give it another name, or this "
        "user may not read it."
    )
