"""Nothing that goes wrong in a slot, a thread, a coroutine or the process itself ends unseen."""

import asyncio
import logging
import sys
import threading
from types import TracebackType
from typing import Any

from desktop_app.services.crash_report import CrashReports
from desktop_app.ui.messages import MessageAction, Messages
from worker_core.settings import Settings

log = logging.getLogger(__name__)


class Reporting:
    """Logs what nobody has caught; once it knows where, it also writes a report that can be sent,
    and tells of the one before."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._reports: CrashReports | None = None
        self._settings: Settings | None = None
        self._messages: Messages | None = None
        sys.excepthook = self._in_slot
        threading.excepthook = self._in_thread
        loop.set_exception_handler(self._in_loop)

    def begin(self, settings: Settings, messages: Messages) -> None:
        """Write reports into the data folder from now on."""
        self._settings, self._messages = settings, messages
        reports = self._reports = CrashReports(settings.data_dir / "crashes")
        before = reports.found(settings)
        reports.begin()
        if before:
            messages.warn(
                "AFI Desk met an error that it did not expect when it last ran.",
                f"What happened stands in {before[0]}, without any of your data. Send that file to "
                "whoever looks after AFI Desk for you.",
                MessageAction("Show the folder", self._show),
            )

    def end(self) -> None:
        if self._reports is not None:
            self._reports.end()

    def _show(self) -> None:
        from PySide6.QtCore import QUrl
        from PySide6.QtGui import QDesktopServices

        if self._reports is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._reports.folder)))

    def _in_slot(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        log.critical("unexpected", exc_info=(kind, error, trace))
        self._write(error, "in the window")

    def _in_thread(self, hook: threading.ExceptHookArgs) -> None:
        name = hook.thread.name if hook.thread else "?"
        if hook.exc_value is not None:
            log.critical("unexpected in thread %s", name, exc_info=hook.exc_value)
            self._write(hook.exc_value, f"in the thread {name}")

    def _in_loop(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        log.critical("unexpected: %s", context["message"], exc_info=error)
        if isinstance(error, Exception):
            self._write(error, "in the background")

    def _write(self, error: BaseException, where: str) -> None:
        if self._reports is not None and not isinstance(error, KeyboardInterrupt):
            self._reports.write(error, where, self._settings)
