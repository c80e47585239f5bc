"""A system a test, which may do to it what it likes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import system as systems


@pytest.fixture
def system(tmp_path: Path) -> Iterator[systems.System]:
    with systems.system(tmp_path) as one:
        yield one


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[systems.System]:
    """A system with a worker of two children, for faults that it stands by itself."""
    with systems.system(tmp_path_factory.mktemp("running")) as one:
        one.worker()
        yield one


@pytest.fixture
def patient(tmp_path: Path) -> Iterator[systems.System]:
    """A system with the visibility timeout that is in use, ten retries, and something in reserve
    for each process."""
    variables = {
        "AFI_VISIBILITY_TIMEOUT_S": "600",
        "AFI_MAX_RETRIES": "10",
        "CELERY_WORKER_PREFETCH_MULTIPLIER": "2",
    }
    with systems.system(tmp_path, **variables) as one:
        yield one
