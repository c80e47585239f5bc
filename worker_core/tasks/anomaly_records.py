"""From what the domain finds to what is stored, and baselines that are taken up again."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np

from worker_core import anomalies as domain
from worker_core.anomalies.metrics import UNIT, YEARLY_CHANGE, MetricJudgement
from worker_core.anomalies.model import Floats
from worker_core.anomalies.patterns import Pattern
from worker_core.anomalies.prices import UNITS, PriceAnomaly
from worker_core.storage import AnomalyKind, AnomalyRecord
from worker_core.tasks.base import Run

Dates = Sequence[date]
SERIES: Final[AnomalyKind] = "series"
PATTERN_UNIT: Final = "upper spreads of the usual distance to the windows before"


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


@dataclass(frozen=True)
class Learnt:
    """What scoring a series by its baseline came to.

    Attributes:
        alarms: of the rows that were scored now; their rows count from the first of these.
        known: how many rows the baseline had seen.
        baseline: version of the baseline that was taken up, or None.
    """

    alarms: tuple[domain.Alarm, ...]
    known: int
    baseline: int | None


def content_hash(parameters: domain.Parameters, days: Dates, values: Floats) -> str:
    """SHA-256 of what a baseline is learnt from."""
    digest = hashlib.sha256(json.dumps(asdict(parameters), sort_keys=True).encode())
    digest.update("".join(day.isoformat() for day in days).encode())
    digest.update(np.ascontiguousarray(values, dtype="<f8").tobytes())
    return digest.hexdigest()


def seconds(days: Dates) -> Floats:
    return np.array([midnight(day).timestamp() for day in days], dtype=np.float64)


def scored(run: Run, subject: str, days: Dates, values: Floats) -> Learnt:
    """Score a series; what its baseline has learnt from, if it is still the same, is not scored
    again.

    Raises:
        SeriesError: a value is not finite.
    """
    parameters = domain.Parameters()
    kept = run.storage.anomalies.baseline(subject, SERIES)
    known = 0
    detector = domain.SeriesDetector(parameters)
    if kept is not None and kept.rows <= len(values):
        past = content_hash(parameters, days[: kept.rows], values[: kept.rows])
        if past == kept.content_sha256:
            detector, known = domain.SeriesDetector.resume(kept.state, parameters), kept.rows
    found = detector.update(values[known:], seconds(days[known:]))
    labels = [day.isoformat() for day in days[known:]]
    alarms = domain.alarms(values[known:], found, parameters, labels) if labels else ()
    return Learnt(alarms, known, kept.version if known and kept else None)


def learn(run: Run, subject: str, days: Dates, values: Floats) -> int:
    """Learn a series' baseline and keep it; its version."""
    parameters = domain.Parameters()
    detector = domain.SeriesDetector(parameters)
    detector.update(values, seconds(days))
    return run.storage.anomalies.save_baseline(
        subject,
        SERIES,
        parameters=asdict(parameters),
        state=detector.state(),
        rows=len(values),
        last_at=midnight(days[-1]) if len(days) else None,
        content_sha256=content_hash(parameters, days, values),
        task_id=run.task_id,
    )


def of_series(
    subject: str, days: Dates, found: Iterable[domain.Alarm], task_id: str, window: int
) -> list[AnomalyRecord]:
    """Records of alarms of a series whose rows are ``days``."""
    return [
        AnomalyRecord(
            subject,
            SERIES,
            one.detector,
            midnight(days[one.row]),
            one.value,
            one.score,
            one.strength,
            one.unit,
            one.quantile,
            one.words,
            _windows(days, ((near.start, near.distance) for near in one.nearest), window),
            {"row": one.row},
            task_id,
        )
        for one in found
    ]


def of_metric(subject: str, found: Iterable[MetricJudgement], task_id: str) -> list[AnomalyRecord]:
    """Records of the periods that are anomalies."""
    return [
        AnomalyRecord(
            subject,
            "metric",
            YEARLY_CHANGE,
            midnight(one.day),
            one.value,
            one.score,
            one.strength,
            UNIT,
            one.quantile,
            one.words,
            tuple(
                {
                    "start": (day - timedelta(days=365)).isoformat(),
                    "end": day.isoformat(),
                    "distance": abs(change - one.change),
                }
                for day, change in one.nearest
            ),
            {"change": one.change, "usual": one.usual},
            task_id,
        )
        for one in found
        if one.is_anomaly
    ]


def of_patterns(
    subject: str,
    days: Dates,
    values: Floats,
    found: Iterable[Pattern],
    window: int,
    limit: float,
    task_id: str,
) -> list[AnomalyRecord]:
    """Records of patterns of returns; each stands at its last day."""
    records = []
    for one in found:
        end = one.start + window - 1
        nearest = _windows(days, ((near.start, near.distance) for near in one.nearest), window)
        like = ", ".join(f"{near['start']} to {near['end']}" for near in nearest)
        moved = float(np.expm1(values[one.start : end + 1].sum()))
        words = (
            f"The {window} sessions from {days[one.start]} to {days[end]} ({moved * 100:+.1f} %) "
            f"are {one.strength:.1f} {PATTERN_UNIT}, farther than "
            f"{one.quantile * 100:.2f} % of those windows."
        )
        words += f" Most like them were {like}." if like else ""
        level = one.strength / limit
        records.append(
            AnomalyRecord(
                subject,
                "pattern",
                one.detector,
                midnight(days[end]),
                moved,
                level / (1.0 + level),
                one.strength,
                PATTERN_UNIT,
                one.quantile,
                words,
                nearest,
                {"start": days[one.start].isoformat(), "window": window},
                task_id,
            )
        )
    return records


def of_prices(
    subject: str, days: Dates, found: Iterable[PriceAnomaly], task_id: str, model: str | None
) -> list[AnomalyRecord]:
    """Records of likely defects of prices."""
    return [
        AnomalyRecord(
            subject,
            "price",
            one.detector,
            midnight(days[one.row]),
            one.value,
            one.score,
            one.strength,
            UNITS[one.detector],
            one.quantile,
            one.words,
            (),
            {"before": days[one.row - 1].isoformat(), "model": model},
            task_id,
        )
        for one in found
    ]


def _windows(
    days: Dates, starts: Iterable[tuple[int, float]], window: int
) -> tuple[dict[str, str | float], ...]:
    last = len(days) - 1
    return tuple(
        {
            "start": days[start].isoformat(),
            "end": days[min(start + window - 1, last)].isoformat(),
            "distance": distance,
        }
        for start, distance in starts
    )
