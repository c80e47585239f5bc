"""Forecasts of many prices through one worker of two processes, against two bare processes.

Each series is a stretch of a bundled stock. First every symbol is new: its parameters are fitted,
tested on two years and kept, and it is forecast. Then one more close comes, and all are forecast
again with the parameters that are known. Two bare processes are measured twice: ``bare`` ones
compute the same numbers from arrays that they have (with one symbol's parameters and what its
intervals have learned, for all), and keep nothing; ``stored`` ones do what the worker's do,
without broker or worker: they read the prices from a database of their own, and keep
models and forecasts there. Speeds are by processor time, so that other programs matter less; the
wall's are beside.

    ./dev bench batch_forecast [--series 500]
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks._bare_forecasts import HORIZON
from benchmarks._stocks import stocks
from benchmarks._system import running, until_done
from benchmarks.batch import UNFINISHED, processor_seconds
from worker_core.market.bars import Bars
from worker_core.market.calendar import sessions_after
from worker_core.operations.submit import submit
from worker_core.storage import Storage
from worker_core.tasks.forecasting import BATCH

PROCESSES = 2
SESSIONS = 1500
LOOK_S = 0.5
FIRST = date(2019, 1, 2)


def series(count: int) -> list[npt.NDArray[np.float64]]:
    """So many stretches (``SESSIONS`` + 1, 4), no two alike."""
    long = [stock.ohlc for stock in stocks() if len(stock.ohlc) > SESSIONS + 200]
    chance = np.random.default_rng(1)
    found = []
    for number in range(count):
        whole = long[number % len(long)]
        start = int(chance.integers(0, len(whole) - SESSIONS - 1))
        found.append(whole[start : start + SESSIONS + 1] * chance.uniform(0.5, 2.0))
    return found


def bare(path: Path, *, known: bool) -> tuple[float, float]:
    """Processor and wall seconds of two processes that share the series."""
    words = [sys.executable, "-m", "benchmarks._bare_forecasts", str(path), str(int(known))]
    return together(lambda part: [*words, str(part), str(PROCESSES)])


def stored(folder: str, names: Sequence[str]) -> tuple[float, float]:
    """As ``bare``, of two processes that read and keep what the worker's do."""
    words = [sys.executable, "-m", "benchmarks._alone_forecasts", database(folder), folder]
    return together(lambda part: [*words, f"W{part:03}", str(part), str(PROCESSES), *names])


def database(folder: str) -> str:
    """The address of the ``stored`` processes' database."""
    return f"sqlite:///{folder}/alone.sqlite3"


def together(words: Callable[[int], list[str]]) -> tuple[float, float]:
    """Processor and wall seconds of processes that run at the same time."""
    both = [
        subprocess.Popen(words(part), stdout=subprocess.PIPE, text=True)
        for part in range(PROCESSES)
    ]
    answers = [json.loads(one.communicate()[0]) for one in both]
    return sum(each["cpu"] for each in answers), max(each["wall"] for each in answers)


def through_the_worker(storage: Storage, names: Sequence[str]) -> tuple[float, float]:
    """Processor seconds of broker and worker, and wall seconds, of one batch. This process, which
    looks whether it is over, is not counted."""
    cpu, began = processor_seconds() - time.process_time(), time.perf_counter()
    until_done(submit(BATCH, {"tickers": list(names), "horizon": HORIZON}).task_id)
    while storage.tasks.counts().keys() & UNFINISHED:
        time.sleep(LOOK_S)
    return processor_seconds() - time.process_time() - cpu, time.perf_counter() - began


def keep(storage: Storage, several: Sequence[npt.NDArray[np.float64]], sessions: int) -> list[str]:
    """Put the first so many sessions of each series into the store."""
    names = [f"S{number:04}" for number in range(len(several))]
    store(storage, dict(zip(names, several, strict=True)), sessions)
    return names


def warm_up(storage: Storage, rows: npt.NDArray[np.float64]) -> None:
    """Let both processes load what a first fit needs, as the bare ones have."""
    several = {f"W{number:03}": rows * (1 + number) for number in range(60)}
    store(storage, several, 600)
    through_the_worker(storage, list(several))


def store(storage: Storage, several: Mapping[str, npt.NDArray[np.float64]], sessions: int) -> None:
    """Put the first so many sessions of each series into the store."""
    days = np.array([FIRST, *sessions_after(FIRST, SESSIONS)], dtype="datetime64[D]")[:sessions]
    volume = np.full(sessions, 1e6)
    for name, rows in several.items():
        opens, highs, lows, closes = rows[:sessions].T
        storage.market.upsert_bars(
            Bars(name, days, opens, highs, lows, closes, volume, currency="USD")
        )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--series", type=int, default=500)
    count = options.parse_args().series
    several = series(count)
    figures: dict[str, object] = {"series": count, "sessions": SESSIONS, "horizon": HORIZON}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "series.npy"
        np.save(path, np.stack(several))
        limits = {"AFI_WORKER_CONCURRENCY": str(PROCESSES)}
        with (
            # The forecasts' queue has a worker of its own.
            running("forecasting", **limits) as storage,
            Storage.open(database(folder), folder) as own,
        ):
            warm_up(storage, several[0])
            for known in (False, True):
                names = keep(storage, several, SESSIONS + known)
                cpu, wall = through_the_worker(storage, names)
                alone_cpu, alone_wall = bare(path, known=known)
                keep(own, several, SESSIONS + known)
                # What they warm up with must be new to them each time.
                warm = {f"W{number:03}": several[0] for number in range(PROCESSES)}
                store(own, warm, SESSIONS + known)
                stored_cpu, stored_wall = stored(folder, names)
                figures["known" if known else "first"] = {
                    "cpu_ms_a_series": round(1000 * cpu / count, 2),
                    "bare_cpu_ms_a_series": round(1000 * alone_cpu / count, 2),
                    "stored_cpu_ms_a_series": round(1000 * stored_cpu / count, 2),
                    "speed_by_cpu": round(alone_cpu / cpu, 3),
                    "speed_by_cpu_of_stored": round(stored_cpu / cpu, 3),
                    "series_a_second": round(count / wall, 1),
                    "bare_series_a_second": round(count / alone_wall, 1),
                    "stored_series_a_second": round(count / stored_wall, 1),
                    "speed_by_wall": round(alone_wall / wall, 3),
                    "speed_by_wall_of_stored": round(stored_wall / wall, 3),
                }
            made = len(storage.forecasts.overview("price", limit=10 * count))
            figures["forecasts_kept"] = made
    for name, value in figures.items():
        print(f"{name:20} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
