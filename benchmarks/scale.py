"""Workers of several hosts, one Redis, one PostgreSQL: a host is cut off and comes back.

The hosts are network namespaces of this machine, joined by a bridge; a host is cut off by taking
its cable away (``ip link set … down``), so that it hears nothing, not even that it is cut off. It
needs root and ``ip``, and says so where it has not got them.

``short`` is cut off for less than a lease, ``long`` for longer. ``lost`` counts tasks that never
came to their end, ``twice`` those whose work was done to its end a second time: a host works on
while nobody can hear it, and after a lease its tasks are given to others; ``stored`` those whose
one end the ledger has. ``silent_s`` is how long after the cut the console called the worker silent,
``back_s`` how long after the rejoining it ran a task again. ``size`` is what waiting messages and
results take in a broker, how many messages a second one sender puts there, and what the server
itself needs for one.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks._hosts import HOSTS, IP, NET, Missing, team
from desktop_app.monitor.monitor import Monitor
from tests.faults.system import until
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.connection import client
from worker_core.operations.errors import OperationError
from worker_core.operations.sweep import sweep
from worker_core.settings import Settings


def partition(folder: Path, lease_s: int, cut_s: float, tasks: int) -> dict[str, Any]:
    """Tasks of a second each; one host of three is away for ``cut_s`` seconds amid them."""
    times = {"AFI_LEASE_S": str(lease_s), "AFI_VISIBILITY_TIMEOUT_S": str(4 * lease_s)}
    times |= {"AFI_SWEEP_GRACE_S": str(2 * lease_s), "AFI_RETRY_DELAY_S": "1"}
    with team(folder, **times) as group:
        monitor = Monitor()
        monitor.start(group.system.settings.broker_url or "")
        over = threading.Event()
        sweeper = threading.Thread(target=_sweep, args=(group.system.settings, over))
        try:
            until(lambda: len(_online(monitor)) == HOSTS, "all hosts in the console", 300)
            ids = [group.system.send("work", seconds=1.0) for _ in range(tasks)]
            sweeper.start()
            until(lambda: len(group.system.ends()) > tasks // 10, "the first ends", 300)
            group.cut(0)
            cut_at = time.time()
            silent_s = None
            while time.time() < cut_at + cut_s:
                if silent_s is None and "w@host0" not in _online(monitor):
                    silent_s = time.time() - cut_at
                time.sleep(0.1)
            group.rejoin(0)
            rejoined = time.time()
            pids = _pids(group.workers[0])
            until(lambda: set(ids) <= set(group.system.lines("ended")), "every end", 600)
            ends = group.system.lines("ended")
            for task in ids:
                group.system.outcome(task, 300)
            rows = [group.system.row_when(task, "succeeded") for task in ids]
            back = [
                at
                for _, at, pid in group.system.moments("started")
                if pid in pids and at > rejoined
            ]
            connections = _connections(group.system.settings)
            return {
                "hosts": HOSTS,
                "tasks": tasks,
                "cut_s": cut_s,
                "lease_s": lease_s,
                "lost": tasks - len(set(ids) & set(ends)),
                "twice": sum(count > 1 for count in ends.values()),
                "stored": len(rows),
                "silent_s": None if silent_s is None else round(silent_s, 1),
                "back_s": round(min(back) - rejoined, 1) if back else None,
                "online_again": "w@host0" in _online(monitor),
                **connections,
            }
        finally:
            over.set()
            if sweeper.is_alive():
                sweeper.join()
            monitor.stop()


def _online(monitor: Monitor) -> set[str]:
    return {row.hostname for row in monitor.snapshot().workers or () if row.online}


def _pids(worker: "subprocess.Popen[bytes]") -> set[int]:
    import psutil

    parent = psutil.Process(worker.pid)
    return {parent.pid, *(child.pid for child in parent.children(recursive=True))}


def _sweep(settings: Settings, over: threading.Event) -> None:
    while not over.wait(1.0):
        with contextlib.suppress(OperationError):
            sweep(settings)


def _connections(settings: Settings) -> dict[str, float]:
    """Connections a worker of two children holds, at Redis and at PostgreSQL."""
    import psycopg

    with client(settings.broker_url or "") as redis:
        clients: Any = redis.client_list()
    at_redis = sum(
        one["addr"].startswith(f"{NET}.1") and one["laddr"] != one["addr"] for one in clients
    )
    url = settings.database_url
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE client_addr << '10.77.0.0/24'"
        ).fetchone()
    return {
        "redis_connections_a_worker": round(at_redis / HOSTS, 1),
        "postgresql_connections_a_worker": round((found[0] if found else 0) / HOSTS, 1),
    }


def size(folder: Path, messages: int) -> dict[str, Any]:
    """What a broker holds, and how fast it takes messages from one process."""
    from celery import Celery

    from worker_core.operations.client import client_app, connected

    broker = EmbeddedBroker(folder)
    try:
        values = Settings(data_dir=folder, broker_url=broker.start())
        with client(values.broker_url or "") as redis:

            def used() -> int:
                return int(redis.info("memory")["used_memory"])

            before, began = used(), time.process_time()
            app: Celery = client_app(values)
            with connected(values) as (_, connection):
                started = time.perf_counter()
                for number in range(messages):
                    app.send_task(
                        "sentiment_analysis.analyze_document_sentiment",
                        kwargs={"document_id": number},
                        queue="sentiment_analysis",
                        connection=connection,
                        retry=False,
                    )
                sent_s, cpu_s = time.perf_counter() - started, time.process_time() - began
            a_message = (used() - before) / messages
            before = used()
            result = json.dumps(
                {
                    "status": "SUCCESS",
                    "result": {"document_id": 1, "label": "neutral", "score": 0.12},
                    "traceback": None,
                    "children": [],
                    "date_done": "2026-01-01T00:00:00.000000+00:00",
                    "name": "sentiment_analysis.analyze_document_sentiment",
                    "args": [],
                    "kwargs": {"document_id": 1},
                    "worker": "afi@host",
                    "retries": 0,
                    "queue": "sentiment_analysis",
                    "task_id": "0" * 36,
                }
            )
            pipe = redis.pipeline(transaction=False)
            for number in range(messages):
                pipe.set(f"celery-task-meta-{number:036}", result, ex=86_400)
            pipe.execute()
            a_result = (used() - before) / messages
            server = redis.info("server")
            took: Any = redis.info("commandstats")
        pushes = took["cmdstat_lpush"]
        return {
            "server": server.get("redis_version"),
            "messages": messages,
            "mb_per_100k_waiting": round(a_message * 100_000 / 2**20, 1),
            "mb_per_100k_results": round(a_result * 100_000 / 2**20, 1),
            "sent_a_second": round(messages / sent_s),
            "sender_cpu_ms_a_message": round(cpu_s / messages * 1000, 3),
            "server_us_a_push": pushes["usec_per_call"],
        }
    finally:
        broker.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=120)
    parser.add_argument("--messages", type=int, default=20_000)
    chosen = parser.parse_args()
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as place:
        # The database runs as another user.
        Path(place).chmod(0o755)
        found["size"] = size(Path(place) / "size", chosen.messages)
        print("size", found["size"], file=sys.stderr)
        if os.geteuid() != 0 or not IP:
            found["skipped"] = "network namespaces need root and the command ip"
        else:
            for name, lease_s, cut_s in (("short", 30, 12.0), ("long", 5, 25.0)):
                home = Path(place) / name
                home.mkdir()
                try:
                    found[name] = partition(home, lease_s, cut_s, chosen.tasks)
                except Missing as error:
                    found["skipped"] = str(error)
                    break
                print(name, found[name], file=sys.stderr)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
