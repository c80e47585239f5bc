"""The API as it is run: a process of its own, before a real worker and a broker of their own."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from tests.api.conftest import TASKS, bearer, made
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.workers import inspect
from worker_core.settings import Settings

T = TypeVar("T")

PATIENCE_S = 120.0


def until(probe: Callable[[], T | None], what: str) -> T:
    over = time.monotonic() + PATIENCE_S
    while time.monotonic() < over:
        if found := probe():
            return found
        time.sleep(0.05)
    pytest.fail(f"{what} did not happen within {PATIENCE_S:.0f} s")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Served:
    """A process of the API and its log."""

    process: "subprocess.Popen[bytes]"
    port: int
    log: Path
    tokens: dict[str, str]

    def ask(self, who: str, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {**bearer(self.tokens[who]), **more.pop("headers", {})}
        url = f"http://127.0.0.1:{self.port}{path}"
        return httpx.request(method, url, headers=headers, timeout=PATIENCE_S, **more)

    def logged(self) -> list[dict[str, Any]]:
        lines = self.log.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


def environment(folder: Path, url: str, **more: str) -> dict[str, str]:
    own = {name: v for name, v in os.environ.items() if not name.startswith(("CELERY_", "AFI_"))}
    return own | {
        "AFI_DATA_DIR": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "CELERY_BROKER_URL": url,
        "AFI_WORKER_PRELOAD": "false",
        "AFI_WORKER_CONCURRENCY": "1",
        "AFI_LOG_FORMAT": "json",
        "AFI_API_TOKEN_CACHE_S": "0",
        "AFI_API_BODY_KB": "64",
        "AFI_API_BODY_TIMEOUT_S": "1",
        **more,
    }


@contextmanager
def serving(
    folder: Path, variables: dict[str, str], tokens: dict[str, str], *words: str
) -> Iterator[Served]:
    port, log = free_port(), folder / "api.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "worker_core", "api", "--port", str(port), *words],
            env=variables,
            stdout=output,
            stderr=output,
        )
        served = Served(process, port, log, tokens)

        def listens() -> bool:
            if process.poll() is not None:
                pytest.fail(log.read_text())
            try:
                with socket.create_connection(("127.0.0.1", port), 1):
                    return True
            except OSError:
                return False

        try:
            until(listens, "the API's start")
            yield served
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


@dataclass
class House:
    """All that runs."""

    broker: EmbeddedBroker
    settings: Settings
    served: Served
    worker_log: Path

    def ended(self, who: str, task_id: str) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            told: dict[str, Any] = self.served.ask(
                who, "GET", f"{TASKS}/task/{task_id}/status"
            ).json()
            return told if told["finished_at"] else None

        return until(look, "the task's end")


@contextmanager
def housed(folder: Path, users: dict[str, str], **more: str) -> Iterator[House]:
    """A broker, a worker of all queues and a process of the API, with users by name and role."""
    broker = EmbeddedBroker(folder)
    url = broker.start()
    settings = Settings(data_dir=folder, broker_url=url)
    variables = environment(folder, url, **more)
    log = folder / "worker.log"
    celery = [sys.executable, "-m", "celery", "-A", "worker_core"]
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [*celery, "worker", "-n", "api@%h", "-l", "info"],
            env=variables,
            stdout=output,
            stderr=output,
        )
        try:
            until(lambda: inspect("ping", settings=settings), "the worker's answer")
            with serving(folder, variables, made(settings, users)) as served:
                yield House(broker, settings, served, log)
        finally:
            worker.terminate()
            worker.wait(PATIENCE_S)
            broker.stop()
