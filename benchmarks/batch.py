"""How fast one worker of two processes works off a batch of documents, and what that costs.

``python -m benchmarks.batch``: prints what was measured, then all of it as one JSON object.
The documents are generated, each another one, of the size of a quarterly report's main part.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks._system import process, running, until_done
from benchmarks.documents import write_html
from worker_core import documents, sentiment
from worker_core.documents import Limits
from worker_core.documents.runners import Hosts
from worker_core.operations import batches
from worker_core.operations.submit import submit
from worker_core.storage import Storage

PROCESSES = 2
LIMITS = Limits()
BATCH = "document_processing.batch_process_documents"
LOOK_S = 0.1
SAMPLE = 40


def write(folder: Path, count: int, items: int) -> list[Path]:
    """So many different pages."""
    pages = []
    for number in range(count):
        page = write_html(folder / f"{number}.html", items)
        with page.open("a") as file:
            file.write(f"<p>Report number {number} of the series was filed in time.</p>")
        pages.append(page)
    return pages


def alone(pages: Sequence[Path]) -> dict[str, float]:
    """Seconds a document takes to be read, scored and summarised, by step, with nothing around."""
    hosts = Hosts()
    try:
        documents.parse(pages[0], pages[0].name, LIMITS, runner=hosts)
        began = time.perf_counter()
        parsed = [documents.parse(page, page.name, LIMITS, runner=hosts) for page in pages]
        seconds = {"read": (time.perf_counter() - began) / len(pages)}
    finally:
        hosts.close()
    steps: dict[str, Callable[[documents.ParsedDocument], object]] = {
        "score": lambda one: sentiment.score_document(one.text, one.sections, LIMITS),
        "summarise": lambda one: documents.summarize(one.text, sentences=3),
    }
    for name, step in steps.items():
        step(parsed[0])
        began = time.perf_counter()
        for one in parsed:
            step(one)
        seconds[name] = (time.perf_counter() - began) / len(parsed)
    return seconds


def through_the_worker(storage: Storage, pages: Sequence[Path]) -> tuple[float, float]:
    """Seconds from the submission of the batch until all is handed over, and until all is read,
    scored and summarised."""
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
    began = time.perf_counter()
    task_id = submit(BATCH, {"documents": files}).task_id
    until_done(task_id)
    handed_over = time.perf_counter() - began
    while batches.progress(task_id).done < len(files) or storage.tasks.counts().keys() & {
        "waiting",
        "published",
        "running",
        "retrying",
        "blocked",
    }:
        time.sleep(LOOK_S)
    return handed_over, time.perf_counter() - began


def measure(count: int, items: int) -> dict[str, float]:
    """All figures, by name. Shares are of the time of both processes."""
    with tempfile.TemporaryDirectory() as folder:
        pages = write(Path(folder), count, items)
        size = sum(page.stat().st_size for page in pages)
        with running(AFI_WORKER_CONCURRENCY=str(PROCESSES), AFI_RATE_LIMITS="false") as storage:
            handed_over, seconds = through_the_worker(storage, pages)
        steps = alone(pages[:SAMPLE])
    whole = PROCESSES * seconds
    work = sum(steps.values()) * count
    return {
        "documents": count,
        "kb_each": round(size / count / 1e3, 1),
        "documents_per_s": round(count / seconds, 1),
        "tasks_per_s": round(3 * count / seconds, 1),
        "handed_over_per_s": round(count / handed_over, 1),
        **{f"{name}_share": round(step * count / whole, 3) for name, step in steps.items()},
        "work_share": round(work / whole, 3),
        "overhead_share": round(1 - work / whole, 3),
        "overhead_ms_per_task": round(1000 * (whole - work) / count / 3, 2),
    }


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--documents", type=int, default=1000, help="how many there are")
    options.add_argument("--items", type=int, default=25, help="length of each, 4 KB an item")
    chosen = options.parse_args()
    figures = measure(chosen.documents, chosen.items)
    for name, value in figures.items():
        print(f"{name:32} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
