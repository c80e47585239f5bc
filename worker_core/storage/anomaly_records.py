"""What the repositories of anomalies and of systemic risk take and give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from worker_core.storage.records import Json

AnomalyKind = Literal["metric", "series", "price", "pattern"]


@dataclass(frozen=True, slots=True)
class AnomalyRecord:
    """One anomaly.

    Attributes:
        subject: a ticker, a ticker and a metric (``AAPL revenue``), or the id of a series.
        at: of the value: a day is its midnight in UTC.
        score: from 0.5 to 1.
        strength: how far from the usual, in ``unit``.
        quantile: the share of what came before that was nearer to the usual.
        nearest: past windows most like it, each with ``start``, ``end`` (ISO dates) and
            ``distance``.
        evidence: whatever else it rests on, as JSON.
        found_at: set by the database's side.
    """

    subject: str
    kind: AnomalyKind
    detector: str
    at: datetime
    value: float
    score: float
    strength: float
    unit: str
    quantile: float
    words: str
    nearest: tuple[Mapping[str, Json], ...] = ()
    evidence: Mapping[str, Json] = field(default_factory=dict)
    task_id: str = ""
    found_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BaselineRecord:
    """What was learnt of a subject: the newest version counts.

    Attributes:
        parameters: of the detectors, as JSON.
        state: of the detectors, as JSON.
        rows: of the series it was learnt from.
        last_at: of the last of them.
        content_sha256: of parameters and series.
    """

    subject: str
    kind: AnomalyKind
    version: int
    parameters: Mapping[str, Json]
    state: Mapping[str, Any]
    rows: int
    last_at: datetime | None
    content_sha256: str
    task_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RiskSeries:
    """One measure of a universe over time, oldest first.

    Attributes:
        percentiles: of the values up to each day, None while they are too few.
        contributions: by name, at the last day.
    """

    measure: str
    dates: Sequence[date]
    values: Sequence[float]
    percentiles: Sequence[float | None]
    contributions: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RiskUniverse:
    """A set of names that was measured.

    Attributes:
        universe: SHA-256 of the sorted names.
        window: sessions that each value looks back.
        connectedness: ``names``, ``percent`` (rows), ``total`` at the last day, or None.
    """

    universe: str
    window: int
    names: tuple[str, ...]
    last_day: date
    notes: tuple[str, ...]
    connectedness: Mapping[str, Json] | None
    task_id: str
    computed_at: datetime | None = None
