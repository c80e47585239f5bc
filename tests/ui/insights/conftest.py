"""The page over a store that is seeded once, and over one that a test fills itself."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import qasync

from tests.databases import file_of, lay
from tests.seeded_insights import seed_all
from tests.ui.insights.desk import Desk
from worker_core import settings
from worker_core.storage import Storage

SESSIONS = 900


@contextmanager
def _in_use(folder: Path) -> Iterator[settings.Settings]:
    """Settings of an installation of its own, and nobody else's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFI_DATA_DIR", str(folder))
        patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        for name in ("AFI_DATABASE_URL", "CELERY_BROKER_URL"):
            patch.delenv(name, raising=False)
        settings.override({})
        yield settings.current()
    settings.override({})


@pytest.fixture(scope="package")
def seeded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Real tasks' findings of the bundled prices, made once."""
    folder = tmp_path_factory.mktemp("seeded")
    with (
        _in_use(folder) as values,
        Storage.open(values.database_url, values.artifacts_url) as storage,
    ):
        seed_all(storage, SESSIONS)
    return folder


@pytest.fixture
def seeded(seeded_folder: Path) -> Iterator[settings.Settings]:
    """To be read, not to be changed."""
    with _in_use(seeded_folder) as values:
        yield values


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    """An empty store in use."""
    with _in_use(tmp_path) as values:
        lay(file_of(values.database_url))
        with Storage.open(values.database_url, values.artifacts_url) as opened:
            yield opened


@pytest.fixture
def desk(loop: qasync.QEventLoop) -> Iterator[Desk]:
    desk = Desk()
    # As in the window: widgets that nobody holds any more are collected in this thread alone.
    gc.disable()
    yield desk
    loop.run_until_complete(desk.close())
    gc.enable()
