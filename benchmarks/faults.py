"""Whether anything is lost, or takes effect twice, whatever is killed. One JSON object by fault.

``submitted``, ``completed``, ``lost`` and ``twice`` count tasks, ``recovery_s`` is the longest time
from a fault to the next end of a task. ``cut_short`` counts tasks that came to their end a second
time since their process was killed in the very moment of the first: there is nothing in between
but an upsert.
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

from tests.faults.storm import Fault, killed_worker, storm, weather
from tests.faults.system import System, system
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
        return weather(system, [fault(system)] * times, tasks=times * 60 * workers, seconds=0.1)

    return play


def longer_than_visibility(system: System) -> dict[str, Any]:
    system.worker()
    system.worker()
    return weather(system, [], tasks=4, seconds=30.0)


SCENARIOS: dict[str, Scenario] = {
    "child killed": of(killed_child, 5),
    "worker and children killed": of(killed_worker, 3),
    "fifteen kills under 1,500 tasks": lambda one: storm(one, tasks=1500, seconds=0.03, kills=15),
    "broker killed and restarted": of(lambda one: broker_away(one, 0.0), 3),
    "broker away for 30 s": of(lambda one: broker_away(one, 30.0), 1),
    "connections killed, two workers": of(clients_killed, 5, workers=2),
    "broker's memory full for 5 s": of(lambda one: memory_full(one, 5.0), 1),
    "worker asked to stop": of(stopped_worker, 3),
    "task longer than the visibility timeout": longer_than_visibility,
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
            system(Path(folder), **TIMES) as one,
        ):
            found[name] = scenario(one)
        print(f"{name}: {found[name]}", file=sys.stderr, flush=True)
    print(json.dumps(found))
    sys.exit(any(figures["lost"] or figures["twice"] for figures in found.values()))


if __name__ == "__main__":
    main()
