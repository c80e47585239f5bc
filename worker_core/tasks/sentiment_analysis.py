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
    scored = sentiment.score_document(text, sections_of(run, record.id), limits())
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
    """A row for the whole document and one for each section that holds prose."""
    named = chain(
        [(WHOLE, scored.tone)],
        {section.name: section.tone for section in scored.sections if section.tone.count}.items(),
    )
    for name, tone in named:
        yield SentimentScore(
            section=name,
            entity="",
            positive=tone.positive,
            neutral=tone.neutral,
            negative=tone.negative,
            mean=tone.mean or 0.0,
            sentences=tone.count,
        )


register_unavailable("sentiment_analysis")
