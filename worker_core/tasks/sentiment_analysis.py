"""Tasks of the queue ``sentiment_analysis``."""

import logging
from collections.abc import Iterator
from itertools import chain

from worker_core import sentiment
from worker_core.arguments import OneDocument
from worker_core.storage import SentimentScore, SentimentSentence
from worker_core.tasks.base import Result, Run, catalog_task, register_unavailable
from worker_core.tasks.stored import limits, parsed_document, sections_of

log = logging.getLogger(__name__)

WHOLE = ""


@catalog_task("sentiment_analysis.analyze_document_sentiment")
def analyze_document_sentiment(run: Run, arguments: OneDocument) -> Result:
    record, text = parsed_document(run, arguments.document)
    run.progress("Scoring", 0.2)
    about = [sentiment.Company(record.company, record.ticker or "")] if record.company else []
    scored = sentiment.score_document(text, sections_of(run, record.id), limits(), companies=about)
    run.storage.documents.save_sentiment(
        record.id,
        scored.model_version,
        tuple(_scores(scored)),
        [SentimentSentence(s.start, s.end, s.compound, s.label) for s in scored.sentences],
    )
    log.info("Scored %d sentences with %s.", scored.tone.count, scored.model_version)
    return {
        "document": record.sha256,
        "document_id": record.id,
        "model_version": scored.model_version,
        "sentences": scored.tone.count,
        "mean": scored.tone.mean,
        "truncated": list(scored.truncated),
    }


def _scores(scored: sentiment.DocumentSentiment) -> Iterator[SentimentScore]:
    """A row for the whole document, one for each section that holds prose, and one for each
    company that is spoken of."""
    sections = {section.name: section for section in scored.sections}
    entities = {entity.name: entity for entity in scored.entities}
    named = chain(
        [(WHOLE, "", scored.tone)],
        ((one.name, "", one.tone) for one in sections.values() if one.tone.count),
        ((WHOLE, one.name, one.tone) for one in entities.values()),
    )
    for name, entity, tone in named:
        yield SentimentScore(
            section=name,
            entity=entity,
            positive=tone.positive,
            neutral=tone.neutral,
            negative=tone.negative,
            mean=tone.mean or 0.0,
            sentences=tone.count,
        )


register_unavailable("sentiment_analysis")
