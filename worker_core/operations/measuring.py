"""Reading what alert rules judge by. A measure that cannot be read says why; the others go on."""

import math
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from worker_core.health.alert_measures import (
    ALL,
    ANOMALY_WINDOW_S,
    COVERAGE_DAYS,
    FEWEST_ENDED,
    FEWEST_OUTCOMES,
    MEASURES,
    MINUTE_S,
    MOST_SUBJECTS,
    WINDOW_S,
    Measure,
)
from worker_core.operations import broker_measures
from worker_core.operations.errors import OperationError
from worker_core.settings import Settings
from worker_core.storage import MeasureRead, MeasureReading, Storage, StorageError

ANSWERS = "worker_answers"
"""Beside the measures: which workers answered, so that one that vanishes is missed."""
MISSED_FOR_S = 3600.0
_OF_QUEUES = frozenset(key for key, measure in MEASURES.items() if measure.about == "queue")
_WILD = frozenset("*?")
"""A subject with one of these names no single thing."""
# A little early is no fault: schedulers are not exact to the second.
_EARLY_S = 10.0


def read_measures(storage: Storage, settings: Settings) -> list[MeasureReading]:
    """Every measure that is due, as it is now.

    Raises:
        StorageError: the database cannot say what is due.
    """
    reads, now = storage.measurements.reads(), storage.measurements.now()
    source = _Source(storage, settings, now)
    found = [
        _read(measure, source)
        for measure in MEASURES.values()
        if _due(measure, reads.get(measure.key), now)
    ]
    if source.answering is not None:
        seen = dict.fromkeys(source.answering, 1.0)
        found.append(MeasureReading(ANSWERS, seen, max_gap_s=MISSED_FOR_S))
    return found


def _due(measure: Measure, read: MeasureRead | None, now: datetime) -> bool:
    """What costs little is read each time; the rest as often as it is worth it."""
    if measure.every_s <= MINUTE_S or read is None or read.read_at is None or read.problem:
        return True
    passed = (now - read.read_at).total_seconds()
    return not 0 <= passed < measure.every_s - _EARLY_S


def _read(measure: Measure, source: "_Source") -> MeasureReading:
    gap = measure.max_gap_s
    try:
        values = _worst(measure, source.values(measure.key))
    except (OperationError, StorageError) as error:
        return MeasureReading(measure.key, {}, str(error), measure.absent, gap)
    return MeasureReading(measure.key, values, None, measure.absent, gap)


def _worst(measure: Measure, values: Mapping[str, float]) -> Mapping[str, float]:
    known = {name: value for name, value in values.items() if math.isfinite(value)}
    if len(known) <= MOST_SUBJECTS:
        return known
    order = sorted(known.items(), key=lambda item: item[1], reverse=measure.usual == "above")
    return dict(order[:MOST_SUBJECTS])


class _Source:
    """Where each measure comes from."""

    def __init__(self, storage: Storage, settings: Settings, now: datetime) -> None:
        self._storage, self._settings, self._now = storage, settings, now
        self.answering: frozenset[str] | None = None
        """The workers that answered, once they were asked."""
        self._ways: dict[str, Callable[[], Mapping[str, float]]] = {
            "queue_depth": self._depths,
            "oldest_age": self._ages,
            "failure_share": self._failures,
            "silent_workers": self._silent,
            "runtime": self._runtimes,
            "quality_findings": self._findings,
            "anomalies": self._anomalies,
            "forecast_coverage": self._coverage,
        }

    def values(self, key: str) -> Mapping[str, float]:
        """
        Raises:
            OperationError, StorageError: it cannot be read.
        """
        return self._ways[key]()

    def _names(self) -> list[str]:
        # A rule that names a queue is about it also where another application fills it, of which
        # the ledger knows nothing.
        named = {
            rule.subject
            for rule in self._storage.alert_rules.all()
            if rule.measure in _OF_QUEUES and not _WILD & set(rule.subject)
        }
        return broker_measures.queue_names(self._storage.tasks.open_queues() | named)

    def _depths(self) -> Mapping[str, float]:
        return broker_measures.depths(self._names(), self._settings)

    def _ages(self) -> Mapping[str, float]:
        ages = broker_measures.oldest_ages(self._names(), self._settings)
        # Whole seconds: a queue in which nothing waits long stays one row of the history.
        return {name: float(round(age)) for name, age in ages.items()}

    def _failures(self) -> Mapping[str, float]:
        ended = self._storage.measurements.ended(self._now - timedelta(seconds=WINDOW_S))
        ended[ALL] = (
            sum(count for count, _ in ended.values()),
            sum(failed for _, failed in ended.values()),
        )
        return {
            name: failed / count for name, (count, failed) in ended.items() if count >= FEWEST_ENDED
        }

    def _runtimes(self) -> Mapping[str, float]:
        runs = self._storage.measurements.runtimes(self._now - timedelta(seconds=WINDOW_S))
        return {
            name: round(percentile(seconds, 0.95), 2)
            for name, seconds in runs.items()
            if len(seconds) >= FEWEST_ENDED
        }

    def _silent(self) -> Mapping[str, float]:
        answers = broker_measures.answers(self._settings)
        since = self._now - timedelta(seconds=MISSED_FOR_S)
        seen = self._storage.measurements.history(ANSWERS, since)
        missing = {node: rows[-1].until for node, rows in seen.items() if node not in answers.nodes}
        first = min(missing.values(), default=self._now).timestamp()
        gone = broker_measures.went_quietly(missing, first, self._settings)
        self.answering = answers.nodes
        # One that listens without answering is among those that are missing, if it ever answered.
        return {ALL: float(max(answers.deaf, len(gone)))}

    def _findings(self) -> Mapping[str, float]:
        found = self._storage.measurements.findings(MOST_SUBJECTS)
        return {symbol: float(count) for symbol, count in found.items()}

    def _anomalies(self) -> Mapping[str, float]:
        since = self._now - timedelta(seconds=ANOMALY_WINDOW_S)
        found = self._storage.measurements.anomalies(since, MOST_SUBJECTS)
        return {symbol: float(count) for symbol, count in found.items()}

    def _coverage(self) -> Mapping[str, float]:
        found = self._storage.measurements.coverage(COVERAGE_DAYS, MOST_SUBJECTS)
        total = sum(count for count, _ in found.values())
        inside = sum(count * share for count, share in found.values())
        shares = {
            symbol: share for symbol, (count, share) in found.items() if count >= FEWEST_OUTCOMES
        }
        return shares | ({ALL: inside / total} if total >= FEWEST_OUTCOMES else {})


def percentile(values: list[float], share: float) -> float:
    """The smallest of ``values`` that at least a ``share`` of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
