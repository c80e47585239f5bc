"""Sentiment over time and between companies, and labels, as repositories give them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from worker_core.storage.records import Json

ToneLabel = Literal["negative", "neutral", "positive"]


@dataclass(frozen=True, slots=True)
class ToneObservation:
    """The mean tone about a company in one document, by the newest score of it."""

    ticker: str
    day: date
    document_id: int
    mean: float
    sentences: int
    model_version: str


@dataclass(frozen=True, slots=True)
class ToneDay:
    """A day with documents about a company; see ``worker_core.sentiment.trends.Day``.

    ``model_version`` names all models whose scores are in it, parted by a space.
    """

    day: date
    mean: float
    ewma: float
    documents: int
    sentences: int
    model_version: str


@dataclass(frozen=True, slots=True)
class ToneTrend:
    """The trend of a company's tone since a day.

    ``slope`` has ``per_30_days``, ``error``, ``low``, ``high``, ``p_value`` and ``lags``, or is
    None; ``turns`` have ``day``, ``before`` and ``after``; ``missing`` says in words what was not
    computed and why.
    """

    ticker: str
    since: date
    days: int
    documents: int
    slope: Mapping[str, Json] | None
    turns: tuple[Mapping[str, Json], ...]
    missing: tuple[str, ...]
    model_versions: tuple[str, ...]
    task_id: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ToneComparison:
    """Companies held against each other; see ``worker_core.sentiment.comparison``.

    ``companies`` have ``company``, ``documents``, ``mean``, ``median`` and ``deviation``;
    ``differences`` have ``first``, ``second``, ``p_value``, ``corrected``, ``delta``, ``size`` and
    ``hedges_g``.
    """

    task_id: str
    since: date
    companies: tuple[Mapping[str, Json], ...]
    differences: tuple[Mapping[str, Json], ...]
    missing: tuple[str, ...]
    model_versions: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewLabel:
    """The class that a person gives to a sentence.

    ``document`` is the SHA-256 of the document that has it at ``start`` to ``end``; without one,
    the text itself is what is labelled.
    """

    text: str
    label: ToneLabel
    by: str
    document: str | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class LabelRecord:
    """A label that stands. ``document_id`` is None once its document is removed."""

    id: int
    document_id: int | None
    start: int | None
    end: int | None
    text: str
    label: ToneLabel
    by: str
    at: datetime
