"""From the tone of sentences to the tone of sections and documents."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cache

from worker_core.documents import Limits, Section, is_prose, split_sentences
from worker_core.sentiment.model import (
    DocumentSentiment,
    SectionSentiment,
    SentenceScorer,
    SentenceSentiment,
    Tone,
)
from worker_core.sentiment.vader import VaderScorer


def score_document(
    text: str,
    sections: Sequence[Section],
    limits: Limits,
    scorer: SentenceScorer | None = None,
) -> DocumentSentiment:
    """Score every sentence of prose, and sum them up by section and for the document.

    A filing is never scored as one text: its length alone would drive the score to an end of the
    scale. Table rows, headings and labels have no tone and are left out, and so are sections
    that only refer to another document.
    """
    scorer = scorer or default_scorer()
    parts = split_sentences(text, limits.max_sentences + 1)
    complete = len(parts) <= limits.max_sentences
    prose = [part for part in parts[: limits.max_sentences] if is_prose(part.text)]
    scores = scorer.score([part.text for part in prose])
    sentences = [
        SentenceSentiment(part.start, part.end, compound, label)
        for part, (compound, label) in zip(prose, scores, strict=True)
    ]
    starts = [sentence.start for sentence in sentences]
    return DocumentSentiment(
        scorer.model_version,
        _tone(sentences),
        tuple(
            SectionSentiment(
                section.name,
                section.title,
                _tone(
                    sentences[bisect_left(starts, section.start) : bisect_left(starts, section.end)]
                ),
            )
            for section in sections
            if not section.by_reference
        ),
        tuple(sentences),
        () if complete else (f"Only the first {limits.max_sentences:,} sentences were scored.",),
    )


@cache
def default_scorer() -> SentenceScorer:
    """The scorer that is used where none is named; one for the process."""
    return VaderScorer()


def _tone(sentences: Sequence[SentenceSentiment]) -> Tone:
    count = len(sentences)
    if count == 0:
        return Tone(0, 0.0, 0.0, 0.0, None)
    labels = [sentence.label for sentence in sentences]
    return Tone(
        count,
        labels.count("positive") / count,
        labels.count("neutral") / count,
        labels.count("negative") / count,
        sum(sentence.compound for sentence in sentences) / count,
    )
