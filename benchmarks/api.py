"""What a submission through the HTTP API costs, beside a bare FastAPI with ``.delay()``.

Both are served by one uvicorn process, take the same argument model and end in the same Redis. Ours
also checks a token and a rate, writes ledger and audit log and sends the event. The clients ask at
the same time from a process of their own, each over a connection that it keeps. Processor time is
that of the serving process, read before and after; the clock says little on a busy machine.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from worker_core.operations import users
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.ledger import opened
from worker_core.settings import Settings

FORECAST = "/api/background-tasks/forecasting/generate_stock_forecast"
BODY = b'{"ticker":"AAPL","horizon":21}'
QUIET = ("--no-access-log", "--log-level", "warning")
OURS, BARE = 18765, 18766
PATIENCE_S = 60.0


@contextmanager
def served(words: list[str], environment: dict[str, str]) -> Iterator[psutil.Process]:
    process = subprocess.Popen(
        [sys.executable, "-m", *words],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


async def reached(port: int) -> None:
    over = time.monotonic() + PATIENCE_S
    while time.monotonic() < over:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise TimeoutError(f"nothing listens on port {port}")


async def client(
    port: int, head: bytes, count: int, times: list[float], statuses: Counter[str]
) -> None:
    """One client: its requests one after the other over one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(count):
        began = time.perf_counter()
        writer.write(head + BODY)
        status = await reader.readline()
        length = 0
        while (line := await reader.readline()) != b"\r\n":
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        await reader.readexactly(length)
        times.append(time.perf_counter() - began)
        statuses[status.split(b" ")[1].decode()] += 1
    writer.close()


async def load(
    port: int, path: str, token: str, clients: int, count: int
) -> tuple[Counter[str], list[float]]:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(BODY)}\r\n\r\n"
    ).encode()
    await reached(port)
    times: list[float] = []
    statuses: Counter[str] = Counter()
    each = [client(port, head, count // clients, times, statuses) for _ in range(clients)]
    await asyncio.gather(*each)
    return statuses, times


def cpu_s(process: psutil.Process) -> float:
    used = process.cpu_times()
    return used.user + used.system


def measured(
    process: psutil.Process, port: int, path: str, token: str, clients: int, count: int
) -> dict[str, float]:
    before, began = cpu_s(process), time.perf_counter()
    statuses, times = asyncio.run(load(port, path, token, clients, count))
    seconds = time.perf_counter() - began
    taken = statuses["202"]
    if taken != len(times):
        raise RuntimeError(f"not all submissions were taken: {dict(statuses)}")
    times.sort()
    return {
        "submissions_s": taken / seconds,
        "p50_ms": statistics.median(times) * 1000,
        "p99_ms": times[int(len(times) * 0.99)] * 1000,
        "cpu_ms": (cpu_s(process) - before) / taken * 1000,
    }


def parallel(folder: Path, count: int) -> dict[str, Any]:
    """So many submissions at once, each over a connection of its own, far more than are taken at
    once: each is in the ledger or was refused, and none twice."""
    broker = EmbeddedBroker(folder)
    url = broker.start()
    settings = Settings(data_dir=folder, broker_url=url)
    users.add("bench", "analyst", settings=settings)
    token, _ = users.new_token("bench", settings=settings)
    environment = environment_of(folder, url, "")
    try:
        words = ["worker_core", "api", "--port", str(OURS)]
        with served(words, environment) as ours:
            began = time.perf_counter()
            statuses, _ = asyncio.run(load(OURS, FORECAST, token, count, count))
            seconds, memory = time.perf_counter() - began, ours.memory_info().rss / 2**20
        kept = sum(opened(settings).tasks.counts().values())
    finally:
        opened(settings).close()
        broker.stop()
    return {
        "at_once": count,
        "answers": dict(statuses),
        "in_ledger": kept,
        "seconds": round(seconds, 1),
        "memory_mb": round(memory),
    }


def environment_of(folder: Path, url: str, database: str) -> dict[str, str]:
    return os.environ | {
        "AFI_DATA_DIR": str(folder),
        "CELERY_BROKER_URL": url,
        "XDG_CONFIG_HOME": str(folder),
        "AFI_DATABASE_URL": database,
        "AFI_API_REQUESTS_A_MINUTE": "1000000",
    }


def rounds(folder: Path, database: str, clients: int, count: int, times: int) -> dict[str, Any]:
    broker = EmbeddedBroker(folder)
    url = broker.start()
    settings = Settings(data_dir=folder, broker_url=url, database=database or None)
    environment = environment_of(folder, url, database)
    users.add("bench", "analyst", settings=settings)
    token, _ = users.new_token("bench", settings=settings)
    # A server of PostgreSQL does not end while somebody is connected.
    opened(settings).close()
    found: dict[str, list[dict[str, float]]] = {"ours": [], "bare": []}
    ports = {"ours": OURS, "bare": BARE}
    paths = {"ours": FORECAST, "bare": "/submit"}
    try:
        with (
            served(["worker_core", "api", "--port", str(ports["ours"])], environment) as ours,
            served(
                ["uvicorn", "benchmarks._api_bare:app", "--port", str(ports["bare"]), *QUIET],
                environment,
            ) as bare,
        ):
            processes = {"ours": ours, "bare": bare}
            for name in found:
                measured(processes[name], ports[name], paths[name], token, clients, clients * 10)
            for _ in range(times):
                for name, rows in found.items():
                    args = (processes[name], ports[name], paths[name], token, clients, count)
                    rows.append(measured(*args))
                    print(name, {key: round(value, 2) for key, value in rows[-1].items()})
            memory = {name: one.memory_info().rss / 2**20 for name, one in processes.items()}
    finally:
        broker.stop()
    medians: dict[str, Any] = {
        name: {key: round(statistics.median(row[key] for row in rows), 2) for key in rows[0]}
        | {"memory_mb": round(memory[name])}
        for name, rows in found.items()
    }
    medians["cpu_ratio"] = round(medians["ours"]["cpu_ms"] / medians["bare"]["cpu_ms"], 2)
    return medians


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--submissions", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgresql", action="store_true", help="Also over PostgreSQL.")
    parser.add_argument("--parallel", type=int, help="Only so many submissions, all at once.")
    chosen = parser.parse_args()
    if chosen.parallel:
        with tempfile.TemporaryDirectory(prefix="afi-api-") as folder:
            print(json.dumps(parallel(Path(folder), chosen.parallel)))
        return
    size = (chosen.clients, chosen.submissions, chosen.rounds)
    with tempfile.TemporaryDirectory(prefix="afi-api-") as folder:
        told = {"clients": chosen.clients, "sqlite": rounds(Path(folder), "", *size)}
    if chosen.postgresql:
        from benchmarks._postgresql import server

        with server() as found, tempfile.TemporaryDirectory(prefix="afi-api-") as folder:
            if found is None:
                print("PostgreSQL is not installed here.")
            else:
                told["postgresql"] = rounds(Path(folder), found.url, *size)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
