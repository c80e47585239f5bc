"""The tone of documents, from the tone of their sentences."""

from worker_core.sentiment.entities import Company
from worker_core.sentiment.linear import LinearModel, ModelError
from worker_core.sentiment.model import (
    DetailedScorer,
    DocumentSentiment,
    EntitySentiment,
    Evidence,
    Label,
    Scored,
    SectionSentiment,
    SentenceScorer,
    SentenceSentiment,
    Tone,
)
from worker_core.sentiment.scorers import LinearScorer, bundled_model, default_scorer
from worker_core.sentiment.scoring import score_document, score_sentences

__all__ = [
    "Company",
    "DetailedScorer",
    "DocumentSentiment",
    "EntitySentiment",
    "Evidence",
    "Label",
    "LinearModel",
    "LinearScorer",
    "ModelError",
    "Scored",
    "SectionSentiment",
    "SentenceScorer",
    "SentenceSentiment",
    "Tone",
    "bundled_model",
    "default_scorer",
    "score_document",
    "score_sentences",
]
