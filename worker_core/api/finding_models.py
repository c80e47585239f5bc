"""What the API answers of what was found in documents: sentences, values, metrics."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field

from worker_core.storage import (
    LabelRecord,
    MetricPeriod,
    MetricRecord,
    SentimentScore,
    SentimentSentence,
    StoredFact,
    ToneLabel,
)


class ToneScore(BaseModel):
    """Tone of a whole document (no section) or of one section, of all or of one entity."""

    section: str
    entity: str
    ticker: str | None
    mean: float = Field(description="From -1 to 1.")
    positive: float = Field(description="Share of the sentences.")
    neutral: float
    negative: float
    sentences: int
    confidence: float | None


class Evidence(BaseModel):
    """A word or a rule that had a part in the class of a sentence."""

    start: int = Field(description="From the start of the sentence.")
    end: int
    kind: str
    name: str
    toward: str
    weight: float


class GivenLabel(BaseModel):
    """The class that one has given to a sentence oneself."""

    id: int
    start: int
    end: int
    label: ToneLabel
    at: datetime


class SentenceRow(BaseModel):
    """A sentence of a document's text and its tone."""

    start: int
    end: int
    label: str
    score: float = Field(description="From -1 to 1.")
    confidence: float | None
    evidence: list[Evidence]
    entities: list[str]


class SentencePage(BaseModel):
    """Sentences in reading order, and of the whole document its scores and one's own labels.
    ``model`` is null where it was not scored. ``next`` is what to ask for as ``after``."""

    model: str | None
    scored_at: datetime | None
    scores: list[ToneScore]
    labels: list[GivenLabel]
    sentences: list[SentenceRow]
    next: int | None


class LabelWanted(BaseModel):
    """A sentence of a document's text and the class that it has."""

    document: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the content.")
    start: int = Field(ge=0, le=2**31 - 1, description="First character.")
    end: int = Field(ge=1, le=2**31 - 1)
    label: ToneLabel


class LabelTaken(BaseModel):
    """What stands after a label was taken back: one's own before it, or null."""

    before: GivenLabel | None


class FactRow(BaseModel):
    """A value as a document reports it. Numbers are decimal texts, so that none is rounded."""

    concept: str
    label: str | None
    value: str | None
    text: str | None
    unit: str | None
    decimals: int | None
    start: date | None
    end: date | None
    dimensions: list[list[str]] = Field(description="Axis and member of each.")
    source: str
    filed: date | None


class FactPage(BaseModel):
    """``taken`` is null where its values were never looked for."""

    taken: datetime | None
    facts: list[FactRow]
    next: int | None


class MetricRow(BaseModel):
    """One metric of one period. Without a value, ``missing`` and ``reason`` say why."""

    name: str
    group: str
    value: str | None
    unit: str
    formula: str
    version: str
    inputs: list[dict[str, Any]]
    missing: list[str]
    reason: str
    note: str


class PeriodRow(BaseModel):
    """The metrics of a company for one period. Days are both included."""

    ticker: str | None
    company: str | None
    basis: str = Field(description="Which periods it compares, such as annual.")
    start: date
    end: date
    currency: str | None
    warnings: list[str]
    metrics: list[MetricRow]
    calculated_at: datetime | None


class Periods(BaseModel):
    """The latest first. ``withheld`` are those in which documents have a part that are not one's
    own."""

    periods: list[PeriodRow]
    withheld: int


def score_row(score: SentimentScore) -> ToneScore:
    return ToneScore(
        section=score.section,
        entity=score.entity,
        ticker=score.ticker,
        mean=score.mean,
        positive=score.positive,
        neutral=score.neutral,
        negative=score.negative,
        sentences=score.sentences,
        confidence=score.confidence,
    )


def sentence_row(one: SentimentSentence) -> SentenceRow:
    return SentenceRow(
        start=one.start,
        end=one.end,
        label=one.label,
        score=one.score,
        confidence=one.confidence,
        evidence=[
            Evidence(
                start=part.start,
                end=part.end,
                kind=part.kind,
                name=part.name,
                toward=part.toward,
                weight=part.weight,
            )
            for part in one.evidence
        ],
        entities=list(one.entities),
    )


def given_label(record: LabelRecord) -> GivenLabel:
    """A label by whoever asks: who gave it is not told again."""
    return GivenLabel(
        id=record.id,
        start=record.start or 0,
        end=record.end or 0,
        label=record.label,
        at=record.at,
    )


def fact_row(fact: StoredFact) -> FactRow:
    return FactRow(
        concept=fact.concept,
        label=fact.label,
        value=_text(fact.value),
        text=fact.text,
        unit=fact.unit,
        decimals=fact.decimals,
        start=fact.start,
        end=fact.end,
        dimensions=[list(pair) for pair in fact.dimensions],
        source=fact.source,
        filed=fact.filed,
    )


def period_row(period: MetricPeriod) -> PeriodRow:
    return PeriodRow(
        ticker=period.ticker,
        company=period.company,
        basis=period.basis,
        start=period.start,
        end=period.end,
        currency=period.currency,
        warnings=list(period.warnings),
        metrics=[_metric_row(one) for one in period.metrics],
        calculated_at=period.calculated_at,
    )


def _metric_row(one: MetricRecord) -> MetricRow:
    return MetricRow(
        name=one.name,
        group=one.group,
        value=_text(one.value),
        unit=one.unit,
        formula=one.formula,
        version=one.version,
        inputs=[dict(given) for given in one.inputs],
        missing=list(one.missing),
        reason=one.reason,
        note=one.note,
    )


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
