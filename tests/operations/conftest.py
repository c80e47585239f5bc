"""Real servers, real workers, real processes, each in a folder of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import psutil
import pytest

from worker_core.operations import process
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.connection import client
from worker_core.operations.servers import find_programs
from worker_core.operations.workers import inspect
from worker_core.settings import Settings

if TYPE_CHECKING:
    from redis import Redis

T = TypeVar("T")

STANDINS = Path(__file__).with_name("standins")
PATIENCE_S = 120.0


class Until(Protocol):
    def __call__(self, probe: Callable[[], T], what: str = ...) -> T: ...


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_this_computer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("CELERY_", "AFI_")):
                patch.delenv(name)
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        yield


@pytest.fixture(scope="session")
def until() -> Until:
    """Waits for a probe to answer something true, and returns it."""

    def wait(probe: Callable[[], T], what: str = "what was waited for") -> T:
        deadline = time.monotonic() + PATIENCE_S
        while not (found := probe()):
            if time.monotonic() > deadline:
                pytest.fail(f"{what} did not happen within {PATIENCE_S:.0f} s")
            time.sleep(0.02)
        return found

    return wait


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder whose name needs care on a command line."""
    return tmp_path / "data of “Ü”"


@pytest.fixture
def settings(data_dir: Path) -> Settings:
    return Settings(data_dir=data_dir)


@pytest.fixture
def broker(data_dir: Path) -> Iterator[EmbeddedBroker]:
    """The broker of ``data_dir``, not started, stopped afterwards."""
    broker = EmbeddedBroker(data_dir)
    yield broker
    broker.stop()


@pytest.fixture(scope="session")
def bundled() -> Path:
    """The server program that comes with the project's dependencies, or any other."""
    return find_programs()[-1]


@pytest.fixture(scope="session")
def shared_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings whose broker runs for all tests of a session."""
    data_dir = tmp_path_factory.mktemp("shared")
    broker = EmbeddedBroker(data_dir)
    broker.start()
    yield Settings(data_dir=data_dir)
    broker.stop()


@pytest.fixture
def redis(shared_settings: Settings) -> Iterator["Redis"]:
    """The shared broker, without waiting messages or results of earlier tests."""
    url = EmbeddedBroker(shared_settings.data_dir).url
    assert url is not None
    with client(url) as connection:
        for key in connection.scan_iter(count=1000):
            # What workers have declared must stay.
            if not key.startswith((b"_kombu.binding.", b"unacked")):
                connection.delete(key)
        yield connection


@pytest.fixture(scope="session")
def worker(
    shared_settings: Settings, tmp_path_factory: pytest.TempPathFactory, until: Until
) -> Iterator[str]:
    """A real worker over the shared broker, with tasks of the catalog's names; its node name."""
    node = "standin@here"
    log = tmp_path_factory.mktemp("worker") / "worker.log"
    running = process.start(
        [sys.executable, str(STANDINS / "worker.py"), node],
        log=log,
        environment={"AFI_DATA_DIR": str(shared_settings.data_dir)},
    )
    until(
        lambda: inspect("ping", destination=[node], timeout=0.5, settings=shared_settings),
        f"the worker's answer ({log})",
    )
    yield node
    process.ask(running, "TERM")
    if not process.wait(running, 30):
        process.kill(running)
    process.forget(running.watchdog.pid)


class Script(Protocol):
    def __call__(self, name: str, *arguments: object) -> "subprocess.Popen[str]": ...


@pytest.fixture
def script() -> Iterator[Script]:
    """Runs a stand-in as a process of its own and returns it; ends it afterwards."""
    started: list[subprocess.Popen[str]] = []

    def run(name: str, *arguments: object) -> "subprocess.Popen[str]":
        command = [sys.executable, str(STANDINS / name), *map(str, arguments)]
        started.append(
            subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
            )
        )
        return started[-1]

    yield run
    for one in started:
        one.kill()
        one.communicate()


@pytest.fixture
def gone(until: Until) -> Callable[[int], None]:
    """Waits until a process, which need not be a child of ours, is no more."""

    def is_gone(pid: int) -> bool:
        try:
            return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    def wait(pid: int) -> None:
        until(lambda: is_gone(pid), f"the end of process {pid}")

    return wait
