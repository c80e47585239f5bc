"""A broker and a worker of their own, started as any Celery user starts one."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from tests.databases import lay
from tests.tasks.direct import Direct
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.results import TaskResult, result
from worker_core.operations.workers import inspect
from worker_core.settings import Settings
from worker_core.storage import Storage

T = TypeVar("T")

PATIENCE_S = 240.0
LOOK_S = 0.05


@dataclass(frozen=True)
class System:
    """A running system and what a test does with it."""

    settings: Settings
    storage: Storage
    environment: dict[str, str]

    def outcome(self, task_id: str) -> TaskResult:
        """The result of a task, once it has ended."""

        def ended() -> TaskResult | None:
            found = result(task_id, settings=self.settings)
            return found if found and found.state in {"SUCCESS", "FAILURE"} else None

        return until(ended)

    def celery(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """``celery -A worker_core …``"""
        return subprocess.run(
            [sys.executable, "-m", "celery", "-A", "worker_core", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


def until(probe: Callable[[], T | None]) -> T:
    over = time.monotonic() + PATIENCE_S
    while time.monotonic() < over:
        if (found := probe()) is not None:
            return found
        time.sleep(LOOK_S)
    pytest.fail(f"waited {PATIENCE_S:.0f} s in vain")


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Direct]:
    """A run without a worker, over a database without a row."""
    with Storage.open(lay(tmp_path / "afi.sqlite3"), str(tmp_path / "files")) as opened:
        yield Direct(kept=opened)


@pytest.fixture(scope="module")
def more_environment() -> dict[str, str]:
    """Settings of the worker that a module wants beside the usual ones."""
    return {}


@pytest.fixture(scope="module")
def system(
    tmp_path_factory: pytest.TempPathFactory, more_environment: dict[str, str]
) -> Iterator[System]:
    folder = tmp_path_factory.mktemp("system")
    broker = EmbeddedBroker(folder / "data")
    url = broker.start()
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CELERY_", "AFI_"))
    } | {
        "AFI_DATA_DIR": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "CELERY_BROKER_URL": url,
        "AFI_WORKER_CONCURRENCY": "2",
        # What its tests do needs few of the libraries; test_afi_worker.py starts one with them.
        "AFI_WORKER_PRELOAD": "false",
        "CELERY_TIMEZONE": "Europe/Berlin",
        "CELERY_WORKER_MAX_TASKS_PER_CHILD": "77",
        "CELERY_TASK_ACKS_LATE": "false",
        **more_environment,
    }
    values = Settings(data_dir=folder / "data", broker_url=url)
    log = (folder / "worker.log").open("w")
    worker = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "worker_core",
            "worker",
            "-n",
            "plain@%h",
            "-l",
            "info",
        ],
        env=environment,
        stdout=log,
        stderr=log,
    )
    try:
        until(lambda: _answers(values, worker, folder))
        with Storage.open(values.database_url, values.artifacts_url) as storage:
            yield System(values, storage, environment)
    finally:
        worker.terminate()
        worker.wait(timeout=PATIENCE_S)
        log.close()
        broker.stop()


def _answers(values: Settings, worker: "subprocess.Popen[bytes]", folder: Path) -> bool | None:
    if worker.poll() is not None:
        pytest.fail((folder / "worker.log").read_text())
    return bool(inspect("ping", settings=values)) or None
