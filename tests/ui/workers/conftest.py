"""The page over workers that a test describes, on a running loop."""

from collections.abc import Iterator

import pytest
import qasync

from tests.ui.workers.desk import Desk


@pytest.fixture(autouse=True)
def _loop_of_the_test(loop: qasync.QEventLoop) -> None:
    """There for each test, also for one that does not name it."""


@pytest.fixture
def desk(loop: qasync.QEventLoop) -> Iterator[Desk]:
    desk = Desk()
    yield desk
    loop.run_until_complete(desk.close())
