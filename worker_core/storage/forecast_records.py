"""Forecasts as they are kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from worker_core.storage.records import Json

ForecastKind = Literal["price", "metric"]


@dataclass(frozen=True, slots=True)
class ForecastPoint:
    """The distribution ``step`` steps ahead: a price or a metric at the forecast's shares.

    ``date`` is None where no calendar says which day that is.
    """

    step: int
    date: date | None
    mean: float
    quantiles: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ForecastOutcome:
    """What came, and how the forecast stands beside it.

    Attributes:
        pit: which share of the distribution lay below it.
        crps, naive_crps: of the forecast and of the naive method, in logarithmic returns for a
            price, else in the metric's unit.
        scores: more of them, as JSON.
    """

    step: int
    date: date
    value: float
    pit: float
    crps: float
    naive_crps: float | None
    scores: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewForecast:
    """A forecast to keep.

    Attributes:
        subject: the ticker.
        metric: its metric; empty for a price.
        as_of: the day of the newest value that it knows.
        shares: the quantiles' shares, rising.
        data_hash: SHA-256 of what it was made from.
        skill: CRPS or MASE over that of the naive method on past origins; with the other figures
            of the horizon, or of the longest below it that could be tested; None where none could.
        scores: all of the evaluation, by horizon.
        details: what else is to be shown: the volatility, the drift, the chance of a rise.
    """

    kind: ForecastKind
    subject: str
    as_of: date
    horizon: int
    model_version: str
    last_value: float
    shares: tuple[float, ...]
    points: tuple[ForecastPoint, ...]
    seed: int
    data_hash: str
    provider: str = ""
    metric: str = ""
    libraries: Mapping[str, str] = field(default_factory=dict)
    skill: float | None = None
    dm_p: float | None = None
    base_rate: float | None = None
    coverage_80: float | None = None
    coverage_95: float | None = None
    scores: Mapping[str, Json] = field(default_factory=dict)
    details: Mapping[str, Json] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    task_id: str | None = None


@dataclass(frozen=True, slots=True)
class ForecastRecord:
    """A forecast that is kept, with its points and what has come so far."""

    id: int
    kind: ForecastKind
    subject: str
    metric: str
    as_of: date
    horizon: int
    model_version: str
    made_at: datetime
    last_value: float
    shares: tuple[float, ...]
    seed: int
    data_hash: str
    provider: str
    libraries: dict[str, str]
    skill: float | None
    dm_p: float | None
    base_rate: float | None
    coverage_80: float | None
    coverage_95: float | None
    scores: dict[str, Json]
    details: dict[str, Json]
    notes: tuple[str, ...]
    task_id: str | None
    points: tuple[ForecastPoint, ...] = ()
    outcomes: tuple[ForecastOutcome, ...] = ()

    def interval(self, level: float) -> tuple[tuple[float, float], ...] | None:
        """Lower and upper end at each step, for a level in per cent; None if it is not kept."""
        tail = (100 - level) / 200
        places = []
        for share in (tail, 1 - tail):
            near = [n for n, kept in enumerate(self.shares) if abs(kept - share) < 1e-9]
            if not near:
                return None
            places.append(near[0])
        return tuple((p.quantiles[places[0]], p.quantiles[places[1]]) for p in self.points)


@dataclass(frozen=True, slots=True)
class ConformalRecord:
    """What a subject's intervals have learned from ``outcomes`` outcomes."""

    kind: ForecastKind
    subject: str
    metric: str
    state: list[dict[str, Json]]
    outcomes: int
    updated_at: datetime
