"""Sentences with what decided about them, as rows: there are thousands in a filing, so what can be
read in the text is not written again."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row

from worker_core.storage.cleaning import finite, short
from worker_core.storage.protocols import EvidenceLike, SentenceLike
from worker_core.storage.records import SentimentEvidence, SentimentSentence

_KINDS = {"word": "w", "phrase": "p"}
_WORDS = {letter: kind for kind, letter in _KINDS.items()}
_LABELS = {"negative": "-", "neutral": "0", "positive": "+"}
_SIGNS = {sign: label for label, sign in _LABELS.items()}
MOST_ENTITIES = 20


def sentence_rows(sentences: Iterable[SentenceLike]) -> list[dict[str, Any]]:
    """Rows of ``sentiment_sentences``, without their key.

    Raises:
        ValueError: a score is not a finite number.
    """
    return [
        {
            "ordinal": ordinal,
            "start_char": sentence.start,
            "end_char": sentence.end,
            "score": finite(sentence.score),
            "label": short(sentence.label, 16),
            "confidence": None if sentence.confidence is None else finite(sentence.confidence),
            "evidence": [_packed(each) for each in sentence.evidence] or None,
            "entities": [short(name, 200) for name in sentence.entities[:MOST_ENTITIES]] or None,
        }
        for ordinal, sentence in enumerate(sentences)
    ]


def sentence_of(row: Row[Any]) -> SentimentSentence:
    """The sentence of a row."""
    return SentimentSentence(
        row.start_char,
        row.end_char,
        row.score,
        row.label,
        row.confidence,
        tuple(_unpacked(each) for each in row.evidence or ()),
        tuple(row.entities or ()),
    )


def _packed(evidence: EvidenceLike) -> list[Any]:
    kind = _KINDS.get(evidence.kind) or short(evidence.name, 40)
    toward = _LABELS.get(evidence.toward, "0")
    return [evidence.start, evidence.end, kind, toward, round(finite(evidence.weight), 2)]


def _unpacked(packed: Sequence[Any]) -> SentimentEvidence:
    start, end, kind, toward, weight = packed
    word = _WORDS.get(kind)
    return SentimentEvidence(
        start, end, word or "rule", "" if word else kind, _SIGNS.get(toward, "neutral"), weight
    )
