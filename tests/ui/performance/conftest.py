"""The page over a real history on a running loop."""

import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
import qasync

from tests.ui.performance.bench import Bench


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Coroutines are run on the window's loop."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    loop = pyfuncitem.funcargs["loop"]
    assert isinstance(loop, qasync.QEventLoop)
    names = inspect.signature(pyfuncitem.obj).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    loop.run_until_complete(pyfuncitem.obj(**arguments))
    return True


@pytest.fixture
def bench(loop: qasync.QEventLoop, tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path / "history.sqlite3")
    yield bench
    loop.run_until_complete(bench.close())
