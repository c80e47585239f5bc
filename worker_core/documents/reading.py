"""One document from its bytes to its text, facts and items. Runs inside the sandbox."""

import os
from pathlib import Path

from worker_core.documents.archives import inspect
from worker_core.documents.cover import cover_facts
from worker_core.documents.formats import HEAD_BYTES, Kind, recognise
from worker_core.documents.model import Extract, Limits, ParsedDocument
from worker_core.documents.problems import problem
from worker_core.documents.sections import find_sections


def read(path: Path, filename: str, limits: Limits) -> ParsedDocument:
    """Parse in this process, without any guard against hostile content.

    Raises:
        DocumentError: the document cannot be read.
    """
    try:
        with path.open("rb") as file:
            kind = recognise(file.read(HEAD_BYTES), filename)
            if kind == "zip":
                kind = inspect(file, filename)
            file.seek(0)
            # A read sets aside what it asks for, so it asks for no more than there is.
            data = file.read(min(os.fstat(file.fileno()).st_size, limits.max_bytes))
    except FileNotFoundError as error:
        raise problem("vanished", filename) from error
    except OSError as error:
        why = error.strerror or "it cannot be read"
        raise problem("unreadable", filename, why=why, detail=str(error)) from error
    extract = _extract(kind, data, filename, limits)
    if not extract.text.strip():
        raise problem("no_text", filename)
    facts = extract.facts.or_else(cover_facts(extract.text))
    return ParsedDocument(
        mime=extract.mime,
        text=extract.text,
        sections=find_sections(extract.text, facts.form_type),
        form_type=facts.form_type,
        company=facts.company,
        ticker=facts.ticker,
        period=facts.period,
        filing_date=facts.filing_date,
        pages=extract.pages,
        truncated=extract.truncated,
    )


def _extract(kind: Kind, data: bytes, filename: str, limits: Limits) -> Extract:
    # Each format's library is loaded by the first document that needs it.
    if kind == "html":
        from worker_core.documents.html import read_html

        return read_html(data, limits)
    if kind == "pdf":
        from worker_core.documents.pdf import read_pdf

        return read_pdf(data, filename, limits)
    if kind == "docx":
        from worker_core.documents.word import read_docx

        return read_docx(data, filename, limits)
    from worker_core.documents.plain import read_submission, read_text

    return read_submission(data, limits) if kind == "submission" else read_text(data, limits)
