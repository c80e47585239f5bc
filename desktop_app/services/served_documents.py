"""Dropped files handed in through a server of the API, and what it knows of one's own documents."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from desktop_app.monitor.served import ServedSession
from desktop_app.services.blocking import Blocking
from desktop_app.services.commands import must_be_allowed
from desktop_app.services.intake import Intake
from desktop_app.services.served_records import as_hit
from desktop_app.services.served_store import ServedStore
from desktop_app.services.tray import COPIED, Phase
from worker_core.operations.errors import InvalidArguments, OperationError
from worker_core.operations.remote.answers import Limits
from worker_core.operations.remote.api import Api
from worker_core.operations.remote.document_answers import Document, Documents
from worker_core.operations.remote.errors import NotYours, ServerAway, SignInAgain
from worker_core.storage import SearchFilters, SearchHit

SENT_AT_ONCE = 2
SIGNED_OUT = "Waits until you sign in"
BROKER_AWAY = "The server keeps it, and hands it on when its broker is back."


class ServedDocuments(Intake):
    """Each file is sent once, however often the connection breaks. Every call that asks the server
    raises OperationError, with words for the user."""

    def __init__(self, blocking: Blocking, api: Api, session: ServedSession) -> None:
        super().__init__(blocking)
        self._api, self._session = api, session
        self.store = ServedStore(blocking, api)
        self._sending = asyncio.Semaphore(SENT_AT_ONCE)
        self._limits: Limits | None = None
        self._let_in = asyncio.Event()
        self._over = False

    def signed_in(self) -> None:
        """What waited for it goes on."""
        event, self._let_in = self._let_in, asyncio.Event()
        event.set()

    def end(self) -> int:
        """Nothing is handed in any more; how many files were waiting for their turn."""
        self._over = True
        left = sum(one.phase is Phase.COPYING for one in self.tray)
        self.signed_in()
        return left

    async def _take_in(self, key: int) -> None:
        """Once; while nobody is signed in it waits, and begins anew then."""
        while not self._over:
            let_in = self._let_in
            try:
                await self._hand_in(key)
            except SignInAgain:
                self.changed(self.tray.change(key, stage=SIGNED_OUT, fraction=0.0))
                await let_in.wait()
            else:
                return

    async def _hand_in(self, key: int) -> None:
        item = self.tray[key]
        try:
            must_be_allowed()
            async with self._sending:
                size = await self._blocking.run(_size, item.path)
                self.changed(self.tray.change(key, stage="Sending", size=size))
                done = await self._blocking.run(
                    self._api.upload, item.path, item.name, await self._most(), self._progress(key)
                )
        except InvalidArguments as error:
            # Where no field of a form is meant, the server's words say what to do as well.
            self._refuse(key, error.message, error.remedy if error.fields else "")
            return
        except SignInAgain:
            raise
        except OperationError as error:
            self._refuse(key, error.message, error.remedy)
            return
        except OSError as error:
            self._refuse(
                key,
                f"The file cannot be read: {error.strerror or error}.",
                "Check that it is still there, then drop it again.",
            )
            return
        self.tray.change(key, sha256=done.document)
        problem = None if done.delivered else BROKER_AWAY
        self.changed(self.tray.submitted(key, done.task_id, tuple(done.follow_ups), problem))
        self._session.look_soon()

    async def _most(self) -> Limits | None:
        """What the server takes, asked once; None while it is away, and says so itself later."""
        if self._limits is None:
            try:
                self._limits = (await self._blocking.run(self._api.me)).limits
            except ServerAway:
                return None
        return self._limits

    def _progress(self, key: int) -> Callable[[float], object]:
        loop = asyncio.get_running_loop()
        return lambda share: loop.call_soon_threadsafe(self._sent, key, share)

    def _sent(self, key: int, share: float) -> None:
        if self.tray[key].phase is Phase.COPYING:
            self.changed(self.tray.change(key, fraction=COPIED * share))

    async def settle(self) -> None:
        """See what became of the files on which something is still to come, also where their tasks
        ended before anybody waited for them; and why one failed."""
        for item in self.tray.open:
            for task_id in filter(None, (item.task_id, *item.follow_ups)):
                if (row := self._session.state.task(task_id)) is not None:
                    self.apply([row])
            after = self.tray[item.key]
            if not after.settled or after.sha256 is None:
                continue
            try:
                found = await self._found(after.sha256)
            except (ServerAway, SignInAgain):
                # It is asked again by itself; the window says already why it waits.
                return
            if found is not None and after.phase is Phase.FAILED and found.error:
                self.tray.refuse(item.key, found.error, "")
            number = found.document_id if found else None
            self.changed(self.tray.change(item.key, document_id=number, looked_up=True))

    async def _found(self, sha256: str) -> Document | None:
        try:
            return await self.document(sha256)
        except NotYours:
            return None

    async def list(
        self, after: str | None = None, filters: SearchFilters | None = None
    ) -> Documents:
        """One's own, newest first; ``after`` is where the page before ended."""
        return await self._blocking.run(
            self._api.documents, 100, after, tuple(filters or SearchFilters())
        )

    async def search(
        self, words: str, filters: SearchFilters, limit: int, after: int = 0
    ) -> tuple[SearchHit, ...]:
        """Those that have the words, the best first; ``after`` leaves out as many.

        Raises:
            BadQuery: there is no word to look for, or there are too many.
        """
        found = await self._blocking.run(self._api.search, words, tuple(filters), limit, after)
        return tuple(map(as_hit, found.hits))

    async def document(self, sha256: str) -> Document:
        """With what was found in it."""
        return await self._blocking.run(self._api.document, sha256)


def _size(path: Path) -> int:
    return path.stat().st_size
