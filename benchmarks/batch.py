"""How fast one worker of two processes works off a batch of documents, and what that costs.

``python -m benchmarks.batch``: prints what was measured, then all of it as one JSON object.
The documents are real filings where a development checkout has them beside it, else generated
ones; each is made another one by a remark at its end. Shares are of the processor time of broker
and worker, so that other programs on the computer matter less. Work is what the documents need
wherever they are processed: reading them, storing text, facts and index, scoring and summarising
them, each measured by itself (``document_work_share``); the rest is Celery's and ours
(``celery_and_ours_share``). ``reading_alone``: the same documents without the tasks that follow on
reading, so that reading is set against the rest alone.
"""

import argparse
import hashlib
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks._system import enqueue, running, until_done
from benchmarks.documents import SHARED, corpus
from worker_core import documents, sentiment
from worker_core.documents import Limits
from worker_core.documents.runners import Hosts
from worker_core.operations.submit import submit
from worker_core.storage import Storage

PROCESSES = 2
LIMITS = Limits()
PROCESS = "document_processing.process_document"
BATCH = "document_processing.batch_process_documents"
LOOK_S = 1.0
IDLE_S = 10.0
UNFINISHED = {"waiting", "published", "running", "retrying", "blocked"}


def write(folder: Path, sources: Sequence[Path], count: int) -> list[Path]:
    """So many different pages, which take turns in being like one of the sources."""
    pages = []
    for number in range(count):
        source = sources[number % len(sources)]
        page = folder / f"{number}.html"
        page.write_bytes(source.read_bytes() + f"<!-- {number} -->".encode())
        pages.append(page)
    return pages


def alone(pages: Sequence[Path]) -> dict[str, float]:
    """Processor seconds to read, store, score and summarise the documents, with nothing around."""
    hosts = Hosts()
    try:
        documents.parse(pages[0], pages[0].name, LIMITS, runner=hosts)
        began = processor_seconds(own=True)
        parsed = [documents.parse(page, page.name, LIMITS, runner=hosts) for page in pages]
        seconds = {"read": processor_seconds(own=True) - began}
    finally:
        hosts.close()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'afi.sqlite3'}"
        with Storage.open(url, folder) as storage:
            steps: dict[str, Callable[[documents.ParsedDocument], object]] = {
                "store": lambda one: _store(storage, one),
                "score": lambda one: sentiment.score_document(one.text, one.sections, LIMITS),
                "summarise": lambda one: documents.summarize(one.text, 3, one.sections),
            }
            for name, step in steps.items():
                step(parsed[0])
                began = time.process_time()
                for one in parsed:
                    step(one)
                seconds[name] = time.process_time() - began
    return seconds


def _store(storage: Storage, one: documents.ParsedDocument) -> None:
    sha256 = hashlib.sha256(one.text.encode()).hexdigest()
    storage.documents.register(sha256, "page.html", len(one.text), one.mime, "bench")
    storage.documents.save_parsed(
        sha256,
        text=one.text,
        sections=one.sections,
        parser_version=one.parser_version,
        facts=one.facts,
    )


def processor_seconds(*, own: bool = False) -> float:
    """Processor time of all processes below this one, and of what those have ended; with that of
    this one if it is ``own`` work that is measured."""
    total = time.process_time() if own else 0.0
    for one in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


@dataclass(frozen=True)
class Spent:
    """Seconds on the clock until all was handed over and until all was done; processor seconds of
    the broker and the worker meanwhile, and what those would have spent with nothing to do."""

    handed_over: float
    wall: float
    cpu: float
    idle: float


def through_the_worker(storage: Storage, pages: Sequence[Path], *, follow_ups: bool) -> Spent:
    """Have the documents read, and with ``follow_ups`` scored and summarised, by the worker."""
    files = [
        {
            "document": storage.artifacts.put_file(page, LIMITS.max_bytes).sha256,
            "filename": page.name,
        }
        for page in pages
    ]
    # All at once, so that each process of the worker has one and starts its reader.
    texts = [f"Net sales rose. Warm-up {number}." for number in range(8 * PROCESSES)]
    warm_ups = [storage.artifacts.put_bytes(text.encode()).sha256 for text in texts]
    for task_id in [enqueue(sha256, "warm-up.txt") for sha256 in warm_ups]:
        until_done(task_id)
    idle_from = processor_seconds()
    time.sleep(IDLE_S)
    idle = (processor_seconds() - idle_from) / IDLE_S
    cpu, began = processor_seconds(), time.perf_counter()
    if follow_ups:
        task_id = submit(BATCH, {"documents": files}).task_id
        until_done(task_id)
    else:
        for file in files:
            submit(PROCESS, file)
    handed_over = time.perf_counter() - began
    while storage.tasks.counts().keys() & UNFINISHED:
        time.sleep(LOOK_S)
    wall = time.perf_counter() - began
    return Spent(handed_over, wall, processor_seconds() - cpu, idle * wall)


def measure(count: int) -> dict[str, float]:
    """All figures, by name."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, corpus(SHARED) as files:
        pages = write(Path(folder), files.html, count)
        size = sum(page.stat().st_size for page in pages)
        sample = pages[: len(files.html)]
        steps = {name: step * count / len(sample) for name, step in alone(sample).items()}
        figures |= {
            "generated_files": files.generated,
            "documents": count,
            "kb_each": round(size / count / 1e3, 1),
        }
        for name, tasks in (("", 3), ("reading_alone_", 1)):
            variables = {"AFI_WORKER_CONCURRENCY": str(PROCESSES), "AFI_RATE_LIMITS": "false"}
            with running(**variables) as storage:
                spent = through_the_worker(storage, pages, follow_ups=tasks > 1)
            parts = steps if tasks > 1 else {name: steps[name] for name in ("read", "store")}
            figures |= {
                f"{name}{key}": value for key, value in _shares(spent, parts, count, tasks).items()
            }
    return figures


def _shares(spent: Spent, steps: dict[str, float], count: int, tasks: int) -> dict[str, float]:
    rest = spent.cpu - sum(steps.values())
    return {
        "documents_per_s": round(count / spent.wall, 1),
        "documents_per_cpu_s": round(count / spent.cpu, 1),
        "handed_over_per_s": round(count / spent.handed_over, 1),
        **{f"{name}_share": round(step / spent.cpu, 3) for name, step in steps.items()},
        "document_work_share": round(1 - rest / spent.cpu, 3),
        "celery_and_ours_share": round(rest / spent.cpu, 3),
        "idle_share": round(spent.idle / spent.cpu, 3),
        "celery_and_ours_cpu_ms_per_task": round(1000 * rest / count / tasks, 2),
    }


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--documents", type=int, default=1000, help="how many there are")
    figures = measure(options.parse_args().documents)
    for name, value in figures.items():
        print(f"{name:32} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
