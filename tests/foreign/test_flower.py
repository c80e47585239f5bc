"""Flower and this console, side by side at one broker, count the same."""

import json
import socket
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.foreign.conftest import HERE, NODE, PATIENCE, Console, Shop
from tests.monitor.conftest import MORTAL, eventually

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

ENDED = {"SUCCESS", "FAILURE", "REVOKED"}


class Flower:
    """Its program, asked over its HTTP API."""

    def __init__(self, shop: Shop, log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [
                    *(*MORTAL, sys.executable, "-m", "celery", "-A", "shop", "flower"),
                    *("--address=127.0.0.1", f"--port={self._url.rpartition(':')[2]}"),
                ],
                cwd=HERE,
                env=shop.environment | {"FLOWER_UNAUTHENTICATED_API": "1", "HOME": str(log.parent)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def get(self, path: str) -> dict[str, dict[str, object]] | None:
        try:
            with urllib.request.urlopen(f"{self._url}{path}", timeout=60) as answer:  # noqa: S310 - its own port
                found: dict[str, dict[str, object]] = json.load(answer)
                return found
        except OSError:
            return None  # not up yet

    def tasks(self) -> dict[str, dict[str, object]]:
        return self.get("/api/tasks") or {}

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def flower(shop: Shop, tmp_path: Path) -> Iterator[Flower]:
    """Up, and aware of the worker."""
    one = Flower(shop, tmp_path / "flower.log")
    try:
        eventually(lambda: NODE in (one.get("/api/workers?refresh=1") or {}), PATIENCE)
        yield one
    finally:
        one.stop()


def test_flower_and_this_console_agree_on_the_counts_of_one_run(
    console: Console, flower: Flower
) -> None:
    assert console.ask("enable_events").outcome == "ok"
    probe = console.call("add", args=[0, 0])
    console.ended(probe)
    eventually(lambda: probe in flower.tasks(), PATIENCE)

    ids = [console.call("add", args=[number, 1]) for number in range(40)]
    ids += [console.call("fail", args=["no"]) for _ in range(7)]
    ids += [console.call("retry") for _ in range(5)]
    asleep = console.call("sleep", args=[120])
    console.until(asleep, lambda row: row.state == "STARTED")
    console.run(console.commands.terminate(asleep, NODE))
    console.ended(console.call("together", args=[6]))
    console.ended(asleep, "REVOKED")
    for task_id in ids:
        console.until(task_id, lambda row: row.state in ENDED)
    expected = {"SUCCESS": 1 + 40 + 5 + 1 + 6 + 1, "FAILURE": 7, "REVOKED": 1}

    def counted_here() -> Counter[str]:
        return Counter(console.monitor.snapshot().counters.states)

    def counted_there() -> Counter[str]:
        return Counter(str(task["state"]) for task in flower.tasks().values())

    eventually(lambda: +counted_here() == expected, PATIENCE)
    eventually(lambda: counted_there() == expected, PATIENCE)
    names = Counter(str(task["name"]) for task in flower.tasks().values())
    assert names == Counter(row.name for row in console.monitor.snapshot().tasks)
    assert {uuid: task["state"] for uuid, task in flower.tasks().items()} == {
        row.uuid: row.state for row in console.monitor.snapshot().tasks
    }
