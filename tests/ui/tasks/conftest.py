"""The page over a fed system on a running loop."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import qasync

from tests.ui.tasks.desk import Desk
from tests.ui.tasks.feed import Feed


@pytest.fixture(autouse=True)
def _loop_of_the_test(loop: qasync.QEventLoop) -> None:
    """There for each test, also for one that does not name it."""


@pytest.fixture
def feed() -> Feed:
    """A system that has run for a quarter of an hour."""
    return Feed(time.time() - 900)


@pytest.fixture
def desk(loop: qasync.QEventLoop, feed: Feed, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(feed, tmp_path)
    yield desk
    loop.run_until_complete(desk.close())
