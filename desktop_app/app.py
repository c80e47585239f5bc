"""The window's process: first paint, event loop, end."""

import asyncio
import logging
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QEvent, QEventLoop, QObject
from PySide6.QtWidgets import QApplication, QMessageBox

from desktop_app.milestones import Milestones
from desktop_app.ui import icons, theme
from desktop_app.ui.shell import Shell
from desktop_app.window_state import WindowState
from worker_core import __version__
from worker_core.settings import SettingsError

log = logging.getLogger(__name__)

_UNSEEN = frozenset({"offscreen", "minimal"})


def run(files: list[Path], *, try_here: bool = False, milestones: Path | None = None) -> int:
    """Open the window and stay until it is closed. Returns the exit code.

    The frame is painted first; what is heavy to load comes after it.

    Raises:
        SettingsError: a setting cannot be used; where there is a screen it was said there.
    """
    marks = Milestones(milestones)
    application = QApplication(sys.argv[:1])
    application.setApplicationName("afi-desk")
    application.setApplicationDisplayName("AFI Desk")
    application.setQuitOnLastWindowClosed(False)
    state = WindowState()
    theme.apply(application, state.theme)
    application.setWindowIcon(icons.application_icon())
    shell = Shell(state.geometry, version=__version__)
    shell.show()
    _wait_for_paint(shell)
    marks.reached("first_paint")

    # qasync and the rest cost more than the whole first paint.
    import qasync

    from desktop_app.desk import Desk

    with qasync.QEventLoop(application) as loop:
        _report_everything(loop)
        try:
            desk = Desk(shell, state, marks)
        except SettingsError as error:
            # Who opened the window from a menu has no terminal to read it in.
            if application.platformName() not in _UNSEEN:
                QMessageBox.critical(shell, "AFI Desk", str(error))
            raise
        loop.run_until_complete(desk.live(files, try_here=try_here))
    return 0


class _FirstPaint(QObject):
    """Ends a local loop when the watched widget has been painted."""

    def __init__(self, loop: QEventLoop) -> None:
        super().__init__()
        self._loop = loop

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            self._loop.quit()
        return False


def _wait_for_paint(shell: Shell) -> None:
    loop = QEventLoop()
    watcher = _FirstPaint(loop)
    shell.installEventFilter(watcher)
    loop.exec()


def _report_everything(loop: asyncio.AbstractEventLoop) -> None:
    """Nothing that goes wrong in a slot, a thread or a coroutine ends unseen."""

    def in_slot(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        log.critical("unexpected", exc_info=(kind, error, trace))

    def in_thread(hook: threading.ExceptHookArgs) -> None:
        name = hook.thread.name if hook.thread else "?"
        if hook.exc_value is not None:
            log.critical("unexpected in thread %s", name, exc_info=hook.exc_value)

    def in_loop(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        log.critical("unexpected: %s", context["message"], exc_info=context.get("exception"))

    sys.excepthook = in_slot
    threading.excepthook = in_thread
    loop.set_exception_handler(in_loop)
