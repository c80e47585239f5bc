"""The Documents page at work, for pictures."""

import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import resources
from desktop_app.views.documents import DocumentsPage
from tests.seeded_desk import analyse, calculate_metrics
from worker_core import documents
from worker_core.storage import DocumentRecord, Storage

Quiet = Callable[[], Awaitable[None]]

_GONE: Final = (
    "<p><b>Municipal budgets may shrink.</b> Utilities buy our sensors with public money. If "
    "grants for the renewal of water networks are cut or delayed, orders could decline sharply "
    "and our inventory could lose value.</p>\n"
)
# What turns the bundled annual report for 2024 into the one of the year before.
_EDITS: Final = (
    ("2023", "2022"),
    ("2024", "2023"),
    ("486.2", "434.9 "),
    (">434.9<", ">402.7<"),
    ("269.4", "251.8 "),
    (">251.8<", ">236.0<"),
    ("216.8", "183.1 "),
    (">183.1<", ">166.7<"),
    ("58.1", "53.3 "),
    (">53.3<", ">50.9<"),
    ("77.4", "66.6 "),
    (">66.6<", ">63.1<"),
    ("81.3", "63.2 "),
    (">63.2<", ">52.7<"),
    ("58.2", "43.2 "),
    (">43.2<", ">36.9<"),
    ("2.31", "1.74 "),
    (">1.74<", ">1.49<"),
    ("increased 11.8%", "increased 8.0%"),
    ("was a strong year", "was a mixed year"),
    ("A second source has been qualified for two of our seven cell types only, and another",
     "We have not qualified a second source, and another"),
    (_GONE, ""),
    ("We compete with several larger companies", "We compete with two larger companies"),
)  # fmt: skip


def with_earlier_filing(storage: Storage) -> tuple[DocumentRecord, DocumentRecord]:
    """The bundled annual report and the one before it, with all that is made of them."""
    sample = next(one for one in resources.sample_documents() if "10k" in one.path.name)
    html = sample.path.read_text("utf-8")
    for old, new in _EDITS:
        html = html.replace(old, new)
    with TemporaryDirectory() as folder:
        before = Path(folder) / "example_harrow_vale_10k_2023.html"
        before.write_text(html, "utf-8")
        records = [_read(storage, path) for path in (sample.path, before)]
    documents.close()
    calculate_metrics(storage)
    return records[0], records[1]


def _read(storage: Storage, path: Path) -> DocumentRecord:
    artifact = storage.artifacts.put_file(path, 2**30)
    parsed = documents.parse(path, path.name, documents.Limits())
    task = hashlib.sha256(path.name.encode()).hexdigest()[:12]
    storage.documents.register(artifact.sha256, path.name, artifact.bytes, parsed.mime, task)
    record = storage.documents.save_parsed(
        artifact.sha256,
        text=parsed.text,
        sections=parsed.sections,
        parser_version=parsed.parser_version,
        mime=parsed.mime,
        company=parsed.company,
        ticker=parsed.ticker,
        document_type=parsed.form_type,
        period=parsed.period.isoformat() if parsed.period else None,
        filing_date=parsed.filing_date,
        facts=parsed.facts,
    )
    analyse(storage, record.id, parsed)
    return record


async def act(page: DocumentsPage, what: str, quiet: Quiet) -> None:
    """Do what the picture is to show: ``reader``, ``figures``, ``search`` or ``compare``."""
    result = page.result
    if what in {"reader", "figures"}:
        result.full_wanted.emit()
        await quiet()
    if what == "reader" and result.shown_result is not None:
        told = [s for s in result.shown_result.sentences if s.label == "negative" and s.evidence]
        result.show_place(told[1].start, told[1].end)
    elif what == "figures":
        result.panes.show_figures()
        await quiet()
        result.figures.metrics.clicked.emit(result.figures.metrics.rows.index(1, 0))
    elif what == "search":
        page.library.finder.field.setText("supplier fire")
        page.library.finder.now()
    elif what == "compare" and result.shown_result is not None:
        with_earlier_filing(await page.documents.storage())
        page.compare_filing(result.shown_result.document)
    await quiet()
