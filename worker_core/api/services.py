"""What the routes share: settings, tokens, what is done together, threads for the rest."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Final, TypeVar

import anyio
import anyio.to_thread

from worker_core.api.guard import Tokens
from worker_core.api.together import Together
from worker_core.operations.errors import KeyReused, OperationError
from worker_core.operations.followed import Look, Watcher
from worker_core.operations.gateway import Accepted, Gateway
from worker_core.operations.ledger import stored
from worker_core.settings import Settings
from worker_core.storage import AuditEntry, Intake, Storage

T = TypeVar("T")

log = logging.getLogger(__name__)

THREADS: Final = 16
FRESH_S: Final = 2.0
NOTE_USES_EVERY_S: Final = 15.0


class Services:
    """One for each process of the API."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.tokens = Tokens(settings)
        self._gateway = Gateway(settings)
        self._submissions: Together[Intake, Accepted | KeyReused] = Together(
            self._gateway.submit_all
        )
        self._audit: Together[AuditEntry, None] = Together(self._write)
        self._watcher = Watcher(settings)
        self._looks: Together[str, Look | None] = Together(self._look)
        self._threads: anyio.CapacityLimiter | None = None
        self._glances: dict[str, asyncio.Task[Any]] = {}
        self._glanced: dict[str, float] = {}

    async def submit(self, intake: Intake) -> Accepted:
        """Write a submission down and send it, together with those of others.

        Raises:
            KeyReused: its idempotency key was used for something else.
            LedgerUnavailable: nothing was written, nothing sent.
            Problem: too many wait.
        """
        answer = await self._submissions(intake)
        if isinstance(answer, KeyReused):
            raise answer
        return answer

    async def note(self, entry: AuditEntry) -> None:
        """Write into the audit log.

        Raises:
            LedgerUnavailable, Problem: as `submit`.
        """
        await self._audit(entry)

    async def look(self, task_id: str) -> Look | None:
        """What is known of a task, whoever owns it; None for none.

        Raises:
            LedgerUnavailable, Problem: as `submit`.
        """
        return await self._looks(task_id)

    async def run(self, work: Callable[[], T]) -> T:
        """What ``work`` answers, in a thread; there are few, so that more wait their turn."""
        if self._threads is None:
            self._threads = anyio.CapacityLimiter(THREADS)
        return await anyio.to_thread.run_sync(work, limiter=self._threads)

    async def glance(self, name: str, work: Callable[[], T]) -> T:
        """As `run`, but what was found a moment ago serves everybody, and of many who ask at once
        one is in a thread."""
        kept = self._glances.get(name)
        if kept is None or (kept.done() and time.monotonic() - self._glanced[name] > FRESH_S):
            kept = self._glances[name] = asyncio.create_task(self._look_anew(name, work))
        found: T = await asyncio.shield(kept)
        return found

    async def _look_anew(self, name: str, work: Callable[[], T]) -> T:
        try:
            return await self.run(work)
        finally:
            self._glanced[name] = time.monotonic()

    async def read(self, work: Callable[[Storage], T]) -> T:
        """What ``work`` finds in the database, in a thread.

        Raises:
            LedgerUnavailable: it does not answer.
        """

        def look() -> T:
            with stored(self.settings) as storage:
                return work(storage)

        return await self.run(look)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """What goes on beside the requests."""
        uses = asyncio.create_task(self._note_uses())
        try:
            yield
        finally:
            uses.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await uses
            await self._flush_uses()
            self._gateway.close()
            self._watcher.close()

    async def _note_uses(self) -> None:
        while True:
            await asyncio.sleep(NOTE_USES_EVERY_S)
            await self._flush_uses()

    async def _flush_uses(self) -> None:
        if not (uses := self.tokens.uses()):
            return
        try:
            await self.read(lambda storage: storage.access.used(uses))
        except OperationError as error:
            self.tokens.unsaid(uses)
            log.warning("When tokens were used is noted later: %s", error)

    def _look(self, task_ids: Sequence[str]) -> Sequence[Look | None]:
        found = self._watcher.look(set(task_ids))
        return [found.get(task_id) for task_id in task_ids]

    def _write(self, entries: Sequence[AuditEntry]) -> Sequence[None]:
        with stored(self.settings) as storage:
            storage.audit.add(entries)
        return [None] * len(entries)
