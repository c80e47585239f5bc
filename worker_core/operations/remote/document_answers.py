"""What the server answers of documents, as far as a client reads it."""

from datetime import date, datetime
from typing import Any, Literal

import msgspec

from worker_core.operations.remote.answers import Count, Id


class Section(msgspec.Struct, frozen=True):
    name: str
    title: str
    start: Count
    end: Count
    by_reference: bool = False


class SummarySentence(msgspec.Struct, frozen=True):
    start: Count
    end: Count
    text: str
    score: float


class Document(msgspec.Struct, frozen=True):
    """A document of one's own; with ``summary``, ``sentiment`` (-1 to 1) and ``sections`` where it
    was asked for alone."""

    document: Id
    filename: str
    added_at: datetime
    status: str
    document_id: int | None = None
    error: str | None = None
    company: str | None = None
    ticker: str | None = None
    document_type: str | None = None
    period: str | None = None
    filing_date: date | None = None
    characters: int | None = None
    bytes: int | None = None
    pages: int | None = None
    left_out: Any = None
    sections: list[Section] = []
    summary: list[str] = []
    summary_sentences: list[SummarySentence] = []
    sentiment: float | None = None


class Documents(msgspec.Struct, frozen=True):
    documents: list[Document]
    next: str | None = None


class Hit(msgspec.Struct, frozen=True):
    """A document that has the words of a search, and a place that shows them: ``snippet`` stands
    at ``start`` to before ``end`` of its text, the words at ``marks`` of the snippet."""

    document: Document
    section: str
    start: Count
    end: Count
    snippet: str
    marks: list[tuple[Count, Count]]
    together: bool
    goes_on: tuple[bool, bool] = (False, False)


class Hits(msgspec.Struct, frozen=True):
    hits: list[Hit]
    next: Count | None = None
    refused: str | None = None


class Text(msgspec.Struct, frozen=True):
    """A part of a document's text, from the character ``start`` on."""

    start: int
    text: str
    more: bool


class Score(msgspec.Struct, frozen=True):
    """Tone of a whole document (no section) or of one section, of all or of one entity."""

    section: str
    entity: str
    mean: float
    positive: float
    neutral: float
    negative: float
    sentences: int
    ticker: str | None = None
    confidence: float | None = None


class Evidence(msgspec.Struct, frozen=True):
    start: Count
    end: Count
    kind: str
    name: str
    toward: str
    weight: float


class Sentence(msgspec.Struct, frozen=True):
    start: Count
    end: Count
    label: str
    score: float
    confidence: float | None = None
    evidence: list[Evidence] = []
    entities: list[str] = []


class Label(msgspec.Struct, frozen=True):
    """The class that one has given to a sentence."""

    id: Count
    start: Count
    end: Count
    label: Literal["negative", "neutral", "positive"]
    at: datetime


class LabelTaken(msgspec.Struct, frozen=True):
    before: Label | None = None


class Sentences(msgspec.Struct, frozen=True):
    model: str | None = None
    scored_at: datetime | None = None
    scores: list[Score] = []
    labels: list[Label] = []
    sentences: list[Sentence] = []
    next: Count | None = None


class Fact(msgspec.Struct, frozen=True):
    """A value as it was reported; numbers are decimal texts."""

    concept: str
    source: str
    label: str | None = None
    value: str | None = None
    text: str | None = None
    unit: str | None = None
    decimals: int | None = None
    start: date | None = None
    end: date | None = None
    dimensions: list[tuple[str, str]] = []
    filed: date | None = None


class Facts(msgspec.Struct, frozen=True):
    taken: datetime | None = None
    facts: list[Fact] = []
    next: Count | None = None


class Metric(msgspec.Struct, frozen=True):
    name: str
    group: str
    unit: str
    formula: str
    version: str
    value: str | None = None
    inputs: list[dict[str, Any]] = []
    missing: list[str] = []
    reason: str = ""
    note: str = ""


class Period(msgspec.Struct, frozen=True):
    basis: str
    start: date
    end: date
    ticker: str | None = None
    company: str | None = None
    currency: str | None = None
    warnings: list[str] = []
    metrics: list[Metric] = []
    calculated_at: datetime | None = None


class Periods(msgspec.Struct, frozen=True):
    """``withheld`` are those in which documents have a part that are not one's own."""

    periods: list[Period]
    withheld: Count = 0
