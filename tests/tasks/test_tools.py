"""The tools of any Celery application, against a running system."""

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.tasks.conftest import System, until
from worker_core.catalog import QUEUES, TASKS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
NODE = f"plain@{socket.gethostname()}"


def inspected(system: System, kind: str) -> Any:
    answer = system.celery("inspect", kind, "--json", "--timeout", "30", "-d", NODE)
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout)
    assert list(found) == [NODE]
    return found[NODE]


def test_a_plain_celery_worker_serves_every_queue(system: System) -> None:
    assert {queue["name"] for queue in inspected(system, "active_queues")} == set(QUEUES)


def test_inspect_registered_names_every_task(system: System) -> None:
    assert set(TASKS) <= set(inspected(system, "registered"))


def test_inspect_stats_tells_the_pool(system: System) -> None:
    assert inspected(system, "stats")["pool"]["max-concurrency"] == 2


def test_celery_status_says_that_the_node_is_online(system: System) -> None:
    answer = system.celery("status", "--timeout", "5")
    assert answer.returncode == 0, answer.stderr
    assert f"{NODE}: OK" in answer.stdout
    assert "1 node online" in answer.stdout


def test_flower_shows_the_worker_on_its_page(system: System, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (tmp_path / "flower.log").open("w") as log:
        flower = subprocess.Popen(
            [sys.executable, "-m", "worker_core", "flower"],
            env=system.environment | {"FLOWER_PORT": str(port)},
            stdout=log,
            stderr=log,
        )
    try:
        page = until(lambda: worker_page(port, flower))
        assert all(queue in page for queue in QUEUES)
    finally:
        flower.terminate()
        flower.wait(timeout=60)


def worker_page(port: int, flower: "subprocess.Popen[bytes]") -> str | None:
    """Flower's page of the worker, once it has one."""
    assert flower.poll() is None, "Flower has ended"
    try:
        with urlopen(f"http://127.0.0.1:{port}/worker/{NODE}", timeout=60) as answer:
            page = str(answer.read().decode())
    except (URLError, TimeoutError, ConnectionError):
        return None
    return page if NODE in page and "monitoring" in page else None
