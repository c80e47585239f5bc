"""The page over a fed system on a running loop."""

import inspect
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import qasync

from tests.ui.tasks.desk import Desk
from tests.ui.tasks.feed import Feed


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Coroutines are run on the window's loop."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    loop = pyfuncitem.funcargs["loop"]
    assert isinstance(loop, qasync.QEventLoop)
    names = inspect.signature(pyfuncitem.obj).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    desk = pyfuncitem.funcargs.get("desk")

    async def to_the_end() -> None:
        try:
            await pyfuncitem.obj(**arguments)
        finally:
            # While the loop runs: a timer that is due would find none afterwards.
            if isinstance(desk, Desk):
                await desk.close()

    loop.run_until_complete(to_the_end())
    return True


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
