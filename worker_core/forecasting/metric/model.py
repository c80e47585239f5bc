"""What a forecast of metrics is made of and what it answers."""

from dataclasses import dataclass, field

from worker_core.forecasting.metric.panel import Floats
from worker_core.forecasting.scores import DieboldMariano


@dataclass(frozen=True, slots=True)
class Evidence:
    """How the same methods did on values that were held out.

    Attributes:
        series, origins: how many series, and beginnings of a forecast, that was.
        mase, smape, owa: means over them; the naive method of OWA is Naive2.
        naive_mase: of the seasonal naive method.
        skill: 1 − mase / naive_mase: above 0 is better than naive.
        against_naive: the Diebold-Mariano test of the scaled absolute errors.
        coverage: level in percent → share of the held-out values within intervals that were
            made without them.
        winkler: level in percent → mean interval score over the naive scale.
        pinball: level in percent → mean quantile loss of both ends, likewise.
        basis: in words.
    """

    series: int
    origins: int
    mase: float
    smape: float
    owa: float
    naive_mase: float
    skill: float
    against_naive: DieboldMariano
    coverage: dict[float, float]
    winkler: dict[float, float]
    pinball: dict[float, float]
    basis: str


@dataclass(frozen=True, slots=True)
class MetricForecast:
    """The forecast of one series.

    Attributes:
        mean: (horizon,).
        low, high: level in percent → (horizon,).
        model: what was averaged.
        basis: what the width of the intervals comes from.
        notes: what a reader must know: values filled in, too short, never changes.
        data_hash: SHA-256 of the values that were used, and of their season.
        skill: of this series alone, over its held-out values; NaN without.
    """

    id: str
    mean: Floats
    low: dict[float, Floats]
    high: dict[float, Floats]
    model: str
    basis: str
    notes: tuple[str, ...]
    data_hash: str
    skill: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no forecast of a series, and what would help."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class GroupForecast:
    """The forecasts of series that were looked at together.

    Attributes:
        forecasts: in the order of the series that could be forecast.
        refused: the others.
        evidence: None where nothing could be held out.
        seed, versions: what it takes to do it again.
        notes: about the group.
    """

    forecasts: tuple[MetricForecast, ...]
    refused: tuple[Refusal, ...]
    evidence: Evidence | None
    seed: int
    versions: dict[str, str]
    notes: tuple[str, ...] = field(default=())
