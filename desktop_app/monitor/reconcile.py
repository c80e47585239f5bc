"""The thread that asks, after each (re)connection, what events cannot tell any more."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import redis

from desktop_app.monitor.findings import Answers, Findings, StoredResult, Subscriptions
from desktop_app.monitor.inbox import Inbox
from desktop_app.monitor.link import Link
from desktop_app.monitor.rows import FINISHED, RUNNING, TaskRow
from worker_core.operations.results import KEY, stored_key

# Events sent just before the subscription stood are still on their way through the workers.
_SETTLE_SECONDS: Final = 1.0
# Celery tells no end of a task that it ignores, so silent ones are looked after as well.
_SILENT_AFTER: Final = 30.0
_SILENT_EVERY: Final = 60.0
_QUEUES_EVERY: Final = 10.0
# A worker that is busy in a solo pool never answers; it must not be asked without end.
_QUEUES_PAUSE: Final = 3.0
_CHUNK: Final = 200
_RESULT_LIMIT: Final = 1024 * 1024

Ask = Callable[[], Answers]

_log = logging.getLogger(__name__)


class Reconciler:
    """Asks, whenever ``request`` was called, the workers (``ask``) what they run and the result
    store (``results``) how the tasks in ``rows()`` that are not finished ended, and puts the
    ``Findings`` into ``inbox``; once a minute also about tasks that run and have been silent.
    Every few seconds it asks the workers for their queues (``ask_queues``) and adds their
    ``Subscriptions``."""

    def __init__(
        self,
        results: Link,
        inbox: Inbox[Any],
        rows: Callable[[], list[TaskRow]],
        *,
        ask: Ask | None,
        ask_queues: Ask | None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._results = results
        self._inbox = inbox
        self._rows = rows
        self._ask = ask
        self._ask_queues = ask_queues
        self._now = now
        self._stopping = threading.Event()
        self._tasks_wanted = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="afi-reconcile", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def request(self) -> None:
        """Ask soon; several requests before that are one."""
        self._tasks_wanted.set()
        self._wake.set()

    def request_queues(self) -> None:
        """Ask for the workers' queues alone, soon."""
        self._wake.set()

    def stop(self) -> None:
        self._stopping.set()
        self._wake.set()

    def join(self, timeout: float) -> bool:
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        queues_due = 0.0
        silent_due = time.monotonic() + _SILENT_EVERY
        while not self._stopping.is_set():
            if self._tasks_wanted.is_set():
                self._tasks_wanted.clear()
                if self._stopping.wait(_SETTLE_SECONDS):
                    return
                self._find_out(lambda row: row.state not in FINISHED, _SETTLE_SECONDS)
                silent_due = time.monotonic() + _SILENT_EVERY
            elif time.monotonic() >= silent_due:
                self._find_out(lambda row: row.state in RUNNING, _SILENT_AFTER)
                silent_due = time.monotonic() + _SILENT_EVERY
            if self._ask_queues is not None and time.monotonic() >= queues_due:
                answers = _answers(self._ask_queues)
                if answers is not None:
                    self._note(Subscriptions(_queue_names(answers)))
                queues_due = time.monotonic() + _QUEUES_PAUSE
            self._wake.wait(_QUEUES_EVERY)
            self._wake.clear()

    def _find_out(self, wanted: Callable[[TaskRow], bool], quiet_for: float) -> None:
        asked_at = self._now()
        quiet_before = asked_at - quiet_for
        uuids = [
            row.uuid
            for row in self._rows()
            if row.last_seen < quiet_before and row.reason is None and wanted(row)
        ]
        active = None if self._ask is None else _answers(self._ask)
        results, complete = self._stored(uuids)
        self._note(Findings(asked_at, quiet_before, active or {}, results, complete, len(uuids)))

    def _note(self, note: Findings | Subscriptions) -> None:
        if not self._stopping.is_set():
            self._inbox.note(note)

    def _stored(self, uuids: Sequence[str]) -> tuple[dict[str, StoredResult], bool]:
        """Stored results of these tasks, and whether all could be looked up."""
        found: dict[str, StoredResult] = {}
        try:
            with self._results.client() as client:
                for chunk in _chunks(uuids):
                    if self._stopping.is_set():
                        return found, False
                    found |= self._look_up(client, chunk)
        except redis.RedisError as error:
            _log.warning("Stored results could not be looked up: %s", error)
            return found, False
        return found, True

    def _look_up(self, client: redis.Redis, uuids: Sequence[str]) -> dict[str, StoredResult]:
        prefix = self._results.prefix
        keys = {uuid: stored_key(KEY + uuid, prefix) for uuid in uuids}
        lengths = client.pipeline(transaction=False)
        for key in keys.values():
            lengths.strlen(key)
        wanted = [
            uuid
            for uuid, length in zip(keys, lengths.execute(), strict=True)
            if 0 < length <= _RESULT_LIMIT
        ]
        if not wanted:
            return {}
        values: Any = client.mget([keys[uuid] for uuid in wanted])
        found = {}
        for uuid, value in zip(wanted, values, strict=True):
            stored = StoredResult.read(value) if value is not None else None
            if stored is not None:
                found[uuid] = stored
        return found


def _answers(ask: Ask) -> Answers | None:
    """What the workers answered, less what makes no sense (a worker may answer an error)."""
    try:
        return {
            hostname: [entry for entry in answer if isinstance(entry, Mapping)]
            for hostname, answer in ask().items()
            if isinstance(answer, list | tuple)
        }
    except Exception as error:  # noqa: BLE001 - it reaches out over the network
        _log.debug("The workers could not be asked: %s", error, exc_info=True)
        return None


def _queue_names(answers: Answers) -> dict[str, frozenset[str]]:
    return {
        hostname: frozenset(name for queue in queues if isinstance(name := queue.get("name"), str))
        for hostname, queues in answers.items()
    }


def _chunks(items: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
