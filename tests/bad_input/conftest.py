"""A real server, and a watch over the threads that are left behind."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop_app.monitor.monitor import Monitor
from tests.monitor.conftest import Server, eventually

Watch = Callable[..., Monitor]


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    before = _threads()
    yield
    # An operation over a slow way goes on to its end when nobody waits for it any more.
    eventually(lambda: not (_threads() - before), patience=60)


def _threads() -> set[threading.Thread]:
    """Without those of Qt, which Python goes on to list once any of its code has run in them."""
    return {one for one in threading.enumerate() if not one.name.startswith("Dummy-")}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def watch(server: Server) -> Iterator[Watch]:
    """Starts monitors, of the server or of another address."""
    monitors: list[Monitor] = []

    def start(url: str = server.url, *names: str) -> Monitor:
        monitors.append(Monitor(queue_names=names))
        monitors[-1].start(url)
        return monitors[-1]

    yield start
    for monitor in monitors:
        monitor.stop()
