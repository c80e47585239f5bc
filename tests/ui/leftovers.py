"""What a test may leave behind: threads, timers that run, windows."""

import gc
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QWidget

PATIENCE_S = 30.0
# Qt keeps the last tooltip for itself.
_OWN_TO_QT = {"QTipLabel"}
_timers: weakref.WeakSet[QTimer] = weakref.WeakSet()

Thing = tuple[int, str]


@contextmanager
def watched() -> Iterator[None]:
    """While this lasts, each timer is noted when it is made, since Qt has no list of them, and
    what there is already is passed over when garbage is collected, which is ten times faster."""
    original = QTimer.__init__

    def made(timer: QTimer, *args: Any, **properties: Any) -> None:
        original(timer, *args, **properties)
        _timers.add(timer)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QTimer, "__init__", made)
        gc.collect()
        gc.freeze()
        yield
        gc.unfreeze()


def alive() -> set[Thing]:
    """Everything of that kind now, by its address and a name to find it by."""
    threads = {(id(thread), f"thread {thread.name}") for thread in threading.enumerate()}
    timers = {
        (_address(timer), f"timer of {type(timer.parent()).__name__}, {timer.interval()} ms")
        for timer in list(_timers)
        if shiboken6.isValid(timer) and timer.isActive()
    }
    windows = {
        (_address(widget), f"window {type(widget).__name__}")
        for widget in QApplication.topLevelWidgets()
        if widget.metaObject().className() not in _OWN_TO_QT
    }
    return threads | timers | windows


def left_since(before: set[Thing], patience: float = PATIENCE_S) -> list[str]:
    """Names of what has come since and does not go once nobody holds it any more: events, deferred
    deletions and cycles of references are seen to, for as long as ``patience``, in seconds."""
    end = time.monotonic() + patience
    while (left := alive() - before) and time.monotonic() < end:
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
    return sorted(name for _, name in left)


def _address(thing: QWidget | QTimer) -> int:
    return int(shiboken6.getCppPointer(thing)[0])
