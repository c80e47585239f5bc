"""The page over a real database, on a running loop."""

import gc
from collections.abc import Iterator

import pytest
import qasync

from tests.ui.alerts.desk import Desk, empty
from worker_core import settings
from worker_core.storage import Storage


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    """One database for a module, which takes longer to make than to empty."""
    folder = tmp_path_factory.mktemp("alerts")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CELERY_BROKER_URL", "CELERY_RESULT_BACKEND", "AFI_DATABASE_URL"):
            patch.setenv(name, "")
        patch.setenv("AFI_DATA_DIR", str(folder / "data"))
        patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        settings.current.cache_clear()
        values = settings.current()
        with Storage.open(values.database_url, values.artifacts_url) as opened:
            yield opened
    settings.current.cache_clear()


@pytest.fixture
def desk(loop: qasync.QEventLoop, storage: Storage) -> Iterator[Desk]:
    """A desk whose database has neither rules nor alerts."""
    empty(settings.current().database_url)
    desk = Desk(storage)
    # As in the window: widgets that nobody holds any more are collected in this thread alone.
    gc.disable()
    yield desk
    loop.run_until_complete(desk.close())
    # All that the test made is young.
    gc.collect(0)
    gc.enable()
