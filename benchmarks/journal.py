"""What the event journal costs a worker, and the broker.

Tasks that do nothing go through a prefork worker with two children, with and without the journal
in turn. CPU is that of the worker's main process, which sends the events, and of its children.
Each figure is the median of the rounds; ``entry_bytes`` is the broker's memory by journal entry.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from benchmarks import _journalled
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.client import client_app
from worker_core.operations.configuration import DEFAULT_QUEUE
from worker_core.operations.connection import client
from worker_core.operations.journal import KEY
from worker_core.operations.queues import depths, unacked
from worker_core.settings import Settings

ENTRIES = 50_000
LIMIT_S = 300.0
LOOK_S = 0.05


@contextmanager
def worker(environment: dict[str, str], log: Path) -> Iterator[psutil.Process]:
    with log.open("wb") as output:
        running = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "-A", "benchmarks._journalled"),
                *("worker", "-c", "2"),
                *("--without-gossip", "--without-mingle", "-l", "warning", "-Q", DEFAULT_QUEUE),
            ],
            env=os.environ | environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield psutil.Process(running.pid)
    finally:
        running.terminate()
        running.wait()


@contextmanager
def suspended(process: psutil.Process) -> Iterator[None]:
    """All tasks are to wait when the worker begins with the first."""
    process.suspend()
    try:
        yield
    finally:
        process.resume()


def cpu_seconds(process: psutil.Process) -> float:
    times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    return float(sum(time.user + time.system for time in times))


def until_idle(redis: Any) -> None:
    over = time.monotonic() + LIMIT_S
    while depths(redis, [DEFAULT_QUEUE])[DEFAULT_QUEUE].total or unacked(redis):
        if time.monotonic() > over:
            raise TimeoutError("the worker did not finish in time")
        time.sleep(LOOK_S)


def one_round(url: str, folder: Path, tasks: int, variables: dict[str, str]) -> dict[str, float]:
    """CPU-milliseconds and elapsed milliseconds a task."""
    environment = variables | {"CELERY_BROKER_URL": url, "AFI_DATA_DIR": str(folder)}
    with client(url) as redis, worker(environment, folder / "worker.log") as process:
        redis.flushdb()
        submit(url, 200)
        until_idle(redis)  # warm, and everything declared
        with suspended(process):
            redis.delete(KEY)
            submit(url, tasks)
        before, began = cpu_seconds(process), time.monotonic()
        until_idle(redis)
        return {
            "cpu_ms": (cpu_seconds(process) - before) * 1000 / tasks,
            "wall_ms": (time.monotonic() - began) * 1000 / tasks,
            "entries": float(redis.xlen(KEY)) / tasks,
            "entry_bytes": float(redis.memory_usage(KEY, samples=0) or 0)
            / max(1.0, float(redis.xlen(KEY))),
        }


def submit(url: str, tasks: int) -> None:
    app = client_app(Settings(broker_url=url))
    with app.connection_for_write(url) as connection:
        producer = app.amqp.Producer(connection)
        for _ in range(tasks):
            app.send_task(_journalled.NOOP, queue=DEFAULT_QUEUE, producer=producer)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    ways = {
        "plain": {_journalled.PLAIN: "1"},
        "off": {"AFI_JOURNAL_EVENTS": "0"},
        "on": {"AFI_JOURNAL_EVENTS": str(ENTRIES)},
    }
    rounds: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
    with tempfile.TemporaryDirectory(prefix="afi-bench-") as folder:
        broker = EmbeddedBroker(Path(folder))
        url = broker.start()
        try:
            for number in range(options.rounds):
                for way, variables in ways.items():
                    rounds[way].append(one_round(url, Path(folder), options.tasks, variables))
                    print(number + 1, way, rounds[way][-1], flush=True)
        finally:
            broker.stop()

    def median(way: str, figure: str) -> float:
        return round(statistics.median(one[figure] for one in rounds[way]), 3)

    print(
        json.dumps(
            {
                "benchmark": "journal",
                "tasks": options.tasks,
                "rounds": options.rounds,
                "cpu_ms_a_task": {way: median(way, "cpu_ms") for way in ways},
                "wall_ms_a_task": {way: median(way, "wall_ms") for way in ways},
                "entries_a_task": median("on", "entries"),
                "entry_bytes": median("on", "entry_bytes"),
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
