"""What one process holds for the guarantees: its connection, its leases, its words to the ledger.

Nothing of it crosses a fork: the child makes its own at the first use.
"""

import logging
import os
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from celery.signals import worker_process_shutdown, worker_shutdown
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError, ReadOnlyError, RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from worker_core import settings
from worker_core.operations.connection import broker_url, client
from worker_core.operations.guard import Guard
from worker_core.storage import Storage, StorageError, TaskNote

log = logging.getLogger(__name__)

T = TypeVar("T")

FLUSH_EVERY_S = 0.25
FLUSH_AT_END_S = 5.0
# What is dropped beyond this, the sweep finds in the marks.
NOTES_KEPT = 20_000
PATIENCE_S = 60.0
# Gone, still loading, full, or a copy for reading: all of it passes.
PASSING = (RedisConnectionError, RedisTimeoutError, OutOfMemoryError, ReadOnlyError)


@dataclass(frozen=True)
class Marks:
    """One process's share in the guarantees."""

    guard: Guard
    leases: "Leases"
    notes: "Notes"


@lru_cache(maxsize=1)
def marks() -> Marks:
    """This process's."""
    values = settings.current()
    guard = Guard(client(broker_url(values)), values)
    return Marks(guard, Leases(guard, values.lease_s / 4), Notes())


@lru_cache(maxsize=1)
def storage() -> Storage:
    """This process's storage, opened at the first use."""
    values = settings.current()
    return Storage.open(values.database_url, values.artifacts_url)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=marks.cache_clear)


@worker_shutdown.connect  # type: ignore[untyped-decorator]  # where tasks run in threads
@worker_process_shutdown.connect  # type: ignore[untyped-decorator]  # celery carries no types
def _close(**_: object) -> None:
    if marks.cache_info().currsize:
        marks().notes.close()
    if storage.cache_info().currsize:
        storage().close()
        storage.cache_clear()


def insist(call: Callable[[], T], patience_s: float = PATIENCE_S) -> T:
    """What ``call`` answers, once Redis can be used; it may be called several times.

    Raises:
        RedisError: it could not be used for ``patience_s`` seconds, or cannot do this at all.
    """
    over = time.monotonic() + patience_s
    delay = 0.05
    while True:
        try:
            return call()
        except PASSING:
            if time.monotonic() > over:
                raise
            # Many processes that lost one server should not all come back in the same moment.
            time.sleep(delay * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
            delay = min(delay * 2, 2.0)


class Leases:
    """Renews the leases of the runs under way, from a thread of its own."""

    def __init__(self, guard: Guard, every_s: float) -> None:
        self._guard = guard
        self._every_s = every_s
        self._held: dict[str, str] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def hold(self, task_id: str, token: str) -> None:
        with self._lock:
            self._held[task_id] = token
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._renew_for_ever, name="leases", daemon=True
                )
                self._thread.start()

    def drop(self, task_id: str) -> None:
        with self._lock:
            self._held.pop(task_id, None)

    def _renew_for_ever(self) -> None:
        pause = self._every_s
        while True:
            time.sleep(pause)
            with self._lock:
                held = dict(self._held)
            try:
                lost = [one for one, token in held.items() if not self._guard.renew(one, token)]
                pause = self._every_s
            except RedisError as error:
                log.warning("Leases could not be renewed: %s", error)
                pause = min(1.0, self._every_s)
                continue
            with self._lock:
                # A lease that was dropped meanwhile must not stay: its task may come again.
                over = [one for one in held if self._held.get(one) != held[one]]
            for task_id in over:
                self._quietly_abandon(task_id, held[task_id])
            for task_id in lost:
                if task_id not in over:
                    log.warning("The lease of the task %s went to another run.", task_id)

    def _quietly_abandon(self, task_id: str, token: str) -> None:
        try:
            self._guard.abandon(task_id, token)
        except RedisError as error:
            log.warning("The lease of the task %s was left to expire: %s", task_id, error)


class Notes:
    """Writes to the ledger in batches, from a thread of its own.

    A task does not wait for the database. Notes that a killed process takes with it are made up
    for by the sweep, from the marks in Redis.
    """

    def __init__(self) -> None:
        self._waiting: deque[TaskNote] = deque(maxlen=NOTES_KEPT)
        self._some = threading.Event()
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, note: TaskNote) -> None:
        self._waiting.append(note)
        self._some.set()
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._write, name="ledger", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Write what waits, for a few seconds at most."""
        self._closing.set()
        self._some.set()
        if self._thread is not None:
            self._thread.join(FLUSH_AT_END_S)

    def _write(self) -> None:
        while not (self._closing.is_set() and not self._waiting):
            self._some.wait()
            self._closing.wait(FLUSH_EVERY_S)
            self._some.clear()
            # The latest word about a task holds all that the earlier ones said.
            batch = {note.id: note for note in self._taken()}
            if not batch:
                continue
            try:
                storage().tasks.note(batch.values())
            except StorageError as error:
                log.warning("The ledger was not written: %s", error)
                if not error.transient or self._closing.is_set():
                    continue
                self._waiting.extendleft(reversed(batch.values()))
                self._some.set()
                self._closing.wait(1.0)

    def _taken(self) -> list[TaskNote]:
        return [self._waiting.popleft() for _ in range(len(self._waiting))]
