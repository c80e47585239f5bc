"""Tasks of the queue ``sentiment_analysis``."""

import logging
from collections.abc import Iterator
from itertools import chain

from worker_core import sentiment
from worker_core.arguments import CompareCompanies, OneDocument, SentimentTrends, SeveralDocuments
from worker_core.operations.batches import Item
from worker_core.storage import SentimentEvidence, SentimentScore, SentimentSentence
from worker_core.tasks.base import Result, Run, catalog_task
from worker_core.tasks.batch import hand_over
from worker_core.tasks.stored import limits, parsed_document, sections_of
from worker_core.tasks.tone import in_use
from worker_core.tasks.tone_series import compare, update_trends

log = logging.getLogger(__name__)

ANALYZE = "sentiment_analysis.analyze_document_sentiment"
WHOLE = ""


@catalog_task(ANALYZE)
def analyze_document_sentiment(run: Run, arguments: OneDocument) -> Result:
    record, text = parsed_document(run, arguments.document)
    used = in_use(run)
    run.progress("Scoring", 0.2)
    about = [sentiment.Company(record.company, record.ticker or "")] if record.company else []
    scored = sentiment.score_document(
        text, sections_of(run, record.id), limits(), used.scorer, companies=about
    )
    run.progress("Storing", 0.9)
    run.storage.documents.save_sentiment(
        record.id,
        scored.model_version,
        tuple(_scores(scored)),
        [_stored(each) for each in scored.sentences],
    )
    log.info("Scored %d sentences with %s.", scored.tone.count, scored.model_version)
    return {
        "document": record.sha256,
        "document_id": record.id,
        "model_version": scored.model_version,
        "sentences": scored.tone.count,
        "mean": scored.tone.mean,
        "label": scored.tone.label,
        "confidence": scored.tone.confidence,
        "entities": [entity.name for entity in scored.entities],
        "truncated": list(scored.truncated),
        "notes": list(used.notes),
    }


def _stored(sentence: sentiment.SentenceSentiment) -> SentimentSentence:
    return SentimentSentence(
        sentence.start,
        sentence.end,
        sentence.compound,
        sentence.label,
        sentence.confidence,
        tuple(
            SentimentEvidence(e.start, e.end, e.kind, e.name, e.toward, e.weight)
            for e in sentence.evidence
        ),
        sentence.entities,
    )


def _scores(scored: sentiment.DocumentSentiment) -> Iterator[SentimentScore]:
    """A row for the whole document, one for each section that holds prose, and one for each
    company that is spoken of."""
    sections = {section.name: section for section in scored.sections}
    entities = {entity.name: entity for entity in scored.entities}
    named = chain(
        [(WHOLE, "", "", scored.tone)],
        ((one.name, "", "", one.tone) for one in sections.values() if one.tone.count),
        ((WHOLE, one.name, one.ticker, one.tone) for one in entities.values()),
    )
    for name, entity, ticker, tone in named:
        yield SentimentScore(
            section=name,
            entity=entity,
            positive=tone.positive,
            neutral=tone.neutral,
            negative=tone.negative,
            mean=tone.mean or 0.0,
            sentences=tone.count,
            confidence=tone.confidence,
            ticker=ticker or None,
        )


@catalog_task("sentiment_analysis.batch_sentiment_analysis")
def batch_sentiment_analysis(run: Run, arguments: SeveralDocuments) -> Result:
    repository = run.storage.documents
    version = in_use(run).scorer.model_version
    items: list[Item] = []
    ids: dict[str, int] = {}
    unknown: list[int] = []
    for document_id in dict.fromkeys(arguments.document_ids):
        record = repository.get(document_id)
        if record is None:
            unknown.append(document_id)
            continue
        ids[record.sha256] = record.id
        items.append(Item(record.sha256, ANALYZE, OneDocument(document=record.sha256)))

    def is_done(item: Item) -> bool:
        return repository.sentiment(ids[item.key], version) is not None

    handed = hand_over(run, items, is_done)
    if unknown:
        log.warning("%d of the documents are not stored: %s", len(unknown), unknown[:20])
    return {
        "documents": len(items) + len(unknown),
        "tasks": handed.tasks,
        "already_processed": handed.done,
        "unknown": unknown,
        "model_version": version,
    }


@catalog_task("sentiment_analysis.update_sentiment_trends")
def update_sentiment_trends(run: Run, arguments: SentimentTrends) -> Result:
    return update_trends(run, arguments.tickers, arguments.days)


@catalog_task("sentiment_analysis.compare_company_sentiment")
def compare_company_sentiment(run: Run, arguments: CompareCompanies) -> Result:
    return compare(run, arguments.tickers, arguments.days)
