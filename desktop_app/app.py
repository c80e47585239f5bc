"""The window's process: first paint, event loop, end."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QEventLoop, QObject
from PySide6.QtWidgets import QApplication

from desktop_app.milestones import Milestones
from desktop_app.opened_files import OpenedFiles
from desktop_app.single_instance import SingleInstance, key_of_place
from desktop_app.ui import icons, theme
from desktop_app.ui.shell import Shell
from desktop_app.window_state import WindowState
from worker_core import __version__

RUNS_ALREADY = 6

if TYPE_CHECKING:
    from desktop_app.desk import Desk


def run(files: list[Path], *, try_here: bool = False, milestones: Path | None = None) -> int:
    """Open the window and stay until it is closed. Returns the exit code.

    The frame is painted first; what is heavy to load comes after it.
    """
    marks = Milestones(milestones)
    application = _application()
    instance = SingleInstance(key_of_place())
    if not instance.is_first:
        return _raise_first(instance, files)
    opened = OpenedFiles(application)
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
    from desktop_app.reporting import Reporting
    from desktop_app.start import ready

    with qasync.QEventLoop(application) as loop:
        reporting = Reporting(loop)
        try:
            values = loop.run_until_complete(ready(shell))
            if values is None:
                shell.leave()
                return 1
            reporting.begin(values, shell.messages)
            desk = Desk(shell, state, marks)
            for source in (instance.asked, opened.came):
                source.connect(lambda given: _again(shell, desk, given))
            loop.run_until_complete(desk.live([*files, *opened.take()], try_here=try_here))
        finally:
            reporting.end()
            instance.close()
    return 0


def check() -> str:
    """Paint the window once, without anything behind it; what to say of that."""
    from PySide6.QtCore import qVersion

    application = _application()
    theme.apply(application, "light")
    shell = Shell(version=__version__)
    shell.show()
    _wait_for_paint(shell)
    platform = application.platformName()
    shell.leave()
    return f"The window can be painted (Qt {qVersion()}, {platform})."


def _application() -> QApplication:
    application = QApplication(sys.argv[:1])
    application.setApplicationName("afi-desk")
    application.setApplicationDisplayName("AFI Desk")
    application.setDesktopFileName("afi-desk")
    application.setQuitOnLastWindowClosed(False)
    return application


def _raise_first(instance: SingleInstance, files: list[Path]) -> int:
    """Give this start's files to the window that is there. Returns the exit code."""
    if instance.hand_over(files):
        return 0
    sys.stderr.write(
        "AFI Desk runs already, but its window does not answer.\n"
        "Wait a moment and try again; or end the process afi-desk in the system's process manager, "
        "and start it anew. Nothing that is stored is lost.\n"
    )
    return RUNS_ALREADY


def _again(shell: Shell, desk: "Desk", files: list[Path]) -> None:
    """Somebody has started the program once more."""
    shell.come_forward()
    desk.take_in(files)


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
