"""Many tasks looked at in one go: what the ledger says of them, and what their workers stored."""

import threading
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from worker_core.operations import results
from worker_core.operations.connection import client, reaching, result_backend_url
from worker_core.operations.errors import ForeignContent, OperationError
from worker_core.operations.ledger import stored
from worker_core.operations.results import TaskResult
from worker_core.settings import Settings, current
from worker_core.storage import TaskRecord, TaskState

if TYPE_CHECKING:
    from redis import Redis

ENDED: Final = frozenset({"succeeded", "failed", "quarantined", "cancelled", "skipped"})
# The ledger is written a moment later than the result store.
_SOONER: Final[dict[str, TaskState]] = {
    "STARTED": "running",
    "PROGRESS": "running",
    "RETRY": "retrying",
    "SUCCESS": "succeeded",
    "FAILURE": "failed",
    "REVOKED": "cancelled",
}


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of a task now. ``result`` is what its worker stored, if it can be read; a
    large one stays the reference to it."""

    record: TaskRecord
    result: TaskResult | None

    @property
    def state(self) -> TaskState:
        """The ledger's, or the result store's where that has heard more."""
        state = self.record.state
        if state in ENDED or state == "blocked" or self.result is None:
            return state
        return _SOONER.get(self.result.state, state)

    @property
    def progress(self) -> tuple[str, float] | None:
        """The stage and how far the task is (0 to 1), as it said itself; None unless it runs."""
        if self.result is None or self.result.state != "PROGRESS" or self.state != "running":
            return None
        match self.result.result:
            case {"stage": str(stage), "fraction": float() | int() as fraction}:
                return stage, min(max(float(fraction), 0.0), 1.0)
        return None

    @property
    def error(self) -> tuple[str, str] | None:
        """Type and words of what it failed with, or is tried again for."""
        if self.state not in {"failed", "quarantined", "retrying", "cancelled"}:
            return None
        if self.record.error_message or self.record.error_type:
            return self.record.error_type or "", self.record.error_message or ""
        if self.result is not None and self.result.error and self.state == "failed":
            kind, _, words = self.result.error.partition(": ")
            return kind, words
        return None


class Watcher:
    """Looks at tasks over a connection that it keeps. Any number of threads may share it; they take
    turns."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or current()
        self._turn = threading.Lock()
        self._url = ""
        self._redis: Redis | None = None

    def look(self, task_ids: Collection[str]) -> dict[str, Look]:
        """What is known of each; those that the ledger does not have are left out. A result store
        that does not answer leaves all results out.

        Raises:
            LedgerUnavailable: the database does not answer.
        """
        if not task_ids:
            return {}
        with stored(self._settings) as storage:
            records = storage.owned_tasks.of(list(task_ids))
        found = self._results([one.id for one in records.values() if one.state != "waiting"])
        return {key: Look(record, found.get(key)) for key, record in records.items()}

    def close(self) -> None:
        """Give the connection back; looking again makes a new one."""
        with self._turn:
            self._drop()

    def _drop(self) -> None:
        if self._redis is not None:
            self._redis.close()
        self._redis = None

    def _results(self, task_ids: list[str]) -> dict[str, TaskResult]:
        url = result_backend_url(self._settings)
        if not task_ids or not url.startswith(results.STORES):
            return {}
        prefix = self._settings.key_prefix
        keys = [results.stored_key(results.KEY + one, prefix) for one in task_ids]
        found: dict[str, TaskResult] = {}
        with self._turn:
            raws = self._fetched(url, keys)
        for task_id, raw in zip(task_ids, raws, strict=False):
            try:
                one = results.understood(task_id, raw, url)
            except ForeignContent:
                continue
            if one is not None:
                found[task_id] = one
        return found

    def _fetched(self, url: str, keys: list[str]) -> list[bytes | None]:
        fresh = self._redis is None or url != self._url
        try:
            return self._asked(url, keys)
        except OperationError:
            self._drop()
        if fresh:
            return []
        # The kept connection may have been an old one.
        try:
            return self._asked(url, keys)
        except OperationError:
            self._drop()
            return []

    def _asked(self, url: str, keys: list[str]) -> list[bytes | None]:
        with reaching(url):
            if self._redis is None or url != self._url:
                self._drop()
                self._redis, self._url = client(url, connect_timeout=1.0, timeout=2.0), url
            return cast("list[bytes | None]", cast("Any", self._redis).mget(keys))
