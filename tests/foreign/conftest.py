"""A broker and a worker of an application that shares no code with this one, and a console that
looks at them."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from desktop_app.monitor.monitor import Monitor
from desktop_app.monitor.rows import TaskRow
from desktop_app.services.blocking import Blocking
from desktop_app.services.commands import Commands
from desktop_app.services.queues import QueueCommands
from desktop_app.services.workers import Workers
from tests.monitor.conftest import MORTAL, Server, eventually
from worker_core import settings
from worker_core.operations import workers
from worker_core.operations.worker_answers import Answer

T = TypeVar("T")
HERE = Path(__file__).parent
NODE = "till@shop"
PATIENCE = 90.0


@dataclass
class Shop:
    """The other application. ``folder`` is where its worker leaves traces."""

    server: Server
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"SHOP_BROKER": self.server.url, "SHOP_FOLDER": str(self.folder)}

    def keys(self) -> set[str]:
        with self.server.client() as redis:
            return {key.decode("utf-8", "replace") for key in redis.scan_iter(count=1000)}


@dataclass
class Console:
    """What the window has of it, without the window."""

    monitor: Monitor
    commands: Commands
    queues: QueueCommands
    workers: Workers

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run(coroutine)

    def ask(self, command: str, **arguments: object) -> Answer:
        heard: list[Answer] = []
        asyncio.run(self.workers.ask(command, arguments, [NODE], heard.append))
        (answer,) = heard
        return answer

    def call(self, name: str, queue: str = "orders", **call: Any) -> str:
        return self.run(self.commands.call(f"shop.{name}", {"queue": queue, **call})).task_id

    def until(self, task_id: str, condition: Callable[[TaskRow], bool]) -> TaskRow:
        def met() -> TaskRow | None:
            row = self.monitor.task(task_id)
            return row if row is not None and condition(row) else None

        row: TaskRow = eventually(met, PATIENCE)
        return row

    def ended(self, task_id: str, state: str = "SUCCESS") -> TaskRow:
        return self.until(task_id, lambda row: row.state == state)

    def depths(self) -> Mapping[str, int | None]:
        return {queue.name: queue.depth for queue in self.monitor.snapshot().queues or ()}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """With a prefork worker, as its owner would start it: without events."""
    folder = tmp_path_factory.mktemp("shop")
    server = Server(folder)
    server.start()
    one = Shop(server, folder)
    with (folder / "worker.log").open("wb") as log:
        worker = subprocess.Popen(
            [
                *(*MORTAL, sys.executable, "-m", "celery", "-A", "shop", "worker"),
                *("-P", "prefork", "-c", "2", "-n", NODE, "-l", "warning"),
            ],
            cwd=HERE,
            env=one.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    own = settings.Settings(broker_url=server.url, ledger=False)
    try:
        eventually(lambda: workers.inspect("ping", settings=own), PATIENCE)
        yield one
    finally:
        worker.terminate()
        try:
            worker.wait(30)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
        server.kill()


@pytest.fixture(scope="module")
def console(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """Connected to the shop's broker, with the worker's events switched on."""
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
    patch.setenv("AFI_DATA_DIR", str(tmp_path_factory.mktemp("data")))
    settings.override({"broker_url": shop.server.url, "ledger": False})
    blocking, monitor = Blocking(2, "test"), Monitor()
    monitor.start(shop.server.url)
    one = Console(monitor, Commands(blocking), QueueCommands(blocking), Workers(blocking))
    try:
        eventually(lambda: monitor.snapshot().connection.status == "live", PATIENCE)
        yield one
    finally:
        monitor.stop()
        blocking.close()
        settings.override({})
        patch.undo()
