"""The page over a fed system on a running loop."""

import asyncio
import inspect
import threading
import time
from collections.abc import Iterator

import pytest
import qasync
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from desktop_app.ui import theme
from tests.ui.tasks.desk import Desk
from tests.ui.tasks.feed import Feed


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Coroutines are run on the window's loop."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    loop = asyncio.get_event_loop_policy().get_event_loop()
    names = inspect.signature(pyfuncitem.obj).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    loop.run_until_complete(pyfuncitem.obj(**arguments))
    return True


@pytest.fixture(autouse=True)
def loop(qapp: QApplication) -> Iterator[asyncio.AbstractEventLoop]:
    """The toolkit's loop; when it is closed, every thread and widget of the test has gone."""
    theme.apply(qapp, "light")
    before = set(threading.enumerate())
    loop = qasync.QEventLoop(qapp)
    asyncio.set_event_loop(loop)
    yield loop
    loop.close()
    asyncio.set_event_loop(None)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert set(threading.enumerate()) <= before
    assert QApplication.topLevelWidgets() == []


@pytest.fixture
def feed() -> Feed:
    """A system that has run for a quarter of an hour."""
    return Feed(time.time() - 900)


@pytest.fixture
def desk(loop: asyncio.AbstractEventLoop, feed: Feed) -> Iterator[Desk]:
    desk = Desk(feed)
    yield desk
    loop.run_until_complete(desk.close())
