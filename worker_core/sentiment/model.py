"""What scoring gives, and what a scorer has to offer. Plain data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

Label = Literal["negative", "neutral", "positive"]
EvidenceKind = Literal["word", "phrase", "rule"]

NEUTRAL_WITHIN = 0.05
"""Means this near to 0 are neutral, by the convention of VADER (Hutto and Gilbert, 2014)."""


class SentenceScorer(Protocol):
    """A model of the tone of single sentences."""

    @property
    def model_version(self) -> str:
        """Name and version, kept with every score: ``linear-053b919c556a``."""

    def score(self, sentences: Sequence[str]) -> list[tuple[float, Label]]:
        """For each sentence its tone, -1 (negative) to 1 (positive), and its class."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A word, a pair of words or a rule that had a part in the class of a sentence.

    Attributes:
        start, end: place in the sentence, in characters.
        kind: ``word`` and ``phrase`` speak for themselves; ``rule`` goes by its name.
        name: the word or words in lower case, or the rule: ``good_move``, ``to_loss``.
        toward: the class that it speaks for.
        weight: how much: logits of that class above the mean of the classes; positive.
    """

    start: int
    end: int
    kind: EvidenceKind
    name: str
    toward: Label
    weight: float


@dataclass(frozen=True, slots=True)
class Scored:
    """The tone of a sentence, and why.

    Attributes:
        confidence: the probability of ``label``; ``None`` from a model that knows none.
        evidence: what decided, strongest first; empty from a model that cannot say.
    """

    compound: float
    label: Label
    confidence: float | None = None
    evidence: tuple[Evidence, ...] = ()


@runtime_checkable
class DetailedScorer(Protocol):
    """A scorer that also gives its confidence and its reasons."""

    def details(self, sentences: Sequence[str]) -> list[Scored]:
        """For each sentence what ``score`` gives, with confidence and evidence."""


@dataclass(frozen=True, slots=True)
class SentenceSentiment:
    """The tone of ``text[start:end]``; ``compound`` is -1 (negative) to 1 (positive).

    The places in ``evidence`` are counted from ``start``; ``entities`` are the names of companies
    that it speaks of.
    """

    start: int
    end: int
    compound: float
    label: Label
    confidence: float | None = None
    evidence: tuple[Evidence, ...] = ()
    entities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tone:
    """The tone of many sentences.

    Attributes:
        count: sentences that were scored.
        positive, neutral, negative: shares of them, with sum 1; all 0 without sentences.
        mean: of their compounds; ``None`` without sentences.
        confidence: mean of theirs; ``None`` if the model knows none.
    """

    count: int
    positive: float
    neutral: float
    negative: float
    mean: float | None
    confidence: float | None = None

    @property
    def label(self) -> Label | None:
        """The side on which the mean is; within .05 of 0 it is neutral."""
        if self.mean is None:
            return None
        if abs(self.mean) < NEUTRAL_WITHIN:
            return "neutral"
        return "positive" if self.mean > 0 else "negative"


@dataclass(frozen=True, slots=True)
class SectionSentiment:
    """The tone of one item of a filing, by the item's name."""

    name: str
    title: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class EntitySentiment:
    """The tone of the sentences that name a company.

    Attributes:
        ticker: its symbol in capitals, where the document gives one; else empty.
    """

    name: str
    ticker: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class DocumentSentiment:
    """The tone of a document, of its sections and of each of its sentences, in text order.

    Attributes:
        entities: companies that sentences name, most often named first.
        truncated: a sentence for the reader if a limit was hit; empty otherwise.
    """

    model_version: str
    tone: Tone
    sections: tuple[SectionSentiment, ...]
    sentences: tuple[SentenceSentiment, ...]
    truncated: tuple[str, ...]
    entities: tuple[EntitySentiment, ...] = ()
