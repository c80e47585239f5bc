"""What every test of the window shares: one look, the loop of the window, and nothing left over."""

import asyncio
import inspect
from collections.abc import Generator, Iterator

import pytest
import qasync
from PySide6.QtWidgets import QApplication

from desktop_app.ui import theme
from tests.ui import leftovers
from tests.ui.surroundings import run_on_the_loop

_failed = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[_failed] = True
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Coroutines are run on the window's loop."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    run_on_the_loop(pyfuncitem)
    return True


@pytest.fixture(scope="session", autouse=True)
def _watched(qapp: QApplication) -> Iterator[None]:
    with leftovers.watched():
        yield


@pytest.fixture(autouse=True)
def nothing_is_left(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[None]:
    """No thread, running timer or window outlives its test."""
    before = leftovers.alive()
    yield
    # Fixtures are over; that what they gave is still noted here keeps it from going.
    request.node.funcargs.clear()
    # What a failed test had is kept by its traceback.
    if not request.node.stash.get(_failed, False) and (left := leftovers.left_since(before)):
        pytest.fail(f"left behind: {', '.join(left)}", pytrace=False)


@pytest.fixture(scope="session", autouse=True)
def _first_look(qapp: QApplication) -> None:
    theme.apply(qapp, "light")


@pytest.fixture(autouse=True)
def _look(qapp: QApplication, _first_look: None) -> Iterator[None]:
    """Each test begins in the light theme."""
    yield
    theme.apply(qapp, "light")


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[qasync.QEventLoop]:
    """The loop that the window uses, not running: ``loop.run_until_complete(scenario())``.

    A task that is still under way at the end is a failure.
    """
    loop = qasync.QEventLoop(qapp)
    asyncio.set_event_loop(loop)
    yield loop
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.close()
    asyncio.set_event_loop(None)
    assert not left, f"still under way: {', '.join(task.get_name() for task in left)}"
