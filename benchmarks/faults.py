"""Whether anything is lost, or takes effect twice, whatever is killed. One JSON object by fault.

``submitted``, ``completed``, ``lost`` and ``twice`` count tasks, ``recovery_s`` is the longest time
from a fault to the next start of a task, ``redone_s`` that from a kill to the end of a task that
the killed process had begun. ``early`` counts starts before their time. ``cut_short`` counts tasks
that came to their end a second time since their process was killed in the very moment of the
first: there is nothing in between but an upsert.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.faults.storm import Fault, killed_worker, storm, weather, work
from tests.faults.system import System, system
from tests.proxies import proxy
from worker_core.operations.connection import client

Scenario = Callable[[System], dict[str, Any]]

# Times between those of the tests and those in use, so that a run takes minutes.
TIMES = {"AFI_LEASE_S": "6", "AFI_VISIBILITY_TIMEOUT_S": "12", "AFI_SWEEP_GRACE_S": "6"}


def killed_child(system: System) -> Fault:
    def strike() -> tuple[float, set[int]]:
        child = system.workers[-1].children()[-1].pid
        os.kill(child, signal.SIGKILL)
        return time.time(), {child}

    return strike


def broker_away(system: System, seconds: float) -> Fault:
    """The broker is killed, and started with what it had written after a while."""

    def strike() -> tuple[float, set[int]]:
        pid = system.broker.pid
        if pid is None:
            raise RuntimeError("the broker does not run")
        os.kill(pid, signal.SIGKILL)
        time.sleep(seconds)
        if system.broker.start() != system.settings.broker_url:
            raise RuntimeError("the broker did not get its port back")
        return time.time(), set()

    return strike


def clients_killed(system: System) -> Fault:
    def strike() -> tuple[float, set[int]]:
        with client(system.settings.broker_url or "") as redis:
            redis.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        return time.time(), set()

    return strike


def memory_full(system: System, seconds: float) -> Fault:
    """The broker refuses every write for a while. Celery's workers end at that, and are started
    again as a supervisor would."""

    def strike() -> tuple[float, set[int]]:
        with client(system.settings.broker_url or "") as redis:
            redis.config_set("maxmemory", "1")
            time.sleep(seconds)
            redis.config_set("maxmemory", "0")
        at, worker = time.time(), system.workers[-1]
        gone = {child.pid for child in worker.children()}
        worker.kill()
        system.worker(wait=False)
        return at, gone

    return strike


def stopped_worker(system: System) -> Fault:
    """A worker is asked to end while another one starts."""

    def strike() -> tuple[float, set[int]]:
        worker = system.workers[-1]
        system.worker(wait=False)
        at = time.time()
        worker.stop()
        return at, set()

    return strike


def of(fault: Callable[[System], Fault], times: int, *, workers: int = 1) -> Scenario:
    """A scenario of one fault, several times."""

    def play(system: System) -> dict[str, Any]:
        for _ in range(workers):
            system.worker()
        faults = [fault(system)] * times
        return weather(system, faults, work(system, 0.1), tasks=times * 60 * workers)

    return play


def longer_than_visibility(system: System) -> dict[str, Any]:
    system.worker()
    system.worker()
    return weather(system, [], work(system, 30.0), tasks=4)


def eta_past_visibility(system: System) -> dict[str, Any]:
    """Tasks that wait for their time more than twice as long as the timeout, on three workers."""
    for _ in range(3):
        system.worker()
    due: dict[str, float] = {}

    def send() -> str:
        at = time.time() + 30.0
        task_id = system.send("work", seconds=0.01, delay_s=30.0)
        due[task_id] = at
        return task_id

    figures = weather(system, [], send, tasks=30)
    early = sum(at < due[task_id] for task_id, at, _ in system.moments("started"))
    return figures | {"early": early}


def silent_connections(system: System) -> dict[str, Any]:
    """A worker's connections to the broker swallow every packet, and stay open."""
    with proxy(system.settings.broker_url or "") as (between, url):
        worker = system.worker(broker_url=url)

        def strike() -> tuple[float, set[int]]:
            between.swallow()
            return time.time(), set()

        figures = weather(system, [strike] * 2, work(system, 0.1), tasks=120)
        worker.stop()
    return figures


def disk_full(system: System) -> dict[str, Any]:
    """There is no room for the database for 5 s, while tasks store texts of 100 kB."""
    system.worker()

    def strike() -> tuple[float, set[int]]:
        with system.full_disk():
            time.sleep(5.0)
        return time.time(), set()

    return weather(
        system, [strike] * 2, lambda: system.send("stores", characters=100_000), tasks=80
    )


def wrong_clock(system: System) -> dict[str, Any]:
    """The clock of one of two workers jumps an hour ahead, two hours back, and to its place."""
    worker = system.worker()
    system.worker()

    def jump(seconds: float) -> Fault:
        def strike() -> tuple[float, set[int]]:
            system.set_clock(worker, seconds)
            return time.time(), set()

        return strike

    faults = [jump(seconds) for seconds in (3600.0, -3600.0, 0.0)]
    return weather(system, faults, work(system, 0.1), tasks=360)


def killed_at_times_in_use(system: System) -> dict[str, Any]:
    """A worker is killed in the middle of long tasks, with another one to take them over."""
    victim = system.worker()

    def strike() -> tuple[float, set[int]]:
        gone = {child.pid for child in victim.children()}
        at = time.time()
        victim.kill()
        system.worker(wait=False)
        return at, gone

    return weather(system, [strike], work(system, 5.0), tasks=8, sweep_every_s=30.0)


SCENARIOS: dict[str, Scenario] = {
    "child killed": of(killed_child, 5),
    "worker and children killed": of(killed_worker, 3),
    "worker killed, times in use": killed_at_times_in_use,
    "fifteen kills under 1,500 tasks": lambda one: storm(one, tasks=1500, seconds=0.03, kills=15),
    "broker killed and restarted": of(lambda one: broker_away(one, 0.0), 3),
    "broker away for 30 s": of(lambda one: broker_away(one, 30.0), 1),
    "connections killed, two workers": of(clients_killed, 5, workers=2),
    "connections fall silent": silent_connections,
    "broker's memory full for 5 s": of(lambda one: memory_full(one, 5.0), 1),
    "disk of the database full for 5 s": disk_full,
    "worker asked to stop": of(stopped_worker, 3),
    "task longer than the visibility timeout": longer_than_visibility,
    "ETA past the visibility timeout": eta_past_visibility,
    "clock of a worker jumps": wrong_clock,
}
# Where other times, or more attempts, belong to the scenario.
VARIABLES = {
    "worker killed, times in use": {
        "AFI_LEASE_S": "60",
        "AFI_VISIBILITY_TIMEOUT_S": "600",
        "AFI_SWEEP_GRACE_S": "60",
    },
    "disk of the database full for 5 s": {"AFI_MAX_RETRIES": "10"},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"Of: {'; '.join(SCENARIOS)}. Default: all.")
    chosen = parser.parse_args()
    found: dict[str, dict[str, Any]] = {}
    for name, scenario in SCENARIOS.items():
        if chosen.names and name not in chosen.names:
            continue
        with (
            tempfile.TemporaryDirectory(prefix="afi-faults-") as folder,
            system(Path(folder), **TIMES | VARIABLES.get(name, {})) as one,
        ):
            found[name] = scenario(one)
        print(f"{name}: {found[name]}", file=sys.stderr, flush=True)
    print(json.dumps(found))
    sys.exit(
        any(
            figures["lost"] or figures["twice"] or figures.get("early")
            for figures in found.values()
        )
    )


if __name__ == "__main__":
    main()
