"""Ending a running task where the worker's pool cannot: what the operator is told."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.services.blocking import Blocking
from desktop_app.services.commands import CannotEnd, Commands
from tests.monitor.conftest import Server, eventually
from worker_core import settings
from worker_core.operations import process
from worker_core.operations.client import send
from worker_core.operations.errors import NobodyHeard
from worker_core.operations.workers import inspect

pytestmark = pytest.mark.slow

STANDIN = Path(__file__).parents[1] / "operations" / "standins" / "any_worker.py"
SOLO, THREADS = "solo@here", "threads@here"
PATIENCE = 90.0


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Of each worker the task that it runs."""
    folder = tmp_path_factory.mktemp("ending")
    server = Server(folder)
    server.start()
    settings.override({"broker_url": server.url, "ledger": False})
    environment = {"CELERY_BROKER_URL": server.url, "AFI_DATA_DIR": str(folder / "data")}
    running = [
        process.start(
            [sys.executable, str(STANDIN), node, pool, "1"],
            log=folder / f"{pool}.log",
            environment=environment,
        )
        for node, pool in ((SOLO, "solo"), (THREADS, "threads"))
    ]
    try:
        eventually(lambda: len(inspect("ping", timeout=0.5)) == 2, PATIENCE)
        tasks = [send("any.sleep", (600.0,), {}, queue="any") for _ in running]
        held = eventually(lambda: _held(tasks), PATIENCE)
        yield {SOLO: next(one for one in tasks if one not in held), THREADS: held}
    finally:
        for one in running:
            process.kill(one)
            process.forget(one.watchdog.pid)
        server.kill()
        settings.override({})


def _held(tasks: list[str]) -> str | None:
    """The task that the threads run, once the other worker is too busy to answer."""
    told = inspect("active", timeout=0.5)
    (running,) = told.get(THREADS) or [None]
    if SOLO in told or running is None:
        return None
    return next(one for one in tasks if one == running["id"])


@pytest.fixture
def commands() -> Iterator[Commands]:
    blocking = Blocking(2, "test")
    yield Commands(blocking)
    blocking.close()


def test_a_pool_of_threads_is_said_to_be_unable(busy: dict[str, str], commands: Commands) -> None:
    with pytest.raises(CannotEnd, match=r"a pool \(thread\) that cannot end one"):
        asyncio.run(commands.terminate(busy[THREADS], THREADS))
    assert inspect("active", timeout=PATIENCE, destination=[THREADS])[THREADS]


def test_a_busy_solo_worker_that_hears_nothing_is_not_taken_for_one_that_obeys(
    busy: dict[str, str], commands: Commands
) -> None:
    """Though others have answered."""
    with pytest.raises(NobodyHeard, match=f"{SOLO}, which runs the task") as told:
        asyncio.run(commands.terminate(busy[SOLO], SOLO))
    assert "solo pool" in str(told.value.remedy)
