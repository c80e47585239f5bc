"""Dropped files on their way into the pipeline, and what the store knows of documents."""

import asyncio

from desktop_app.services.blocking import Blocking
from desktop_app.services.document_store import DocumentStore
from desktop_app.services.intake import Intake
from desktop_app.services.tray import Phase
from worker_core.operations.errors import OperationError
from worker_core.operations.submit import submit_document
from worker_core.settings import Settings
from worker_core.storage import DocumentRecord, Storage, StorageError

COPIES_AT_ONCE = 3
MEGABYTE = 2**20
NOT_SHARED = (
    "The workers of this connection do not read the documents that are stored from here.",
    "Name the team’s database and files on the Connections page, or use another connection.",
)


class Documents(DocumentStore, Intake):
    """The store, and the files on their way into it: each is copied to the store and enqueued."""

    def __init__(self, settings: Settings, blocking: Blocking) -> None:
        DocumentStore.__init__(self, settings, blocking)
        Intake.__init__(self, blocking)
        self._copies = asyncio.Semaphore(COPIES_AT_ONCE)

    def _refusal(self) -> tuple[str, str] | None:
        return None if self._settings.ledger else NOT_SHARED

    async def _take_in(self, key: int) -> None:
        item = self.tray[key]
        try:
            storage = await self.storage()
            async with self._copies:
                artifact = await self._blocking.run(
                    storage.artifacts.put_file,
                    item.path,
                    self._settings.max_document_mb * MEGABYTE,
                )
            self.tray.change(key, sha256=artifact.sha256, size=artifact.bytes)
            if await self._is_known(storage, key, artifact.sha256):
                return
            submission = await self._blocking.run(
                submit_document, {"document": artifact.sha256, "filename": item.name}
            )
        except (OperationError, StorageError) as error:
            self._refuse(key, error.message, error.remedy)
            return
        self.changed(
            self.tray.submitted(key, submission.task_id, submission.follow_ups, submission.problem)
        )

    async def _is_known(self, storage: Storage, key: int, sha256: str) -> bool:
        """Whether the store has this very content with its results; the row then shows them."""
        record = await self._blocking.run(storage.documents.by_sha, sha256)
        if record is None or not await self._is_complete(storage, record):
            return False
        when = record.updated_at.astimezone()
        self.changed(
            self.tray.change(
                key,
                phase=Phase.DONE,
                stage="Known already",
                fraction=1.0,
                document_id=record.id,
                looked_up=True,
                message=f"The same content was processed on {when:%d %b %Y at %H:%M}.",
            )
        )
        return True

    async def _is_complete(self, storage: Storage, record: DocumentRecord) -> bool:
        if record.status != "parsed":
            return False
        summary = await self._blocking.run(storage.documents.summary, record.id)
        sentiment = await self._blocking.run(storage.documents.sentiment, record.id)
        return summary is not None and sentiment is not None

    async def settle(self) -> None:
        """Ask the store what became of the files on which something is still to come: it knows
        the reason of a failure, and the outcome where the last event was missed."""
        for item in self.tray.open:
            storage = await self.storage()
            record = await self._blocking.run(storage.documents.by_sha, item.sha256 or "")
            await self._settle(storage, item.key, record)

    async def _settle(self, storage: Storage, key: int, record: DocumentRecord | None) -> None:
        before = self.tray[key]
        if record is None:
            after = self.tray.change(key, looked_up=before.settled)
        elif record.status == "failed" and record.updated_at.timestamp() >= before.submitted_at:
            self.tray.refuse(key, record.error_message or "It failed.", record.remedy or "")
            after = self.tray.change(key, document_id=record.id, looked_up=True)
        elif before.phase is Phase.DONE or await self._is_complete(storage, record):
            after = self.tray.change(
                key,
                phase=Phase.DONE,
                stage="Done",
                fraction=1.0,
                message="",
                document_id=record.id,
                looked_up=True,
            )
        else:
            after = self.tray.change(key, looked_up=before.settled)
        if after != before:
            self.changed(after)
