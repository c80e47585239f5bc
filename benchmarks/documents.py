"""How fast documents are read, and what the guard around the parsing libraries costs.

``python -m benchmarks.documents``: prints what was measured, then all of it as one JSON object.
Real filings are used where a development checkout has them beside it, else generated ones.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pypdfium2
from selectolax.lexbor import LexborHTMLParser

from benchmarks._readers import readers
from benchmarks._system import enqueue, process, running, until_done
from worker_core import documents
from worker_core.documents import Limits, Runner
from worker_core.documents.reading import read
from worker_core.documents.runners import FreshInterpreters, Hosts

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "documents"
LIMITS = Limits()


@dataclass(frozen=True)
class Corpus:
    """The files to read, by format."""

    html: tuple[Path, ...]
    pdf: tuple[Path, ...]
    generated: bool
    truths: tuple[Path, ...] = ()

    @property
    def tagged(self) -> tuple[Path, ...]:
        """The HTML files with inline XBRL."""
        return tuple(path for path in self.html if b"<ix:nonfraction" in path.read_bytes().lower())

    @property
    def html_mb(self) -> float:
        """Size of the HTML files, in millions of bytes."""
        return size_mb(self.html)


@dataclass(frozen=True)
class Cost:
    """Seconds that a piece of work took: on the clock, and of the processor in all processes."""

    wall: float
    cpu: float


@contextmanager
def corpus(folder: Path) -> Iterator[Corpus]:
    """The real filings if there are any, else generated ones that last as long as the block."""
    html = (*sorted(folder.glob("*.html")), *sorted(folder.glob("*.htm")))
    pdf = tuple(sorted(folder.glob("*.pdf")))
    if html and pdf:
        yield Corpus(html, pdf, generated=False, truths=tuple(sorted(folder.glob("*.json"))))
        return
    with tempfile.TemporaryDirectory() as made:
        yield Corpus(
            (write_html(Path(made) / "filing.html"),),
            (write_pdf(Path(made) / "filing.pdf"),),
            generated=True,
        )


def write_html(path: Path, items: int = 400) -> Path:
    """A page like a filing's: prose and styled tables, about 4 KB an item."""
    cell = '<td style="padding:2px;text-align:right"><span style="font-size:9pt">{}</span></td>'
    row = (
        f"<tr>{''.join(cell.format(number) for number in ('Net sales', '391,035', '383,285'))}</tr>"
    )
    prose = "<p>Net sales rose by 2% in the year, and the gross margin was higher than before.</p>"
    path.write_text(
        f"<html><body>{(prose * 8 + f'<table>{row * 6}</table>') * items}</body></html>"
    )
    return path


def write_pdf(path: Path, pages: int = 100) -> Path:
    """Pages of fifty lines each."""
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path))
    for page in range(pages):
        for line in range(50):
            canvas.drawString(
                60, 780 - 14 * line, f"Page {page}: net sales rose by {line}% in 2024."
            )
        canvas.showPage()
    canvas.save()
    return path


def bare_html(path: Path) -> None:
    """What the HTML library alone does to have the text of a page."""
    LexborHTMLParser(path.read_bytes()).text()


def bare_pdf(path: Path) -> int:
    """What the PDF library alone does to have the text of all pages; their number."""
    document = pypdfium2.PdfDocument(path.read_bytes())
    try:
        for page in document:
            textpage = page.get_textpage()
            textpage.get_text_range()
            textpage.close()
            page.close()
        return len(document)
    finally:
        document.close()


def read_unguarded(path: Path) -> None:
    """All the reading there is, in this process."""
    read(path, path.name, LIMITS)


def size_mb(files: Sequence[Path]) -> float:
    """The size of the files together, in millions of bytes."""
    return sum(path.stat().st_size for path in files) / 1e6


def facts_cost(files: Corpus, repeat: int) -> dict[str, float | int]:
    """What reading inline XBRL costs, with its text and items, and how many facts it gives."""
    tagged = files.tagged
    if not tagged:
        return {}
    spent = cost(read_unguarded, tagged, repeat)
    return {
        "xbrl_mb_per_cpu_s": round(size_mb(tagged) / spent.cpu, 1),
        "xbrl_facts": sum(len(read(path, path.name, LIMITS).facts) for path in tagged),
    }


def items_found(truths: Sequence[Path]) -> dict[str, float | int]:
    """How many of the items that others found are found here, and how many here are theirs.

    A truth is a JSON object with ``filename`` and a text for each item: ``item_1A``, and for a
    10-Q ``part_1_item_2``. Empty texts are items that the filing does not have.
    """
    wanted = found = shared = files = 0
    for truth in truths:
        stated = json.loads(truth.read_text("utf-8"))
        path = truth.parent / str(stated.get("filename", "")) if isinstance(stated, dict) else truth
        if path == truth or not path.is_file():
            continue
        theirs = {_item_name(key) for key, text in stated.items() if "item_" in key and text}
        sections = read(path, path.name, LIMITS).sections
        ours = {name for section in sections for name in section.items}
        files += 1
        wanted, found, shared = wanted + len(theirs), found + len(ours), shared + len(theirs & ours)
    if not wanted or not found:
        return {}
    return {
        "items_files": files,
        "items_expected": wanted,
        "items_recall": round(shared / wanted, 4),
        "items_precision": round(shared / found, 4),
    }


def items_of_reports(files: Sequence[Path]) -> dict[Path, tuple[str, set[str]]]:
    """The form, and the items found, of each annual or quarterly report among the files."""
    found = {}
    for path in files:
        document = read(path, path.name, LIMITS)
        if (form := document.form_type or "").startswith(("10-K", "10-Q")):
            names = {name for section in document.sections for name in section.items}
            found[path] = (form, names)
    return found


def _item_name(key: str) -> str:
    part, _, number = key.rpartition("item_")
    roman = {"1": "Part I ", "2": "Part II ", "3": "Part III ", "4": "Part IV "}
    return f"{roman.get(part.removeprefix('part_').rstrip('_'), '')}Item {number}"


def cost(work: Callable[[Path], object], files: Sequence[Path], repeat: int) -> Cost:
    """What it costs to do ``work`` for all files once: the mean of so many warm rounds."""
    for path in files:
        work(path)
    cpu, wall = processor_seconds(), time.perf_counter()
    for _ in range(repeat):
        for path in files:
            work(path)
    return Cost((time.perf_counter() - wall) / repeat, (processor_seconds() - cpu) / repeat)


def processor_seconds() -> float:
    """Processor time of this process, of those it started, and of what those have ended."""
    total = time.process_time()
    for child in psutil.Process().children():
        times = child.cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return total


def per_document(runner: Runner, repeat: int) -> float:
    """Milliseconds for a document of one line: what a runner costs before any parsing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "line.txt"
        path.write_text("Net sales rose by 2% in the year.\n")
        parse = _parser(runner)
        parse(path)
        taken = []
        for _ in range(repeat):
            start = time.perf_counter()
            parse(path)
            taken.append(time.perf_counter() - start)
    return 1000 * statistics.median(taken)


def _parser(runner: Runner) -> Callable[[Path], object]:
    return lambda path: documents.parse(path, path.name, LIMITS, runner=runner)


def through_the_task(files: Sequence[Path]) -> float:
    """Seconds from the first message to the last result when the files go through
    ``process_document``: one worker process, one document at a time, everything stored."""
    with running(AFI_WORKER_CONCURRENCY="1") as storage:
        stored = [(storage.artifacts.put_file(path, LIMITS.max_bytes), path) for path in files]
        process(storage.artifacts.put_bytes(b"Net sales rose.").sha256, "warm-up.txt")
        start = time.perf_counter()
        tasks = [enqueue(artifact.sha256, path.name) for artifact, path in stored]
        for task in tasks:
            until_done(task)
        return time.perf_counter() - start


def measure(files: Corpus, repeat: int) -> dict[str, float | bool]:
    """All figures, by name; ``_share`` is the part of the cost that is not the bare library's."""
    hosts = Hosts()
    try:
        html = cost(_parser(hosts), files.html, repeat)
        pdf = cost(_parser(hosts), files.pdf, repeat)
        host_ms = per_document(hosts, 20 * repeat)
    finally:
        hosts.close()
    html_unguarded = cost(read_unguarded, files.html, repeat)
    html_alone = cost(bare_html, files.html, repeat)
    pdf_unguarded = cost(read_unguarded, files.pdf, repeat)
    pdf_alone = cost(bare_pdf, files.pdf, repeat)
    pages = sum(bare_pdf(path) for path in files.pdf)
    html_task, pdf_task = through_the_task(files.html), through_the_task(files.pdf)
    return {
        "generated_files": files.generated,
        "html_mb": round(files.html_mb, 2),
        "html_task_mb_per_s": round(files.html_mb / html_task, 1),
        "html_task_overhead_share": round(1 - html_alone.wall / html_task, 3),
        "pdf_task_pages_per_s": round(pages / pdf_task, 1),
        "pdf_task_overhead_share": round(1 - pdf_alone.wall / pdf_task, 3),
        "html_mb_per_s": round(files.html_mb / html.wall, 1),
        "html_mb_per_cpu_s": round(files.html_mb / html.cpu, 1),
        "html_unguarded_mb_per_cpu_s": round(files.html_mb / html_unguarded.cpu, 1),
        "html_library_mb_per_cpu_s": round(files.html_mb / html_alone.cpu, 1),
        "html_overhead_share": round(1 - html_alone.cpu / html.cpu, 3),
        "pdf_pages": pages,
        "pdf_pages_per_s": round(pages / pdf.wall, 1),
        "pdf_pages_per_cpu_s": round(pages / pdf.cpu, 1),
        "pdf_unguarded_pages_per_cpu_s": round(pages / pdf_unguarded.cpu, 1),
        "pdf_library_pages_per_cpu_s": round(pages / pdf_alone.cpu, 1),
        "pdf_overhead_share": round(1 - pdf_alone.cpu / pdf.cpu, 3),
        **facts_cost(files, repeat),
        **items_found(files.truths),
        **readers(files.html, items_of_reports(files.html)),
        "document_ms_host": round(host_ms, 2),
        "document_ms_fresh_interpreter": round(per_document(FreshInterpreters(), repeat), 2),
    }


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--repeat", type=int, default=5, help="rounds to take the mean of")
    options.add_argument(
        "--folder", type=Path, default=SHARED, help="filings, and JSON files with their true items"
    )
    chosen = options.parse_args()
    with corpus(chosen.folder) as files:
        figures = measure(files, chosen.repeat)
    for name, value in figures.items():
        print(f"{name:32} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
