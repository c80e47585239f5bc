"""How fast one worker of two processes works off a batch of documents, and what that costs.

``python -m benchmarks.batch``: prints what was measured, then all of it as one JSON object.
The documents are real filings where a development checkout has them beside it, else generated
ones; each is made another one by a remark at its end. Shares are of processor time, so that other
programs on the computer matter less.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from benchmarks._system import process, running, until_done
from benchmarks.documents import SHARED, corpus
from worker_core import documents, sentiment
from worker_core.documents import Limits
from worker_core.documents.runners import Hosts
from worker_core.operations.submit import submit
from worker_core.storage import Storage

PROCESSES = 2
LIMITS = Limits()
BATCH = "document_processing.batch_process_documents"
LOOK_S = 0.1
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
    """Processor seconds to read, score and summarise the documents, with nothing around."""
    hosts = Hosts()
    try:
        documents.parse(pages[0], pages[0].name, LIMITS, runner=hosts)
        began = processor_seconds()
        parsed = [documents.parse(page, page.name, LIMITS, runner=hosts) for page in pages]
        seconds = {"read": processor_seconds() - began}
    finally:
        hosts.close()
    steps: dict[str, Callable[[documents.ParsedDocument], object]] = {
        "score": lambda one: sentiment.score_document(one.text, one.sections, LIMITS),
        "summarise": lambda one: documents.summarize(one.text, sentences=3),
    }
    for name, step in steps.items():
        step(parsed[0])
        began = processor_seconds()
        for one in parsed:
            step(one)
        seconds[name] = processor_seconds() - began
    return seconds


def processor_seconds() -> float:
    """Processor time of this process, of all below it, and of what those have ended."""
    total = time.process_time()
    for one in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def through_the_worker(storage: Storage, pages: Sequence[Path]) -> tuple[float, float, float]:
    """Seconds until the batch is handed over, and until all of it is read, scored and summarised;
    processor seconds of broker, worker and this process meanwhile."""
    files = [
        {
            "document": storage.artifacts.put_file(page, LIMITS.max_bytes).sha256,
            "filename": page.name,
        }
        for page in pages
    ]
    for number in range(2 * PROCESSES):
        text = f"Net sales rose. Warm-up {number}."
        process(storage.artifacts.put_bytes(text.encode()).sha256, "warm-up.txt")
    cpu, began = processor_seconds(), time.perf_counter()
    task_id = submit(BATCH, {"documents": files}).task_id
    until_done(task_id)
    handed_over = time.perf_counter() - began
    while storage.tasks.counts().keys() & UNFINISHED:
        time.sleep(LOOK_S)
    return handed_over, time.perf_counter() - began, processor_seconds() - cpu


def measure(count: int) -> dict[str, float]:
    """All figures, by name."""
    with tempfile.TemporaryDirectory() as folder, corpus(SHARED) as files:
        pages = write(Path(folder), files.html, count)
        size = sum(page.stat().st_size for page in pages)
        with running(AFI_WORKER_CONCURRENCY=str(PROCESSES), AFI_RATE_LIMITS="false") as storage:
            handed_over, wall, cpu = through_the_worker(storage, pages)
        sample = pages[: len(files.html)]
        steps = {name: step * count / len(sample) for name, step in alone(sample).items()}
        generated = files.generated
    rest = cpu - sum(steps.values())
    return {
        "generated_files": generated,
        "documents": count,
        "kb_each": round(size / count / 1e3, 1),
        "documents_per_s": round(count / wall, 1),
        "documents_per_cpu_s": round(count / cpu, 1),
        "handed_over_per_s": round(count / handed_over, 1),
        **{f"{name}_share": round(step / cpu, 3) for name, step in steps.items()},
        "work_share": round(1 - rest / cpu, 3),
        "overhead_share": round(rest / cpu, 3),
        "overhead_cpu_ms_per_task": round(1000 * rest / count / 3, 2),
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
