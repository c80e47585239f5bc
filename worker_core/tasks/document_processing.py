"""Tasks of the queue ``document_processing``."""

from typing import Any

from worker_core import documents, settings
from worker_core.arguments import GenerateDocumentSummary, ProcessDocument
from worker_core.storage import ArtifactError, DocumentRecord
from worker_core.tasks.base import (
    PermanentFailure,
    Result,
    Run,
    catalog_task,
    register_unavailable,
)


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


@catalog_task("document_processing.process_document")
def process_document(run: Run, arguments: ProcessDocument) -> Result:
    repository = run.storage.documents
    record = repository.register(
        sha256=arguments.document,
        filename=arguments.filename,
        size=run.storage.artifacts.size(arguments.document),
        task_id=run.task_id,
    )
    if record.status == "parsed" and record.parser_version == documents.PARSER_VERSION:
        return _answer(record, already=True)
    run.progress("Reading", 0.1)
    try:
        with run.storage.artifacts.local_path(arguments.document) as path:
            parsed = documents.parse(path, arguments.filename, limits())
    except (documents.DocumentError, ArtifactError) as error:
        repository.save_failure(arguments.document, error.code, error.message, error.remedy)
        raise PermanentFailure(f"{error.message} {error.remedy}") from error
    run.progress("Storing", 0.9)
    record = repository.save_parsed(arguments.document, parsed, known=_known(arguments))
    return _answer(record, already=False)


def _known(arguments: ProcessDocument) -> dict[str, Any]:
    """What whoever sent the document said of it: it stands above what the document says."""
    said = arguments.model_dump(include={"company", "ticker", "document_type", "filing_date"})
    return {name: value for name, value in said.items() if value is not None}


def _answer(record: DocumentRecord, *, already: bool) -> Result:
    return {
        "document": record.sha256,
        "document_id": record.id,
        "document_type": record.document_type,
        "company": record.company,
        "characters": record.characters,
        "truncated": list(record.truncated),
        "already_processed": already,
    }


@catalog_task("document_processing.generate_document_summary")
def generate_document_summary(run: Run, arguments: GenerateDocumentSummary) -> Result:
    repository = run.storage.documents
    record = repository.parsed(arguments.document)
    count = arguments.sentences or settings.current().summary_sentences
    run.progress("Summarising", 0.2)
    sentences = documents.summarize(repository.text(record.id), sentences=count)
    repository.save_summary(record.id, documents.SUMMARY_VERSION, sentences)
    return {"document": record.sha256, "document_id": record.id, "sentences": len(sentences)}


register_unavailable("document_processing")
