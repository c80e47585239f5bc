"""One document from its bytes to its text, facts and items. Runs inside the sandbox."""

import io
import os
from pathlib import Path

from worker_core.documents.archives import inspect
from worker_core.documents.cover import cover_facts
from worker_core.documents.distinct import distinct_facts
from worker_core.documents.formats import HEAD_BYTES, Kind, inspect_ole, recognise
from worker_core.documents.model import Extract, Limits, ParsedDocument
from worker_core.documents.problems import problem
from worker_core.documents.sections import find_sections


def read(
    path: Path, filename: str, limits: Limits, table_pages: tuple[int, ...] = ()
) -> ParsedDocument:
    """Parse in this process, without any guard against hostile content.

    Raises:
        DocumentError: the document cannot be read.
    """
    try:
        with path.open("rb") as file:
            # A read sets aside what it asks for, so it asks for no more than there is.
            data = file.read(min(os.fstat(file.fileno()).st_size, limits.max_bytes))
    except FileNotFoundError as error:
        raise problem("vanished", filename) from error
    except OSError as error:
        why = error.strerror or "it cannot be read"
        raise problem("unreadable", filename, why=why, detail=str(error)) from error
    return document_from(data, filename, limits, table_pages)


def document_from(
    data: bytes, filename: str, limits: Limits, table_pages: tuple[int, ...] = ()
) -> ParsedDocument:
    """The document that these bytes are.

    Raises:
        DocumentError: they cannot be read.
    """
    extract = extract_from(data, filename, limits, table_pages)
    if not extract.text.strip():
        raise problem("no_text", filename)
    cover = extract.cover.or_else(cover_facts(extract.text))
    facts, all_kept = distinct_facts(extract.facts, limits.max_facts)
    truncated = extract.truncated
    # Readers stop at one above the limit, repetitions counted.
    if not all_kept or len(extract.facts) > limits.max_facts:
        truncated = (*truncated, f"Only the first {len(facts):,} reported values were kept.")
    return ParsedDocument(
        mime=extract.mime,
        text=extract.text,
        sections=find_sections(extract.text, cover.form_type),
        form_type=cover.form_type,
        company=cover.company,
        ticker=cover.ticker,
        period=cover.period,
        filing_date=cover.filing_date,
        pages=extract.pages,
        truncated=truncated,
        facts=facts,
        tables=extract.tables,
        parts=extract.parts,
    )


def extract_from(
    data: bytes,
    filename: str,
    limits: Limits,
    table_pages: tuple[int, ...] = (),
    *,
    depth: int = 0,
) -> Extract:
    """What the reader for this kind of content finds in it.

    ``depth``: how many archives and submissions the content lies in. Of these only a submission in
    an archive is opened.

    Raises:
        DocumentError: the content cannot be read.
    """
    kind = recognise(data[:HEAD_BYTES], filename)
    if kind == "zip":
        kind = inspect(io.BytesIO(data), filename)
    elif kind == "ole":
        kind = inspect_ole(data, filename)
    if kind in {"bundle", "submission"}:
        return _container(kind, data, filename, limits, depth)
    if kind in {"xlsx", "xls", "csv", "json"}:
        return _tabular(kind, data, filename, limits)
    return _written(kind, data, filename, limits, table_pages)


# Each format's library is loaded by the first document that needs it.


def _written(
    kind: Kind, data: bytes, filename: str, limits: Limits, table_pages: tuple[int, ...]
) -> Extract:
    if kind == "html":
        from worker_core.documents.html import read_html

        return read_html(data, limits)
    if kind == "pdf":
        from worker_core.documents.pdf import read_pdf

        return read_pdf(data, filename, limits, table_pages)
    if kind == "docx":
        from worker_core.documents.word import read_docx

        return read_docx(data, filename, limits)
    from worker_core.documents.plain import read_text

    return read_text(data, limits)


def _tabular(kind: Kind, data: bytes, filename: str, limits: Limits) -> Extract:
    if kind == "xlsx":
        from worker_core.documents.workbook import read_xlsx

        return read_xlsx(data, filename, limits)
    if kind == "xls":
        from worker_core.documents.old_workbook import read_xls

        return read_xls(data, filename, limits)
    if kind == "csv":
        from worker_core.documents.delimited import read_csv

        return read_csv(data, limits)
    from worker_core.documents.companyfacts import read_companyfacts

    return read_companyfacts(data, filename, limits)


def _container(kind: Kind, data: bytes, filename: str, limits: Limits, depth: int) -> Extract:
    def read_part(content: bytes, name: str, limits: Limits) -> Extract:
        return extract_from(content, name, limits, depth=depth + 1)

    if kind == "bundle":
        from worker_core.documents.bundle import read_bundle

        if depth:
            what, advice = (
                "an archive inside an archive",
                "Unpack it and drop the files that are in it.",
            )
            raise problem("unsupported", filename, what=what, advice=advice)
        return read_bundle(data, filename, limits, read_part)
    if depth > 1:
        return _written("text", data, filename, limits, ())
    from worker_core.documents.submission import read_submission

    return read_submission(data, limits, read_part)
