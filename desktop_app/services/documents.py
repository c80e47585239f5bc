"""Dropped files on their way into the pipeline, and what the store knows of documents."""

import asyncio
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from desktop_app.services.blocking import Blocking
from desktop_app.services.document_store import DocumentStore
from desktop_app.services.tray import Phase, TaskLike, Tray, TrayItem
from worker_core.operations.errors import OperationError
from worker_core.operations.submit import submit_document
from worker_core.settings import Settings
from worker_core.storage import DocumentRecord, Storage, StorageError, display_name

FILES_OF_ONE_FOLDER = 500
COPIES_AT_ONCE = 3
TAKEN_AT_ONCE = 6
MEGABYTE = 2**20
NOT_SHARED = (
    "The workers of this connection do not read the documents that are stored from here.",
    "Name the team’s database and files on the Connections page, or use another connection.",
)


class Documents(DocumentStore):
    """The store, and the files on their way into it. ``changed`` hears of every new state of a
    row; it is called in the loop's thread."""

    def __init__(self, settings: Settings, blocking: Blocking) -> None:
        super().__init__(settings, blocking)
        self.tray = Tray()
        self.changed: Callable[[TrayItem], None] = lambda _item: None
        self._copies = asyncio.Semaphore(COPIES_AT_ONCE)

    async def add(self, paths: Iterable[Path]) -> list[TrayItem]:
        """Take in files, and the files in folders: copy each to the store and enqueue it.

        Every path gets a row, also one that cannot be taken in.
        """
        keys = []
        for path in paths:
            if self._settings.ledger:
                keys += await self._rows_of(path)
            else:
                self._refuse(self._row(path), *NOT_SHARED)
        left = iter(keys)

        async def one_after_the_other() -> None:
            for key in left:
                await self._take_in(key)

        await asyncio.gather(*(one_after_the_other() for _ in range(TAKEN_AT_ONCE)))
        return [self.tray[key] for key in keys]

    async def _rows_of(self, path: Path) -> list[int]:
        if not await self._blocking.run(path.is_dir):
            return [self._row(path)]
        files, more = await self._blocking.run(_files_in, path)
        if not files:
            key = self._row(path)
            self._refuse(key, "This folder holds no files.", "Drop the files themselves.")
            return []
        keys = [self._row(file) for file in files]
        if more:
            self._refuse(
                self._row(path),
                f"Only the first {FILES_OF_ONE_FOLDER} files of this folder were taken.",
                "Drop the rest in smaller folders.",
            )
        return keys

    def _row(self, path: Path) -> int:
        item = self.tray.add(path, display_name(path.name))
        self.changed(item)
        return item.key

    def _refuse(self, key: int, message: str, remedy: str) -> None:
        self.changed(self.tray.refuse(key, message, remedy))

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

    def apply(self, tasks: Iterable[TaskLike]) -> None:
        """Let the rows follow what became known of their tasks."""
        for item in self.tray.apply(tasks):
            self.changed(item)

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


def _files_in(folder: Path) -> tuple[list[Path], bool]:
    """The files below a folder, by name, without hidden ones; and whether there are more."""
    found: list[Path] = []
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.startswith("."):
                continue
            if len(found) == FILES_OF_ONE_FOLDER:
                return found, True
            found.append(Path(parent) / name)
    return found, False
