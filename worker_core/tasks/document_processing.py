"""Tasks of the queue ``document_processing``."""

import logging

from worker_core import documents, settings
from worker_core.arguments import (
    BatchProcessDocuments,
    GenerateDocumentSummary,
    ProcessDocument,
    UpdateDocumentIndex,
)
from worker_core.operations.batches import Item
from worker_core.operations.submit import PROCESS
from worker_core.storage import ArtifactError, DocumentRecord
from worker_core.tasks.base import (
    PermanentFailure,
    Result,
    Run,
    catalog_task,
    register_unavailable,
)
from worker_core.tasks.batch import hand_over
from worker_core.tasks.stored import keep, parsed_document, read, sections_of

log = logging.getLogger(__name__)

UNREAD = "application/octet-stream"
SAID = {"company", "ticker", "document_type", "filing_date"}


@catalog_task(PROCESS)
def process_document(run: Run, arguments: ProcessDocument) -> Result:
    sha256, filename = arguments.document, arguments.filename
    record = _registered(run, sha256, filename)
    if _is_read(run, record):
        log.info("%s was read before and has not changed.", filename)
        return _answer(record, already=True)
    parsed = read(run, sha256, filename)
    log.info(
        "Read %s: %s of %s, %d characters, %d facts, sections %s.",
        filename,
        parsed.form_type or parsed.mime,
        parsed.company or "an unnamed company",
        len(parsed.text),
        len(parsed.facts),
        ", ".join(section.name for section in parsed.sections) or "none",
    )
    run.progress("Storing", 0.9)
    said = arguments.model_dump(include=SAID, exclude_none=True)
    return _answer(keep(run, sha256, parsed, said), already=False)


def _registered(run: Run, sha256: str, filename: str) -> DocumentRecord:
    try:
        size = run.storage.artifacts.size(sha256)
    except ArtifactError as error:
        if error.transient:
            raise
        raise PermanentFailure(f"{error.message} {error.remedy}") from error
    return run.storage.documents.register(sha256, filename, size, UNREAD, run.task_id)


def _is_read(run: Run, record: DocumentRecord) -> bool:
    """Whether it was read as this version reads, its facts too."""
    return (
        record.status == "parsed"
        and record.parser_version == documents.PARSER_VERSION
        and record.id in run.storage.facts.taken([record.id])
    )


def _answer(record: DocumentRecord, *, already: bool) -> Result:
    return {
        "document": record.sha256,
        "document_id": record.id,
        "document_type": record.document_type,
        "company": record.company,
        "characters": record.characters,
        "truncated": record.truncated or [],
        "already_processed": already,
    }


@catalog_task("document_processing.generate_document_summary")
def generate_document_summary(run: Run, arguments: GenerateDocumentSummary) -> Result:
    record, text = parsed_document(run, arguments.document)
    count = arguments.sentences or settings.current().summary_sentences
    run.progress("Summarising", 0.2)
    sentences = documents.summarize(text, count, sections_of(run, record.id))
    run.storage.documents.save_summary(record.id, documents.summary_version(count), sentences)
    return {"document": record.sha256, "document_id": record.id, "sentences": len(sentences)}


@catalog_task("document_processing.batch_process_documents")
def batch_process_documents(run: Run, arguments: BatchProcessDocuments) -> Result:
    items = [Item(one.document, PROCESS, one) for one in arguments.documents]
    handed = hand_over(run, items, lambda item: _is_done(run, item.key))
    return {
        "documents": len(items),
        "tasks": handed.tasks,
        "already_processed": handed.done,
    }


def _is_done(run: Run, sha256: str) -> bool:
    """Whether the file was read as this version reads, and scored.

    A summary says nothing: that of a short text has no sentences.
    """
    repository = run.storage.documents
    record = repository.by_sha(sha256)
    return (
        record is not None and _is_read(run, record) and repository.sentiment(record.id) is not None
    )


@catalog_task("document_processing.update_document_index")
def update_document_index(run: Run, arguments: UpdateDocumentIndex) -> Result:
    search = run.storage.search
    only = set(arguments.document_ids) or None
    # By the task's id, so that a second delivery goes on where the first one was stopped.
    build = run.task_id if arguments.rebuild else ""
    total = search.behind(build, only)
    done, last = 0, 0
    while (part := search.update(last, build, only)) is not None:
        done, last = done + part.documents, part.last
        run.progress(f"Indexing, {done:,} of {max(total, done):,}", min(done / total, 1.0))
    log.info("Indexed %d documents.", done)
    return {"indexed": done}


register_unavailable("document_processing")
