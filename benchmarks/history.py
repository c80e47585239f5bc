"""How long the history of a million tasks takes to list and to search.

The tasks are written as the window writes them. Then each search is put again and again, from the
top and further down, each time for a page of 200 tasks; ``p95_ms`` has the 95th percentile of
each in processor time of the asking thread, which other programs on the machine do not stretch;
``elapsed_p95_ms`` is by the clock. The file is in the system's cache, as it is while a window is
in use.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from benchmarks import _events
from desktop_app.monitor import events as e
from desktop_app.monitor.attempts import Task
from desktop_app.monitor.events import Decoder
from desktop_app.monitor.history import EVERYTHING, Condition, HistoryReader
from desktop_app.monitor.history.schema import open_writer
from desktop_app.monitor.history.tables import Tables
from desktop_app.monitor.lifecycle import merge
from desktop_app.monitor.query.fulltext import FULLTEXT
from desktop_app.monitor.rows import TaskRow

DAY_S = 86_400.0
WEEK_S = 7 * DAY_S
# Far above what is allowed, so that a busy machine ends no measurement.
PATIENCE_S = 60.0


def rows(count: int) -> Iterator[TaskRow]:
    """Tasks spread evenly over a week; each hundredth runs long, each thousandth was revoked."""
    decoder = Decoder()
    for number, told in enumerate(_events.tasks(count)):
        first = told[0]["timestamp"]
        shift = _events.EPOCH + number * WEEK_S / count - first
        task = Task(TaskRow(number, told[0]["uuid"], first, first))
        revoked = number % 1000 == 999
        for event in decoder.decode(_events.message(told[:-1] if revoked else told)):
            if isinstance(event, e.TaskEvent):
                merge(task, event, event.timestamp)
        if revoked:
            merge(task, e.TaskRevoked(task.row.uuid, "worker0@node0", first + 9, True), first + 9)
        yield moved(task.row, shift, 100.0 if number % 100 == 99 else 1.0)


def moved(row: TaskRow, shift: float, longer: float) -> TaskRow:
    times = ("first_seen", "last_seen", "sent", "received", "started", "finished")
    changes = {name: value + shift for name in times if (value := getattr(row, name)) is not None}
    if row.runtime is not None:
        changes["runtime"] = row.runtime * longer
    return replace(row, **changes)


def searches() -> dict[str, Condition]:
    def text(words: str) -> Condition:
        return f"(tasks.rowid IN ({FULLTEXT}))", (
            f'{{name args kwargs result exception}} : "{words}"',
        )

    runtime = (
        "(tasks.runtime > ? OR (tasks.runtime IS NULL AND tasks.state IN ('PROGRESS', 'STARTED') "
        "AND tasks.reason IS NULL AND max(? - tasks.started, 0.0) > ?))"
    )
    no_prices = text("no prices of AFK")
    return {
        "list": EVERYTHING,
        "state": ("tasks.state IN (?)", ("FAILURE",)),
        "rare state": ("tasks.state IN (?)", ("REVOKED",)),
        "states": ("tasks.state IN (?, ?)", ("FAILURE", "REVOKED")),
        "no such state": ("tasks.state IN (?)", ("RETRY",)),
        "worker and state": (
            "(tasks.worker = ? AND tasks.state IN (?))",
            ("worker3@node0", "FAILURE"),
        ),
        "task by its beginning": (
            "(tasks.rowid IN (" + FULLTEXT + ") AND (tasks.name LIKE ? ESCAPE '\\'))",
            ('{name} : "forecasting."', "forecasting.%"),
        ),
        "free text": text("AFK"),
        "rare free text": text("before 4711"),
        "free text in all": text("status"),
        "no such text": text("does not occur"),
        "free text and state": (
            f"({no_prices[0]} AND tasks.state IN (?))",
            (*no_prices[1], "FAILURE"),
        ),
        "not a text": (f"({text('AFK')[0]} IS NOT TRUE)", text("AFK")[1]),
        "not a state": ("(tasks.state IN (?) IS NOT TRUE)", ("SUCCESS",)),
        "runtime": (runtime, (5.0, _events.EPOCH, 5.0)),
        "rare runtime": (runtime, (100.0, _events.EPOCH, 100.0)),
        "runtime and not worker": (
            f"({runtime} AND (tasks.worker = ? IS NOT TRUE))",
            (5.0, _events.EPOCH, 5.0, "worker3@node0"),
        ),
    }


def p95(times: list[float]) -> float:
    return round(sorted(times)[max(0, -(-len(times) * 95 // 100) - 1)] * 1000, 1)


Answer = TypeVar("Answer")


class Times:
    """Seconds of each question: of the processor, and by the clock."""

    def __init__(self) -> None:
        self.cpu: list[float] = []
        self.elapsed: list[float] = []

    def of(self, ask: Callable[[], Answer]) -> Answer:
        cpu, clock = time.thread_time(), time.perf_counter()
        answer = ask()
        self.cpu.append(time.thread_time() - cpu)
        self.elapsed.append(time.perf_counter() - clock)
        return answer


def pages(reader: HistoryReader, condition: Condition, times: int) -> Times:
    """From the top and, in turn, from where the page before ended."""
    found, before = Times(), None
    for _ in range(times):
        ask = partial(reader.page, condition, before=before, seconds=PATIENCE_S)
        page = found.of(ask)
        if not page.complete:
            raise RuntimeError("a page was given up: the time was up")
        before = page.before
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="afi-bench-") as folder:
        path = Path(folder) / "history.sqlite3"
        connection = open_writer(path)
        tables = Tables(connection)
        source, writing = rows(options.tasks), 0.0
        while batch := list(islice(source, 5000)):
            began = time.process_time()
            tables.write(batch, [], {})
            writing += time.process_time() - began
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        connection.close()
        reader = HistoryReader(path)
        print(f"{options.tasks:,} tasks, {path.stat().st_size / 1e6:,.0f} MB", flush=True)
        found, elapsed = {}, {}
        for name, condition in searches().items():
            times = pages(reader, condition, options.times)
            found[name], elapsed[name] = p95(times.cpu), p95(times.elapsed)
            print(f"{name:24} {found[name]:8.1f} ms", flush=True)
        until = _events.EPOCH + WEEK_S
        for name, span in {"minute": 60, "hour": 3600, "day": DAY_S, "7 days": WEEK_S}.items():
            times = Times()
            for _ in range(options.times):
                times.of(partial(reader.performance, until - span, until))
            title = f"performance of a {name}"
            found[title], elapsed[title] = p95(times.cpu), p95(times.elapsed)
        counts = {}
        for name, condition in searches().items():
            times = Times()
            times.of(partial(reader.count, condition))
            counts[name] = times.cpu[0] * 1000
        reader.close()
        size = path.stat().st_size
    print(
        json.dumps(
            {
                "benchmark": "history",
                "tasks": options.tasks,
                "file_mb": round(size / 1e6),
                "bytes_a_task": round(size / options.tasks),
                "write_us_a_task": round(writing / options.tasks * 1e6, 1),
                "p95_ms": found,
                "elapsed_p95_ms": elapsed,
                "count_ms": {name: round(value, 1) for name, value in counts.items()},
                "worst_p95_ms": max(found.values()),
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
