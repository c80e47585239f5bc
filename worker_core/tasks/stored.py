"""Documents as tasks meet them: read under the settings' limits, looked up by their hash."""

from worker_core import documents, settings
from worker_core.storage import DocumentRecord
from worker_core.tasks.base import PermanentFailure, Run


def limits() -> documents.Limits:
    """What the settings allow one document to cost."""
    values = settings.current()
    return documents.Limits(
        max_bytes=values.max_document_mb * 2**20,
        max_pages=values.max_document_pages,
        max_characters=values.max_document_characters,
        max_sentences=values.max_sentences,
        wall_seconds=values.parse_timeout_s,
        memory_mb=values.parse_memory_mb,
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
