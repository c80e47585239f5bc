"""A logging handler that appends what a task logs to a list of its own in the broker."""

import logging
import os
import threading
from collections import defaultdict, deque
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec
from celery import current_task
from celery.signals import worker_process_shutdown, worker_shutdown
from redis.exceptions import RedisError

from worker_core import settings
from worker_core.logs import add_context
from worker_core.operations.connection import broker_url, client
from worker_core.operations.errors import OperationError
from worker_core.operations.task_log import KEPT, LONGEST, LogLine, log_key

if TYPE_CHECKING:
    from redis import Redis

WRITE_EVERY_S = 0.25
WRITE_AT_END_S = 2.0
WAITING = 5000
# Celery says of every task that it was received and has ended: that is known from its events.
_LEFT_OUT = ("celery.", "kombu.", "worker_core.tasks.logged")


class TaskLogHandler(logging.Handler):
    """Costs a task that logs nothing nothing. A line that cannot be written is lost here alone: it
    stands in the worker's own log."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(_LEFT_OUT):
            return
        task_id = current_task.request.id if current_task else None
        if task_id is None:
            return
        try:
            text = self.format(record)[:LONGEST]
        except Exception:  # noqa: BLE001 - a bad format string must not fail the task
            self.handleError(record)
            return
        lines().put(str(task_id), LogLine(record.created, record.levelname, record.name, text))


class Lines:
    """Writes in batches, from a thread of its own."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[str, LogLine]] = deque(maxlen=WAITING)
        self._some = threading.Event()
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, task_id: str, line: LogLine) -> None:
        self._waiting.append((task_id, line))
        self._some.set()
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._write, name="task-log", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Write what waits, for a moment at most."""
        self._closing.set()
        self._some.set()
        if self._thread is not None:
            self._thread.join(WRITE_AT_END_S)

    def _write(self) -> None:
        values = settings.current()
        try:
            redis = client(broker_url(values))
        except OperationError:
            return
        with redis:
            while not (self._closing.is_set() and not self._waiting):
                self._some.wait()
                self._closing.wait(WRITE_EVERY_S)
                self._some.clear()
                batch = defaultdict[str, list[bytes]](list)
                for _ in range(len(self._waiting)):
                    task_id, line = self._waiting.popleft()
                    batch[task_id].append(msgspec.json.encode(line))
                try:
                    _append(redis, batch, values)
                except RedisError as error:
                    logging.getLogger(__name__).debug("Lines of tasks were not kept: %s", error)


def _append(redis: "Redis", batch: dict[str, list[bytes]], values: settings.Settings) -> None:
    pipe = redis.pipeline(transaction=False)
    for task_id, texts in batch.items():
        key = log_key(task_id, values.key_prefix)
        pipe.rpush(key, *texts[:KEPT])
        pipe.ltrim(key, 0, KEPT - 1)
        pipe.expire(key, values.result_expires_s)
    if batch:
        pipe.execute()


@lru_cache(maxsize=1)
def lines() -> Lines:
    """This process's."""
    return Lines()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lines.cache_clear)


@worker_shutdown.connect  # type: ignore[untyped-decorator]  # where tasks run in threads
@worker_process_shutdown.connect  # type: ignore[untyped-decorator]  # celery carries no types
def _close(**_: object) -> None:
    if lines.cache_info().currsize:
        lines().close()


def running() -> dict[str, str]:
    """The task that runs in this process now, and the request of the API that it came from."""
    request = current_task.request if current_task else None
    if request is None or not request.id:
        return {}
    told = {"task_id": str(request.id), "task": str(request.task)}
    for name in ("request_id", "user_id"):
        if isinstance(value := request.get(name), str):
            told[name] = value
    return told


def install() -> None:
    """Put the handler beside those of the root logger, and let the logs name the task."""
    add_context(running)
    root = logging.getLogger()
    if not any(isinstance(one, TaskLogHandler) for one in root.handlers):
        handler = TaskLogHandler()
        handler.setFormatter(logging.Formatter("%(message)s"))
        root.addHandler(handler)
