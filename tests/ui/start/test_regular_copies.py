"""The window copies its database once in a while, and says once that it cannot."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import qasync
from PySide6.QtWidgets import QApplication

from desktop_app.regular_copies import RegularCopies
from desktop_app.services.blocking import Blocking
from desktop_app.ui.background import Background
from desktop_app.ui.shell import Shell
from tests.window import words_of
from worker_core.settings import Settings
from worker_core.storage import StorageError, migrate
from worker_core.storage.backups import Backup, backups


@pytest.fixture
def shell(qapp: QApplication) -> Iterator[Shell]:
    made = Shell()
    made.show()
    yield made
    made.leave()
    made.deleteLater()


def looked(qapp: QApplication, shell: Shell, values: Settings, times: int, **ways: object) -> None:
    async def look() -> None:
        background, blocking = Background(shell.messages, shell), Blocking(1, "copies")
        copies = RegularCopies(values, background, blocking, shell.messages, **ways)  # type: ignore[arg-type]  # what a case gives
        copies.start()
        for _ in range(times):
            copies.look()
            while background.busy:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.01)
        copies.stop()
        await background.close()
        blocking.close()

    with qasync.QEventLoop(qapp) as loop:
        loop.run_until_complete(look())


def test_a_window_that_is_open_copies_its_database(
    qapp: QApplication, shell: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "afi.sqlite3"
    migrate.upgrade(f"sqlite:///{file}")
    values = Settings.model_validate({"data_dir": tmp_path, "database": None})
    looked(qapp, shell, values, 2)
    (copy,) = backups(file)
    assert copy.regular


def test_that_no_copy_can_be_made_is_said_once(
    qapp: QApplication, shell: Shell, tmp_path: Path
) -> None:
    asked: list[Settings] = []

    def fail(values: Settings) -> Backup | None:
        asked.append(values)
        raise StorageError("disk_full", "No copy could be made.", "Free some space.")

    values = Settings.model_validate({"data_dir": tmp_path, "database": None})
    looked(qapp, shell, values, 3, copy=fail)
    assert len(asked) == 3
    assert words_of(shell).count("No copy could be made.") == 1
