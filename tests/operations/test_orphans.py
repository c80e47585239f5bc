"""Nothing is left of a window or terminal that was killed."""

import os
import re
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.cluster import LocalCluster
from worker_core.operations.files import read_object
from worker_core.operations.process import Running
from worker_core.settings import Settings

pytestmark = pytest.mark.slow

Start = Callable[..., "Owned"]


@dataclass(frozen=True)
class Owned:
    """A process that has started a broker and a worker, and all that it has started."""

    owner: "subprocess.Popen[str]"
    lines: list[str]
    broker: Running
    worker: Running
    workers_child: int

    def everything(self) -> list[int]:
        processes = (self.broker, self.worker)
        return [
            *(one.process.pid for one in processes),
            *(one.watchdog.pid for one in processes),
            self.workers_child,
        ]


@pytest.fixture
def start(
    script: Callable[..., "subprocess.Popen[str]"],
    data_dir: Path,
    until: Callable[..., "re.Match[str]"],
) -> Start:
    def run(*words: str) -> Owned:
        owner = script("owner.py", data_dir, *words)
        assert owner.stdout
        lines: list[str] = []
        while not lines or lines[-1] != "ready":
            lines.append(owner.stdout.readline().strip())
        log = data_dir / "logs" / "worker.log"
        pids = until(lambda: re.search(r"pids (\d+) (\d+)", log.read_text()))
        broker = EmbeddedBroker(data_dir).recorded
        worker = Running.from_json(read_object(data_dir / "run" / "worker.json"))
        assert broker
        assert worker
        return Owned(owner, lines, broker, worker, int(pids[2]))

    return run


@pytest.mark.parametrize("words", [(), ("deaf",), ("thread",)], ids=["willing", "deaf", "thread"])
def test_broker_and_worker_and_its_children_end_with_a_killed_owner(
    start: Start, gone: Callable[[int], None], words: tuple[str, ...]
) -> None:
    owned = start(*words)
    os.kill(owned.owner.pid, signal.SIGKILL)
    for pid in owned.everything():
        gone(pid)


def test_a_forked_copy_of_the_owner_that_lives_on_keeps_nothing_alive(
    start: Start, gone: Callable[[int], None]
) -> None:
    owned = start("fork")
    copy = next(int(line.split()[1]) for line in owned.lines if line.startswith("copy"))
    try:
        os.kill(owned.owner.pid, signal.SIGKILL)
        for pid in owned.everything():
            gone(pid)
    finally:
        os.kill(copy, signal.SIGKILL)


def test_all_is_gone_when_owner_and_watchdogs_are_killed_together(
    start: Start, gone: Callable[[int], None]
) -> None:
    owned = start()
    for pid in (
        owned.owner.pid,
        owned.worker.watchdog.pid,
        owned.broker.watchdog.pid,
        owned.workers_child,
    ):
        os.kill(pid, signal.SIGKILL)
    for pid in owned.everything():
        gone(pid)


def test_the_members_live_on_when_the_thread_that_started_them_ends(start: Start) -> None:
    owned = start("thread")
    assert owned.worker.process.alive()
    assert owned.broker.process.alive()


def test_the_next_start_does_not_wait_for_what_a_killed_owner_left(
    start: Start, settings: Settings
) -> None:
    owned = start()
    os.kill(owned.owner.pid, signal.SIGKILL)
    owned.owner.wait()
    cluster = LocalCluster(settings, [])
    cluster.start("broker")
    try:
        (broker,) = cluster.status()
        assert broker.state == "running"
        assert broker.mine
        assert broker.pid != owned.broker.process.pid
    finally:
        cluster.stop_all()
