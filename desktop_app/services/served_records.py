"""What the API tells of documents, in the form that the store has it in."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final, cast

from desktop_app.services.document_store import DocumentResult, Figures
from worker_core.operations.remote.document_answers import (
    Document,
    Fact,
    Hit,
    Label,
    Metric,
    Period,
    Periods,
    Score,
    Sentence,
    Sentences,
)
from worker_core.storage import (
    DocumentRecord,
    FactSet,
    LabelRecord,
    MetricPeriod,
    MetricRecord,
    SearchHit,
    Section,
    SentimentEvidence,
    SentimentRecord,
    SentimentScore,
    SentimentSentence,
    StoredFact,
    SummaryRecord,
    SummarySentence,
    display_name,
)

if TYPE_CHECKING:
    from worker_core.storage.financial_records import Basis
    from worker_core.storage.records import Status

_STATUSES: Final = frozenset({"pending", "parsed", "failed"})


def as_record(document: Document) -> DocumentRecord:
    """A document as its owner has it. What is not told is left out: type of the file,
    versions. One that no worker has taken up yet has the number 0."""
    status = document.status if document.status in _STATUSES else "pending"
    return DocumentRecord(
        id=document.document_id or 0,
        sha256=document.document,
        filename=display_name(document.filename),
        mime="",
        bytes=document.bytes or 0,
        company=_plain(document.company),
        ticker=_plain(document.ticker),
        document_type=_plain(document.document_type),
        period=_plain(document.period),
        filing_date=document.filing_date,
        pages=document.pages,
        characters=document.characters,
        status=cast("Status", status),
        error_code=None,
        error_message=_plain(document.error),
        remedy=None,
        parser_version=None,
        truncated=document.left_out,
        created_at=document.added_at,
        updated_at=document.added_at,
    )


def as_result(document: Document, told: Sentences, sentences: list[Sentence]) -> DocumentResult:
    """All that is known of a document; ``sentences`` are those of all pages."""
    record = as_record(document)
    summary = None
    if document.summary_sentences:
        summary = SummaryRecord(
            record.id,
            "",
            document.added_at,
            tuple(
                SummarySentence(one.start, one.end, one.text, one.score)
                for one in document.summary_sentences
            ),
        )
    tone = None
    if told.model is not None:
        scored_at = told.scored_at or document.added_at
        scores = tuple(map(_score, told.scores))
        tone = SentimentRecord(record.id, told.model, scored_at, scores)
    return DocumentResult(
        document=record,
        sections=tuple(
            Section(one.name, one.title, one.start, one.end, one.by_reference)
            for one in document.sections
        ),
        summary=summary,
        sentiment=tone,
        sentences=tuple(map(_sentence, sentences)),
        labels=tuple(as_label(one, record.id) for one in told.labels),
    )


def as_label(label: Label, document_id: int | None = None) -> LabelRecord:
    """A label of one's own."""
    return LabelRecord(
        label.id, document_id, label.start, label.end, "", label.label, "you", label.at
    )


def as_figures(
    record: DocumentRecord, taken: datetime | None, facts: list[Fact], periods: Periods
) -> Figures:
    """What a document reports, and the metrics that were made from it."""
    return Figures(
        document=record,
        taken=None if taken is None else FactSet(record.id, "", len(facts), None, taken),
        facts=tuple(map(_fact, facts)),
        periods=tuple(map(_period, periods.periods)),
    )


def _score(one: Score) -> SentimentScore:
    return SentimentScore(
        one.section,
        one.entity,
        one.positive,
        one.neutral,
        one.negative,
        one.mean,
        one.sentences,
        one.confidence,
        one.ticker,
    )


def _sentence(one: Sentence) -> SentimentSentence:
    evidence = tuple(
        SentimentEvidence(part.start, part.end, part.kind, part.name, part.toward, part.weight)
        for part in one.evidence
    )
    return SentimentSentence(
        one.start, one.end, one.score, one.label, one.confidence, evidence, tuple(one.entities)
    )


def _fact(one: Fact) -> StoredFact:
    return StoredFact(
        concept=one.concept,
        value=_number(one.value),
        text=one.text,
        unit=one.unit,
        decimals=one.decimals,
        start=one.start,
        end=one.end,
        dimensions=tuple(one.dimensions),
        label=one.label,
        source=one.source,
        filed=one.filed,
    )


def _period(one: Period) -> MetricPeriod:
    return MetricPeriod(
        entity=one.ticker or f"name:{one.company or ''}",
        ticker=one.ticker,
        company=one.company,
        basis=cast("Basis", one.basis),
        start=one.start,
        end=one.end,
        currency=one.currency,
        warnings=tuple(one.warnings),
        documents=(),
        metrics=tuple(map(_metric, one.metrics)),
        calculated_at=one.calculated_at,
    )


def _metric(one: Metric) -> MetricRecord:
    return MetricRecord(
        name=one.name,
        group=one.group,
        value=_number(one.value),
        unit=one.unit,
        formula=one.formula,
        version=one.version,
        inputs=tuple(one.inputs),
        missing=tuple(one.missing),
        reason=one.reason,
        note=one.note,
    )


def _number(text: str | None) -> Decimal | None:
    """A decimal text; what is none is not shown as a number."""
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None


def _plain(text: str | None) -> str | None:
    """Fit to be shown in a line: a server may say what it likes."""
    if text is None:
        return None
    return "".join(one if one.isprintable() else " " for one in text)


def as_hit(hit: Hit) -> SearchHit:
    """What a search found."""
    return SearchHit(
        document=as_record(hit.document),
        section=hit.section,
        start=hit.start,
        end=hit.end,
        snippet=hit.snippet,
        marks=tuple(hit.marks),
        together=hit.together,
        goes_on=hit.goes_on,
    )
