"""How long until a worker is ready and has done a task that needs pandas, scikit-learn and
statsmodels, and what its four processes hold in memory.

``shared`` is the worker as it is: libraries are imported before the fork and frozen. ``unfrozen``
leaves out the freezing, ``lazy`` the import. ``ready_s`` runs from the start of the process to its
first answer; tasks are sent then, one a child. ``first_task_s`` is from the start to the end of
the first, ``latency_s`` the same from when it was sent, ``all_tasks_s`` to the end of the fourth.
``pss_mb_children`` is their proportional share of memory in MiB after a task each, ``pss_mb`` the
same with the worker's main process. Linux only.
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
from functools import partial
from pathlib import Path
from typing import TypeVar

from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.client import send
from worker_core.operations.results import TaskResult, result
from worker_core.operations.workers import inspect
from worker_core.settings import Settings

NAME, QUEUE = "heavy.model", "document_processing"
CHILDREN = 4
HOLD_S = 2.0
LIMIT_S = 120.0
NODE = "startup@bench"
VARIANTS: dict[str, dict[str, str]] = {
    "shared": {"AFI_WORKER_PRELOAD": "true"},
    "unfrozen": {"AFI_WORKER_PRELOAD": "true", "BENCH_FREEZE": "no"},
    "lazy": {"AFI_WORKER_PRELOAD": "false"},
}

T = TypeVar("T")


def until(probe: Callable[[], T | None], what: str) -> T:
    over = time.monotonic() + LIMIT_S
    while not (found := probe()):
        if time.monotonic() > over:
            raise TimeoutError(f"{what} did not happen within {LIMIT_S:.0f} s")
        time.sleep(0.01)
    return found


def pss_mb(pid: int) -> float:
    """Proportional set size: a page that n processes share counts 1/n."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) / 1024


def measure(settings: Settings, variables: dict[str, str]) -> dict[str, float]:
    """One worker from its start to its end."""
    words = ["-A", "benchmarks._heavy", "worker", "-Q", QUEUE, "-n", NODE, f"-c{CHILDREN}"]
    start = time.time()
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", *words, "--without-mingle", "--without-gossip"],
        env=os.environ | variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: _answers(settings, worker), "the worker's answer")
        ready = time.time()
        ids = [
            send(NAME, (), {"hold_s": HOLD_S}, queue=QUEUE, settings=settings)
            for _ in range(CHILDREN)
        ]
        rows = [until(partial(_end, settings, one), "the end of a task") for one in ids]
        pids = {int(row["pid"]) for row in rows}
        if len(pids) != CHILDREN:
            raise RuntimeError(f"{len(pids)} of {CHILDREN} children got a task")
        ended = sorted(row["ended"] for row in rows)
        children = sum(map(pss_mb, pids))
        return {
            "ready_s": ready - start,
            "first_task_s": ended[0] - start,
            "latency_s": ended[0] - ready,
            "all_tasks_s": ended[-1] - start,
            "pss_mb_children": children,
            "pss_mb": children + pss_mb(worker.pid),
        }
    finally:
        worker.terminate()
        worker.wait()


def _answers(settings: Settings, worker: "subprocess.Popen[bytes]") -> bool:
    if worker.poll() is not None:
        raise RuntimeError(f"the worker ended with {worker.returncode}")
    return bool(inspect("ping", destination=[NODE], timeout=0.2, settings=settings))


def _end(settings: Settings, task_id: str) -> dict[str, float] | None:
    found: TaskResult | None = result(task_id, settings=settings)
    if found is None or found.state not in {"SUCCESS", "FAILURE"}:
        return None
    if found.state == "FAILURE":
        raise RuntimeError(found.error)
    answer: dict[str, float] = found.result
    return answer


def spread(values: list[float]) -> dict[str, float]:
    return {
        "min": round(min(values), 3),
        "median": round(statistics.median(values), 3),
        "max": round(max(values), 3),
    }


def summary(found: dict[str, list[dict[str, float]]]) -> dict[str, object]:
    """Keys of the worker as it is stand alone, the others begin with their variant."""
    figures: dict[str, object] = {}
    for name, rows in found.items():
        prefix = "" if name == "shared" else f"{name}_"
        figures |= {f"{prefix}{key}": spread([row[key] for row in rows]) for key in rows[0]}

    def ratio(key: str) -> float:
        lazy, shared = (statistics.median(r[key] for r in found[v]) for v in ("lazy", "shared"))
        return round(lazy / shared, 2)

    keys = ("first_task_s", "pss_mb_children", "pss_mb")
    return figures | {f"ratio_{key}": ratio(key) for key in keys}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    if not sys.platform.startswith("linux"):
        sys.exit("The memory of processes is read from /proc, which only Linux has.")
    found: dict[str, list[dict[str, float]]] = {name: [] for name in VARIANTS}
    with tempfile.TemporaryDirectory(prefix="afi-startup-") as folder:
        broker = EmbeddedBroker(Path(folder))
        url = broker.start()
        settings = Settings(data_dir=Path(folder), broker_url=url)
        own = {"AFI_DATA_DIR": folder, "CELERY_BROKER_URL": url, "XDG_CONFIG_HOME": folder}
        try:
            # The first reads the libraries from disk, and does not count.
            measure(settings, own | VARIANTS["lazy"])
            for _ in range(chosen.runs):
                for name, variables in VARIANTS.items():
                    found[name].append(measure(settings, own | variables))
                    row = {key: round(value, 2) for key, value in found[name][-1].items()}
                    print(name, row, flush=True)
        finally:
            broker.stop()
    print(json.dumps(summary(found)))


if __name__ == "__main__":
    main()
