"""What a health check costs with 20 workers: how long it takes, and the load that it makes.

The workers are real ones in solo pools, idle. ``seconds`` is of the clock, from the call to the
report; ``cpu_ms`` the processor time of the process that checks. Of workers and broker what they
take while idle is measured first, over the same stretch of time, and taken off: ``worker_cpu_ms``
is each worker's, ``broker_cpu_ms``, ``broker_commands`` and ``broker_kb`` (in and out) the
broker's. ``stopped_*`` is the same with five workers stopped in their tracks, so that it has to
wait for its time limit, and with a database that takes connections and is silent. ``celery_*`` is
the peer: ``inspect().stats()`` and ``active_queues()`` of Celery's own, with a timeout of one
second, which is less than half of what a check asks. Linux only.
"""

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.connection import client
from worker_core.operations.health import check
from worker_core.operations.ledger import ledger
from worker_core.operations.workers import inspect
from worker_core.settings import Settings

LIMIT_S = 180.0
IDLE_S = 10.0
STOPPED = 5


@dataclass(frozen=True)
class Load:
    """Processor seconds and traffic up to a moment."""

    at: float
    own: float
    workers: float
    broker: float
    commands: int
    bytes: int


class Bench:
    """A broker with its workers, and what they have used."""

    def __init__(self, settings: Settings, broker: int, workers: list[int]) -> None:
        self.settings = settings
        self.workers = workers
        self._broker = psutil.Process(broker)
        self._processes = [psutil.Process(pid) for pid in workers]

    def load(self) -> Load:
        with client(self.settings.broker_url or "") as redis:
            stats: Any = redis.info("stats")
        workers = sum(sum(one.cpu_times()[:2]) for one in self._processes)
        traffic = stats["total_net_input_bytes"] + stats["total_net_output_bytes"]
        return Load(
            time.monotonic(),
            time.process_time(),
            workers,
            sum(self._broker.cpu_times()[:2]),
            stats["total_commands_processed"],
            traffic,
        )

    def idle(self) -> Load:
        """By the second, while nobody asks anything."""
        before = self.load()
        time.sleep(IDLE_S)
        after = self.load()
        stretch = after.at - before.at
        return Load(
            1.0,
            0.0,
            (after.workers - before.workers) / stretch,
            (after.broker - before.broker) / stretch,
            round((after.commands - before.commands) / stretch),
            round((after.bytes - before.bytes) / stretch),
        )

    def measure(self, act: Callable[[], object], rounds: int, idle: Load) -> dict[str, float]:
        """Medians over some rounds, one after the other."""
        seconds: list[float] = []
        before = self.load()
        for _ in range(rounds):
            began = time.monotonic()
            act()
            seconds.append(time.monotonic() - began)
        after = self.load()
        stretch = after.at - before.at

        def above(name: str) -> float:
            used = getattr(after, name) - getattr(before, name)
            return float(max(0.0, used - stretch * getattr(idle, name)) / rounds)

        return {
            "seconds": round(statistics.median(seconds), 3),
            "seconds_max": round(max(seconds), 3),
            "cpu_ms": round((after.own - before.own) / rounds * 1000, 1),
            "worker_cpu_ms": round(above("workers") / len(self.workers) * 1000, 2),
            "broker_cpu_ms": round(above("broker") * 1000, 1),
            "broker_commands": round(above("commands")),
            "broker_kb": round(above("bytes") / 1000, 1),
        }


def celery_inspect(settings: Settings) -> Callable[[], object]:
    from celery import Celery

    from worker_core.operations.configuration import client_configuration

    app = Celery("peer", set_as_current=False)
    app.conf.update(client_configuration(settings))

    def ask() -> tuple[Any, Any]:
        inspector = app.control.inspect(timeout=1.0)
        return inspector.stats(), inspector.active_queues()

    return ask


def run(folder: Path, count: int, rounds: int) -> dict[str, Any]:
    broker = EmbeddedBroker(folder)
    url = broker.start()
    settings = Settings(data_dir=folder, broker_url=url)
    own = {"AFI_DATA_DIR": str(folder), "CELERY_BROKER_URL": url, "XDG_CONFIG_HOME": str(folder)}
    fleet = subprocess.Popen(
        [sys.executable, "-m", "benchmarks._fleet", str(count)],
        env=os.environ | own,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        if fleet.stdout is None or broker.pid is None:
            raise RuntimeError("the workers were not started")
        pids = [int(fleet.stdout.readline()) for _ in range(count)]
        over = time.monotonic() + LIMIT_S
        while len(inspect("ping", timeout=2.0, settings=settings)) < count:
            if time.monotonic() > over:
                raise TimeoutError(f"not all {count} workers answered within {LIMIT_S:.0f} s")
        with ledger(settings):
            pass
        bench = Bench(settings, broker.pid, pids)
        check(settings)
        idle = bench.idle()
        whole = check(settings)
        answered = sum(one.answered for one in whole.readings.workers or ())
        figures: dict[str, Any] = {"workers": count, "answered": answered, "rounds": rounds}
        figures |= bench.measure(lambda: check(settings), rounds, idle)
        peer = bench.measure(celery_inspect(settings), rounds, idle)
        figures |= {f"celery_{name}": value for name, value in peer.items()}
        figures["idle_broker_commands_a_second"] = idle.commands
        figures["idle_worker_cpu_ms_a_second"] = round(idle.workers / count * 1000, 2)
        figures |= stopped(bench, max(1, rounds // 3), idle)
        memory = sum(psutil.Process(pid).memory_full_info().uss for pid in pids)
        return figures | {"worker_uss_mb": round(memory / count / 2**20, 1)}
    finally:
        if fleet.stdin is not None:
            fleet.stdin.close()
        fleet.wait()
        broker.stop()


def stopped(bench: Bench, rounds: int, idle: Load) -> dict[str, Any]:
    """With some workers stopped, and then with a silent database beside them."""
    for pid in bench.workers[:STOPPED]:
        os.kill(pid, signal.SIGSTOP)
    try:
        workers = bench.measure(lambda: check(bench.settings), rounds, idle)
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            url = f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/afi"
            known = bench.settings
            away = Settings(data_dir=known.data_dir, broker_url=known.broker_url, database=url)
            report = check(away)
    finally:
        for pid in bench.workers[:STOPPED]:
            os.kill(pid, signal.SIGCONT)
    silent_workers = sum(not one.answered for one in report.readings.workers or ())
    return {
        **{f"stopped_{name}": value for name, value in workers.items()},
        "stopped_workers": silent_workers,
        "stopped_database_seconds": round(report.took_s, 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=15)
    chosen = parser.parse_args()
    if not sys.platform.startswith("linux"):
        sys.exit("The load of processes is read as Linux counts it.")
    with tempfile.TemporaryDirectory(prefix="afi-health-") as folder:
        figures = run(Path(folder), chosen.workers, chosen.rounds)
    for name, value in figures.items():
        print(f"{name:<32} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
