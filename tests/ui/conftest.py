"""What every test of the window shares: one look, the loop of the window, and nothing left over."""

import asyncio
import gc
import threading
import time
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
import qasync
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.ui import theme

PATIENCE_S = 5.0
# Qt keeps the last tooltip for itself.
QTS_OWN = {"QTipLabel"}

_failed = pytest.StashKey[bool]()
_timers: weakref.WeakSet[QTimer] = weakref.WeakSet()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Iterator[None]:
    report: Any = yield
    if report.failed:
        item.stash[_failed] = True
    return report


@pytest.fixture(scope="session", autouse=True)
def _watched_timers() -> Iterator[None]:
    """Remembers each timer that is made; Qt has no list of them."""
    original = QTimer.__init__

    def made(timer: QTimer, *args: Any, **properties: Any) -> None:
        original(timer, *args, **properties)
        _timers.add(timer)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QTimer, "__init__", made)
        yield


@pytest.fixture(autouse=True)
def nothing_is_left(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[None]:
    """No thread, running timer or window outlives its test."""
    before = _alive()
    yield
    if request.node.stash.get(_failed, False):
        return  # its traceback keeps what it had
    end = time.monotonic() + PATIENCE_S
    while (left := _alive() - before) and time.monotonic() < end:
        _clear(qapp)
    if left:
        pytest.fail(f"left behind: {', '.join(sorted(name for _, name in left))}", pytrace=False)


def _alive() -> set[tuple[int, str]]:
    """What may not be left, by its address and a name to be found by."""
    threads = {(id(thread), f"thread {thread.name}") for thread in threading.enumerate()}
    timers = {
        (_address(timer), f"timer of {type(timer.parent()).__name__}, {timer.interval()} ms")
        for timer in list(_timers)
        if shiboken6.isValid(timer) and timer.isActive()
    }
    windows = {
        (_address(widget), f"window {type(widget).__name__}")
        for widget in QApplication.topLevelWidgets()
        if widget.metaObject().className() not in QTS_OWN
    }
    return threads | timers | windows


def _address(thing: QWidget | QTimer) -> int:
    return int(shiboken6.getCppPointer(thing)[0])


def _clear(app: QApplication) -> None:
    """What nobody holds any more goes: events, deferred deletions, cycles of references."""
    app.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


@pytest.fixture(scope="session", autouse=True)
def _first_look(qapp: QApplication) -> None:
    theme.apply(qapp, "light")


@pytest.fixture(autouse=True)
def _look(qapp: QApplication, _first_look: None) -> Iterator[None]:
    """Each test begins in the light theme."""
    yield
    theme.apply(qapp, "light")


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[qasync.QEventLoop]:
    """The loop that the window uses, not running: ``loop.run_until_complete(scenario())``.

    A task that is still under way at the end is a failure.
    """
    loop = qasync.QEventLoop(qapp)
    asyncio.set_event_loop(loop)
    yield loop
    left = [task for task in asyncio.all_tasks(loop) if not task.done()]
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.close()
    asyncio.set_event_loop(None)
    assert not left, f"tasks left running: {', '.join(task.get_name() for task in left)}"
