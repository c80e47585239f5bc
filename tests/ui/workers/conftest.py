"""The page over workers that a test describes, on a running loop."""

import inspect
from collections.abc import Iterator

import pytest
import qasync

from tests.ui.workers.desk import Desk


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
def desk(loop: qasync.QEventLoop) -> Iterator[Desk]:
    desk = Desk()
    yield desk
    loop.run_until_complete(desk.close())
