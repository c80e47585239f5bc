"""What scoring gives, and what a scorer has to offer. Plain data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Label = Literal["negative", "neutral", "positive"]


class SentenceScorer(Protocol):
    """A model of the tone of single sentences."""

    @property
    def model_version(self) -> str:
        """Name and version, kept with every score: ``vader-3.3.2``."""

    def score(self, sentences: Sequence[str]) -> list[tuple[float, Label]]:
        """For each sentence its tone, -1 (negative) to 1 (positive), and its class."""


@dataclass(frozen=True, slots=True)
class SentenceSentiment:
    """The tone of ``text[start:end]``; ``compound`` is -1 (negative) to 1 (positive)."""

    start: int
    end: int
    compound: float
    label: Label


@dataclass(frozen=True, slots=True)
class Tone:
    """The tone of many sentences.

    Attributes:
        count: sentences that were scored.
        positive, neutral, negative: shares of them, with sum 1; all 0 without sentences.
        mean: of their compounds; ``None`` without sentences.
    """

    count: int
    positive: float
    neutral: float
    negative: float
    mean: float | None


@dataclass(frozen=True, slots=True)
class SectionSentiment:
    """The tone of one item of a filing, by the item's name."""

    name: str
    title: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class DocumentSentiment:
    """The tone of a document, of its sections and of each of its sentences, in text order.

    Attributes:
        truncated: a sentence for the reader if a limit was hit; empty otherwise.
    """

    model_version: str
    tone: Tone
    sections: tuple[SectionSentiment, ...]
    sentences: tuple[SentenceSentiment, ...]
    truncated: tuple[str, ...]
