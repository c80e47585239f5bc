"""The tone of documents, from the tone of their sentences."""

from worker_core.sentiment.model import (
    DocumentSentiment,
    Label,
    SectionSentiment,
    SentenceScorer,
    SentenceSentiment,
    Tone,
)
from worker_core.sentiment.scoring import default_scorer, score_document

__all__ = [
    "DocumentSentiment",
    "Label",
    "SectionSentiment",
    "SentenceScorer",
    "SentenceSentiment",
    "Tone",
    "default_scorer",
    "score_document",
]
