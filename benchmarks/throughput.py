"""What the guarantees cost a task: no-op tasks a second and CPU milliseconds each.

One worker runs plain Celery tasks and guarded ones in turns, with the same settings. The queue is
filled while the worker does not look at it, so that nothing else runs beside it. CPU time is that
of the worker's main process and its children together. Submitting is measured by itself.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import psutil
from redis import Redis

from worker_core.operations import queues
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.client import send
from worker_core.operations.connection import client
from worker_core.operations.delivery import enqueue
from worker_core.operations.workers import broadcast, inspect
from worker_core.settings import Settings
from worker_core.storage import NewTask

PLAIN, GUARDED = "noop.plain", "noop.guarded"
QUEUE = "monitoring"
LIMIT_S = 300.0


def until(probe: Callable[[], object], what: str) -> None:
    over = time.monotonic() + LIMIT_S
    while not probe():
        if time.monotonic() > over:
            raise TimeoutError(f"{what} did not happen within {LIMIT_S:.0f} s")
        time.sleep(0.01)


def cpu_s(process: psutil.Process) -> float:
    """Of a process and its children that still live."""
    times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    return sum(one.user + one.system for one in times)


def fill(name: str, tasks: int, settings: Settings) -> float:
    """Submit the tasks; seconds each."""
    start = time.perf_counter()
    for _ in range(tasks):
        if name == GUARDED:
            enqueue(NewTask(str(uuid4()), name, QUEUE, {}), settings=settings)
        else:
            send(name, (), {}, queue=QUEUE, settings=settings)
    return (time.perf_counter() - start) / tasks


def drain(
    name: str, tasks: int, worker: psutil.Process, redis: Redis, settings: Settings
) -> dict[str, float]:
    broadcast("cancel_consumer", {"queue": QUEUE}, settings=settings)
    each = fill(name, tasks, settings)
    before, start = cpu_s(worker), time.perf_counter()
    broadcast("add_consumer", {"queue": QUEUE}, settings=settings)
    until(
        lambda: not queues.depths(redis, [QUEUE])[QUEUE].total and not queues.unacked(redis),
        "the end of the tasks",
    )
    seconds = time.perf_counter() - start
    # The ledger is written in batches, a moment later.
    time.sleep(1.0)
    return {
        "tasks_s": tasks / seconds,
        "cpu_ms": (cpu_s(worker) - before) / tasks * 1000,
        "submit_ms": each * 1000,
    }


def rounds(tasks: int, count: int, folder: Path) -> dict[str, list[dict[str, float]]]:
    broker = EmbeddedBroker(folder)
    url = broker.start()
    settings = Settings(data_dir=folder, broker_url=url)
    environment = os.environ | {
        "AFI_DATA_DIR": str(folder),
        "CELERY_BROKER_URL": url,
        "XDG_CONFIG_HOME": str(folder),
        "AFI_LOG_LEVEL": "WARNING",
        # A replaced child would take its CPU time with it.
        "CELERY_WORKER_MAX_TASKS_PER_CHILD": "1000000",
    }
    words = [
        "-A",
        "benchmarks._noop",
        "worker",
        "-c2",
        "-E",
        "--without-mingle",
        "--without-gossip",
    ]
    worker = subprocess.Popen([sys.executable, "-m", "celery", *words], env=environment)
    found: dict[str, list[dict[str, float]]] = {PLAIN: [], GUARDED: []}
    try:
        until(lambda: inspect("ping", settings=settings), "the worker's answer")
        process = psutil.Process(worker.pid)
        with client(url) as redis:
            for name in (PLAIN, GUARDED):
                drain(name, 100, process, redis, settings)
            for _ in range(count):
                for name, rows in found.items():
                    rows.append(drain(name, tasks, process, redis, settings))
                    print(name, {key: round(value, 2) for key, value in rows[-1].items()})
    finally:
        worker.terminate()
        worker.wait()
        broker.stop()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="afi-throughput-") as folder:
        found = rounds(chosen.tasks, chosen.rounds, Path(folder))
    medians = {
        name: {key: round(statistics.median(row[key] for row in rows), 3) for key in rows[0]}
        for name, rows in found.items()
    }
    plain, ours = medians[PLAIN], medians[GUARDED]
    print(
        json.dumps(
            {
                "plain": plain,
                "guarded": ours,
                "cpu_ratio": round(ours["cpu_ms"] / plain["cpu_ms"], 2),
                "time_ratio": round(plain["tasks_s"] / ours["tasks_s"], 2),
            }
        )
    )


if __name__ == "__main__":
    main()
