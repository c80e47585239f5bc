"""A store with real documents, and the page over it on a running loop."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import qasync

from desktop_app.services.blocking import Blocking
from desktop_app.services.documents import Documents
from desktop_app.ui.background import Background
from desktop_app.ui.messages import Messages
from tests.databases import file_of, lay
from tests.ui.documents.desk import Desk
from worker_core.settings import Settings
from worker_core.storage import Storage


@pytest.fixture(autouse=True)
def _loop_of_the_test(loop: qasync.QEventLoop) -> None:
    """There for each test, also for one that does not name it."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
def storage(settings: Settings) -> Iterator[Storage]:
    lay(file_of(settings.database_url))
    with Storage.open(settings.database_url, settings.artifacts_url) as opened:
        yield opened


@pytest.fixture
def desk(loop: qasync.QEventLoop, settings: Settings, storage: Storage) -> Iterator[Desk]:
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
