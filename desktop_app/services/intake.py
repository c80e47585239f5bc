"""Dropped files on their way, whoever takes them: a row for each, some at once."""

import asyncio
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from desktop_app.services.blocking import Blocking
from desktop_app.services.tray import TaskLike, Tray, TrayItem
from worker_core.storage import display_name

FILES_OF_ONE_FOLDER = 500
TAKEN_AT_ONCE = 6


class Intake:
    """The tray and what fills it. ``changed`` hears of every new state of a row; it is called in
    the loop's thread. Whoever inherits says how one file is taken in."""

    def __init__(self, blocking: Blocking) -> None:
        self._blocking = blocking
        self.tray = Tray()
        self.changed: Callable[[TrayItem], None] = lambda _item: None

    async def _take_in(self, key: int) -> None:
        raise NotImplementedError

    def _refusal(self) -> tuple[str, str] | None:
        """Why no file can be taken in now, and what to do; None where they can."""
        return None

    async def add(self, paths: Iterable[Path]) -> list[TrayItem]:
        """Take in files, and the files in folders.

        Every path gets a row, also one that cannot be taken in.
        """
        keys = []
        for path in paths:
            if (refusal := self._refusal()) is None:
                keys += await self._rows_of(path)
            else:
                self._refuse(self._row(path), *refusal)
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

    def apply(self, tasks: Iterable[TaskLike]) -> None:
        """Let the rows follow what became known of their tasks."""
        for item in self.tray.apply(tasks):
            self.changed(item)


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
