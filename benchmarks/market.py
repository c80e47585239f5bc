"""What a million daily bars cost on SQLite and on PostgreSQL, and whether writers get in each
other's way.

``python -m benchmarks.market``: prints what was measured, then all of it as one JSON object. Times
are milliseconds of processor time of this process; of PostgreSQL those of its server are told
apart. The peer is the bare driver: a plain INSERT of the same rows into the same table, which can
neither be repeated nor correct a bar, and pandas reading one ticker.
"""

import argparse
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._postgresql import Server, server
from worker_core.market.bars import COLUMNS, Bars
from worker_core.market.quality import Subject, check
from worker_core.storage import Storage

DAYS = 4000
WRITERS = 4
TRANSACTIONS = 60
PANEL = 50

_WRITER = """
import sys
import numpy as np
from worker_core.market.bars import Bars
from worker_core.storage import Storage
url, number, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
days = np.busday_offset(np.datetime64("2020-01-01"), np.arange(50), roll="forward")
with Storage.open(url, "unused") as storage:
    storage.market.symbols()
    print("ready", flush=True)
    sys.stdin.readline()
    for turn in range(count):
        close = np.full(50, 1.0 + turn)
        storage.market.upsert_bars(Bars(f"W{number}", days, close, close, close, close, close))
"""


def made(symbols: int, days: int) -> list[Bars]:
    """Random walks on weekdays."""
    random = np.random.default_rng(1)
    dates = np.busday_offset(np.datetime64("2008-01-01"), np.arange(days), roll="forward")
    found = []
    for number in range(symbols):
        close = np.round(50 * np.exp(np.cumsum(random.normal(0, 0.015, days))), 2)
        opening = np.round(close * np.exp(random.normal(0, 0.004, days)), 2)
        high, low = np.maximum(opening, close) + 0.1, np.minimum(opening, close) - 0.1
        volume = np.round(1e6 * np.exp(random.normal(0, 0.3, days)))
        found.append(
            Bars(
                f"S{number:04}",
                dates,
                opening,
                high,
                low,
                close,
                volume,
                currency="USD",
                provider="bench",
            )
        )
    return found


def cpu_ms(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return (time.process_time() - start) * 1000


def median_ms(call: Callable[[], object], times: int) -> float:
    call()
    return statistics.median(cpu_ms(call) for _ in range(times))


def measured(url: str, bars: list[Bars], running: Server | None = None) -> dict[str, Any]:
    """Everything about one database."""
    answer: dict[str, Any] = {}
    with Storage.open(url, "unused") as storage:
        market = storage.market
        first = running.cpu_s() if running else 0.0
        answer["load_ms"] = cpu_ms(lambda: market.upsert_bars(bars))
        if running:
            answer["load_server_ms"] = (running.cpu_s() - first) * 1000
        answer["again_ms"] = cpu_ms(lambda: market.upsert_bars(bars))
        corrected = [one.take(slice(-5, None)) for one in bars]
        for one in corrected:
            one.close[:] += 0.01
        answer["last_week_of_all_ms"] = cpu_ms(lambda: market.upsert_bars(corrected))
        middle = bars[len(bars) // 2].symbol
        answer["one_ticker_ms"] = median_ms(lambda: market.bars(middle), 15)
        day: date = bars[0].dates[len(bars[0]) // 2].item()
        answer["cross_section_ms"] = median_ms(lambda: market.cross_section(day), 50)
        names = [one.symbol for one in bars[:PANEL]]
        answer["panel_ms"] = median_ms(lambda: market.closes(names), 3)
        answer["panel"] = list(market.closes(names).values.shape)
    answer |= several_writers(url)
    return answer


def several_writers(url: str) -> dict[str, Any]:
    """Processes that write at once: what they end with, and what is there then."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", _WRITER, url, str(number), str(TRANSACTIONS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(WRITERS)
    ]
    for one in writers:
        if one.stdout is not None:
            one.stdout.readline()
    errors = [one.communicate("go\n")[1] for one in writers]
    failed = sum(one.returncode != 0 for one in writers)
    with Storage.open(url, "unused") as storage:
        last = [storage.market.bars(f"W{number}").close for number in range(WRITERS)]
    whole = all(np.array_equal(one, np.full(50, float(TRANSACTIONS))) for one in last)
    return {
        "writers": WRITERS,
        "transactions": WRITERS * TRANSACTIONS,
        "writers_failed": failed,
        "errors": [text.strip().splitlines()[-1] for text in errors if text.strip()],
        "all_rows_there": whole,
    }


def peer(path: Path, bars: list[Bars]) -> dict[str, float]:
    """The bare driver into the same table, and pandas out of it."""
    import pandas as pd

    connection = sqlite3.connect(path)
    connection.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
        "CREATE TABLE bars (symbol TEXT, date TEXT, open REAL, high REAL, low REAL, close REAL,"
        " volume REAL, provider TEXT, currency TEXT, quarantined INTEGER,"
        " PRIMARY KEY (symbol, date)) WITHOUT ROWID;"
        "CREATE INDEX by_date ON bars (date, symbol, close, quarantined);"
    )

    def load() -> None:
        for one in bars:
            days = np.datetime_as_string(one.dates).tolist()
            columns = [getattr(one, name).tolist() for name in COLUMNS]
            n = len(days)
            rows = zip(
                *([one.symbol] * n, days, *columns, ["b"] * n, ["USD"] * n, [0] * n), strict=True
            )
            connection.executemany("INSERT INTO bars VALUES (?,?,?,?,?,?,?,?,?,?)", rows)
        connection.commit()

    loaded = cpu_ms(load)
    query = "SELECT date, open, high, low, close, volume FROM bars WHERE symbol = ? ORDER BY date"
    middle = bars[len(bars) // 2].symbol

    def read() -> None:
        pd.read_sql(query, connection, params=(middle,), parse_dates=["date"])

    ticker = median_ms(read, 15)
    connection.close()
    return {"bare_driver_load_ms": loaded, "pandas_one_ticker_ms": ticker}


def quality(bars: list[Bars]) -> dict[str, float]:
    """What checking costs."""
    some = bars[: min(20, len(bars))]
    taken = cpu_ms(lambda: [check(Subject(one)) for one in some])
    return {"check_16_years_ms": taken / len(some)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--symbols", type=int, default=250, help="of 4,000 days each")
    symbols = parser.parse_args().symbols
    bars = made(symbols, DAYS)
    answer: dict[str, Any] = {"rows": symbols * DAYS}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "afi.sqlite3"
        answer["sqlite"] = measured(f"sqlite:///{file}", bars)
        answer["sqlite"]["file_mb"] = round(file.stat().st_size / 2**20, 1)
        print("sqlite", answer["sqlite"], flush=True)
        answer["peer"] = peer(Path(folder) / "peer.sqlite3", bars)
        print("peer", answer["peer"], flush=True)
    answer["quality"] = quality(bars)
    with server() as running:
        if running is None:
            print("PostgreSQL is not installed here: not measured")
        else:
            answer["postgresql"] = measured(running.url, bars, running)
            print("postgresql", answer["postgresql"], flush=True)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
