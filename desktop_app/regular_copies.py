"""Copies of this computer's database while the window is open, also where no scheduler runs."""

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from desktop_app.services.blocking import Blocking
from desktop_app.ui.background import Background
from desktop_app.ui.messages import Messages
from worker_core.operations.regular_copy import copy_if_due
from worker_core.settings import Settings
from worker_core.storage import StorageError
from worker_core.storage.backups import Backup

# Behind what the start itself asks of the disk.
FIRST_MS = 60_000
LOOK_EVERY_MS = 3_600_000

log = logging.getLogger(__name__)


class RegularCopies(QObject):
    """Looks a minute after the start, and every hour from then on, whether a copy is due."""

    def __init__(
        self,
        values: Settings,
        background: Background,
        blocking: Blocking,
        messages: Messages,
        parent: QObject | None = None,
        *,
        copy: Callable[[Settings], Backup | None] = copy_if_due,
    ) -> None:
        super().__init__(parent)
        self._values, self._copy = values, copy
        self._background, self._blocking, self._messages = background, blocking, messages
        self._told = ""
        self._looking = False
        self._timer = QTimer(self, interval=FIRST_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        if self._values.backup_hours:
            self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def look(self) -> None:
        self._timer.setInterval(LOOK_EVERY_MS)
        if self._looking:
            return
        self._looking = True
        self._background.run(
            self._blocking.run(self._copy, self._values),
            "copy the database",
            on_success=self._copied,
            on_failure=self._failed,
        )

    def _copied(self, made: Backup | None) -> None:
        self._looking, self._told = False, ""
        if made is not None:
            log.info("The database was copied: %s", made.path)

    def _failed(self, error: Exception) -> None:
        self._looking = False
        log.warning("%s", error)
        # Once, and not every hour.
        if isinstance(error, StorageError) and error.message != self._told:
            self._told = error.message
            self._messages.warn(error.message, error.remedy)
