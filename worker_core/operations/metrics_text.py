"""What the system knows of itself in the text format of Prometheus.

Names follow its conventions: base units, a unit at the end. Labels are few and bounded, whatever
names tasks, queues and workers are given: what is not in the catalog shares one series from some
number on, and a name is cut before it becomes a label.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from worker_core import __version__
from worker_core.catalog import QUEUES, TASKS
from worker_core.health import HealthReport
from worker_core.health.findings import SEVERITIES, named
from worker_core.health.readings import Readings
from worker_core.operations import performance
from worker_core.operations.errors import LedgerUnavailable
from worker_core.operations.health import check
from worker_core.operations.performance import Performance
from worker_core.settings import Settings, current

if TYPE_CHECKING:
    from prometheus_client.core import GaugeMetricFamily

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
OTHER: Final = "other"
MOST: Final = 100
"""Values of one label, beside those of the catalog."""
HOUR: Final = timedelta(hours=1)
QUANTILES: Final = {"p50": "0.5", "p95": "0.95", "p99": "0.99"}


def text(settings: Settings | None = None, *, report: HealthReport | None = None) -> bytes:
    """All metrics, from a look at the system now (or ``report``) and from the last hour's stored
    durations. What could not be read is left out, and said by ``afi_health_findings``.

    As `worker_core.operations.health.check` it takes no longer than some seconds, never fails for
    a dead part, and changes nothing.
    """
    from prometheus_client import CollectorRegistry, generate_latest

    settings = settings or current()
    looked = report or check(settings)
    rows = _last_hour(settings, looked)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(lambda: _families(looked, rows)))
    return generate_latest(registry)


class _Collector:
    """What a registry of Prometheus' client asks for."""

    def __init__(self, families: Callable[[], Iterable["GaugeMetricFamily"]]) -> None:
        self._families = families

    def collect(self) -> Iterable["GaugeMetricFamily"]:
        return self._families()

    def describe(self) -> Iterable["GaugeMetricFamily"]:
        return ()


def _last_hour(settings: Settings, report: HealthReport) -> tuple[Performance, ...]:
    # Tables that are not of this version are not touched for the sake of a measurement.
    base = report.readings.database
    if base is None or base.revision != base.head:
        return ()
    start = datetime.now(UTC) - HOUR
    try:
        rows = performance.windows(start, settings=settings)
    except LedgerUnavailable:
        return ()
    rows = tuple(row if row.task in TASKS else replace(row, task=OTHER, queue="") for row in rows)
    return performance.summed(rows, start, None, lambda row: (row.task, ""))


def gauge(
    name: str, words: str, label: str = "", values: Mapping[str, float | None] | None = None
) -> "GaugeMetricFamily":
    """A family with one label, or with none; values that are not known are left out."""
    from prometheus_client.core import GaugeMetricFamily

    family = GaugeMetricFamily(f"afi_{name}", words, labels=[label] if label else [])
    for key, value in (values or {}).items():
        if value is not None:
            family.add_metric([key] if label else [], float(value))
    return family


def single(name: str, words: str, value: float | None) -> "GaugeMetricFamily":
    """A family of one number."""
    return gauge(name, words, "", {"": value})


def bounded(
    values: Iterable[tuple[str, float | None]],
    known: Iterable[str] = (),
    *,
    join: Callable[[float, float], float] = max,
) -> dict[str, float | None]:
    """Values by a label that comes from outside: those of names ``known`` as they are, others
    until there are ``MOST``, and the rest joined under one name, as are those that look alike."""
    kept: dict[str, float | None] = {}
    catalogued, others = frozenset(known), 0
    for name, value in values:
        if value is None:
            continue
        label = named(name)
        if name not in catalogued and label not in kept:
            others += 1
            label = label if others <= MOST else OTHER
        before = kept.get(label)
        kept[label] = value if before is None else join(before, value)
    return kept


def _add(one: float, other: float) -> float:
    return one + other


def _families(report: HealthReport, rows: tuple[Performance, ...]) -> Iterator["GaugeMetricFamily"]:
    read = report.readings
    yield gauge("build_info", "The version of the program.", "version", {__version__: 1})
    yield from _health(report)
    yield from _stores(read)
    yield from _work(read)
    yield from _times(read)
    yield from _tasks(rows)


def _health(report: HealthReport) -> Iterator["GaugeMetricFamily"]:
    from prometheus_client.core import GaugeMetricFamily

    states = {name: float(name == report.status) for name in ("ok", "warning", "critical")}
    yield gauge("health_status", "1 for the state that the system is in.", "status", states)
    found = GaugeMetricFamily(
        "afi_health_findings",
        "What is worth knowing or mending, by part of the system.",
        labels=["severity", "part"],
    )
    counts: dict[tuple[str, str], int] = {}
    for one in report.findings:
        key = (one.severity, one.part)
        counts[key] = counts.get(key, 0) + 1
    for severity in SEVERITIES[1:]:
        for (of, part), count in sorted(counts.items()):
            if of == severity:
                found.add_metric([severity, part], count)
    yield found
    yield single("health_check_duration_seconds", "How long the look took.", report.took_s)


def _stores(read: Readings) -> Iterator["GaugeMetricFamily"]:
    broker, base = read.broker, read.database
    yield single("broker_up", "Whether the broker answers.", float(broker is not None))
    if broker is not None:
        yield single("broker_latency_seconds", "Of one answer of the broker.", broker.latency_s)
        yield single("broker_memory_used_bytes", "What the broker holds.", broker.used_bytes)
        yield single(
            "broker_memory_limit_bytes",
            "What the broker may hold; 0 for no limit.",
            broker.max_bytes,
        )
        yield single("broker_clients", "Connections to the broker.", broker.clients)
    yield single("database_up", "Whether the database answers.", float(base is not None))
    if base is not None:
        yield single("database_latency_seconds", "Of one answer of the database.", base.latency_s)
        yield single("database_size_bytes", "Size of the database.", base.size_bytes)
        yield single("database_connections", "Connections that are taken.", base.connections)
        yield single(
            "database_connections_limit", "Connections there can be.", base.max_connections
        )
    disks = read.disks or ()
    free = bounded((disk.what, disk.free_bytes) for disk in disks)
    yield gauge("disk_free_bytes", "Free on a disk that this computer writes to.", "disk", free)
    size = bounded((disk.what, disk.total_bytes) for disk in disks)
    yield gauge("disk_size_bytes", "Size of that disk.", "disk", size)


def _work(read: Readings) -> Iterator["GaugeMetricFamily"]:
    if read.workers is not None:
        answered = sum(worker.answered for worker in read.workers)
        counts = {"answered": answered, "silent": len(read.workers) - answered}
        yield gauge("workers", "Workers by whether they answered.", "state", counts)
        up = bounded(((worker.node, float(worker.answered)) for worker in read.workers), join=min)
        yield gauge("worker_up", "Whether a worker answered.", "worker", up)
        slots = bounded(((worker.node, worker.slots) for worker in read.workers), join=_add)
        yield gauge("worker_slots", "Tasks that a worker runs at once.", "worker", slots)
    if read.queues is not None:
        waiting = bounded(((one.name, one.waiting) for one in read.queues), QUEUES, join=_add)
        yield gauge("queue_messages", "Messages that wait in a queue.", "queue", waiting)
        oldest = bounded(((one.name, one.oldest_s) for one in read.queues), QUEUES)
        yield gauge(
            "queue_oldest_message_age_seconds", "How long the oldest waits.", "queue", oldest
        )
    yield single("messages_held", "Messages that workers have taken.", read.held)
    yield single("tasks_quarantined", "Tasks in quarantine.", read.quarantined)


def _times(read: Readings) -> Iterator["GaugeMetricFamily"]:
    skews = bounded(
        ((clock.what, clock.ahead_s) for clock in read.clocks or ()),
        join=lambda one, other: max(one, other, key=abs),
    )
    yield gauge("clock_skew_seconds", "How far a clock is ahead of the broker's.", "clock", skews)
    entries = read.schedule or ()
    late = bounded((entry.name, entry.late_s) for entry in entries)
    yield gauge("schedule_overdue_seconds", "How long ago an entry was due.", "entry", late)
    missed = bounded(((entry.name, entry.missed) for entry in entries), join=_add)
    yield gauge("schedule_missed_runs", "Runs of an entry that were missed.", "entry", missed)


def _tasks(rows: tuple[Performance, ...]) -> Iterator["GaugeMetricFamily"]:
    from prometheus_client.core import GaugeMetricFamily

    ended = GaugeMetricFamily(
        "afi_tasks_ended_last_hour",
        "Tasks that ended within the last hour, as far as their windows are over.",
        labels=["task", "outcome"],
    )
    for row in rows:
        outcomes = {"succeeded": row.succeeded, "failed": row.failed, "cancelled": row.cancelled}
        for outcome, count in outcomes.items():
            ended.add_metric([row.task, outcome], count)
    yield ended
    for part, words in (("wait", "waited for their first start"), ("run", "ran")):
        family = GaugeMetricFamily(
            f"afi_task_{part}_seconds",
            f"How long the tasks of the last hour {words}, by quantile.",
            labels=["task", "quantile"],
        )
        for row in rows:
            found: Mapping[str, Any] = getattr(row, part)
            for name, seconds in found.items():
                family.add_metric([row.task, QUANTILES[name]], seconds)
        yield family
