"""A store with real documents, and the page over it on a running loop."""

import asyncio
import inspect
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import qasync
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from desktop_app.services.blocking import Blocking
from desktop_app.services.documents import Documents
from desktop_app.ui import theme
from desktop_app.ui.background import Background
from desktop_app.ui.messages import Messages
from tests.ui.documents.desk import Desk
from worker_core.settings import Settings
from worker_core.storage import Storage


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
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
def storage(settings: Settings) -> Iterator[Storage]:
    with Storage.open(settings.database_url, settings.artifacts_url) as opened:
        yield opened


@pytest.fixture
def desk(loop: asyncio.AbstractEventLoop, settings: Settings, storage: Storage) -> Iterator[Desk]:
    """What the page is given, and the page, once it is opened."""
    messages = Messages()
    background = Background(messages)
    blocking = Blocking(2, "documents-test")
    documents = Documents(settings, blocking)
    desk = Desk(documents, background, messages)
    yield desk
    try:
        loop.run_until_complete(desk.close())
    finally:
        documents.close()
        blocking.close()
