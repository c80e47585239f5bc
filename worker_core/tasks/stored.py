"""Documents as tasks meet them: read under the settings' limits, looked up by their hash."""

import logging
from collections.abc import Mapping
from typing import Any

from worker_core import documents, settings
from worker_core.storage import ArtifactError, DocumentRecord
from worker_core.tasks.base import PermanentFailure, Run

log = logging.getLogger(__name__)


def limits() -> documents.Limits:
    """What the settings allow one document to cost."""
    return documents.limits_of(settings.current())


def read(run: Run, sha256: str, filename: str) -> documents.ParsedDocument:
    """What is in a stored file.

    Raises:
        PermanentFailure: it cannot be read; the document's record says why, if it has one.
    """
    try:
        run.progress("Reading", 0.1)
        with run.storage.artifacts.local_path(sha256) as path:
            parsed = documents.parse(path, filename, limits())
    except (documents.DocumentError, ArtifactError) as error:
        if getattr(error, "transient", False):
            raise
        repository = run.storage.documents
        if repository.by_sha(sha256) is not None:
            repository.save_failure(
                sha256, error.code, error.message, error.remedy, documents.PARSER_VERSION
            )
        raise PermanentFailure(f"{error.message} {error.remedy}") from error
    for limit in parsed.truncated:
        log.warning("A limit was reached, so a part was left out: %s", limit)
    return parsed


def keep(
    run: Run, sha256: str, parsed: documents.ParsedDocument, said: Mapping[str, Any] | None = None
) -> DocumentRecord:
    """Store what was read of a registered document, its facts in the same transaction.

    What its sender ``said`` of it stands above what it says itself.
    """
    found: dict[str, Any] = {
        "company": parsed.company,
        "ticker": parsed.ticker,
        "document_type": parsed.form_type,
        "filing_date": parsed.filing_date,
    }
    return run.storage.documents.save_parsed(
        sha256,
        text=parsed.text,
        sections=parsed.sections,
        parser_version=parsed.parser_version,
        mime=parsed.mime,
        period=parsed.period.isoformat() if parsed.period else None,
        pages=parsed.pages,
        truncated=list(parsed.truncated) or None,
        facts=parsed.facts,
        **(found | dict(said or {})),
    )


def parsed_document(run: Run, sha256: str) -> tuple[DocumentRecord, str]:
    """A document that has been processed, and its text.

    Raises:
        PermanentFailure: there is none of that hash.
    """
    record = run.storage.documents.by_sha(sha256)
    text = None if record is None else run.storage.documents.text(record.id)
    if record is None or text is None:
        raise PermanentFailure(
            f"No text is stored for the document {sha256[:12]}. Process the file first."
        )
    return record, text


def sections_of(run: Run, document_id: int) -> list[documents.Section]:
    """A stored document's sections, as the domain knows them."""
    return [
        documents.Section(s.name, s.title, s.start, s.end, s.by_reference)
        for s in run.storage.documents.sections(document_id)
    ]
