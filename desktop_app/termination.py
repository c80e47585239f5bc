"""SIGTERM and SIGINT close the window as its button does."""

import signal
import socket
import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier


class Termination(QObject):
    """Calls ``close`` in the main thread when the process is asked to end.

    Python runs its signal handlers between two of its own instructions, and Qt's loop runs none
    while nothing happens, so the signal also writes to a socket that Qt listens on.
    """

    def __init__(self, close: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._close = close
        self._ours, theirs = socket.socketpair()
        self._theirs = theirs
        for end in (self._ours, theirs):
            end.setblocking(False)
        self._before = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        self._handlers = {
            number: signal.signal(number, lambda *_: None)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._asked)

    def restore(self) -> None:
        """Give the signals back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._before)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._ours.close()
        self._theirs.close()

    def _asked(self) -> None:
        numbers = set(self._ours.recv(64))
        if numbers & {signal.SIGINT, signal.SIGTERM}:
            self._close()


def supported() -> bool:
    """Whether Qt can listen on such a socket here."""
    return sys.platform != "win32"
