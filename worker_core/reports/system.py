"""What a report on the system says, from plain values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from worker_core.reports.charts import Series, columns, lines, rows
from worker_core.reports.content import (
    Block,
    Column,
    Facts,
    Figure,
    Grid,
    Heading,
    Level,
    Note,
    Report,
    Text,
    moment,
    number,
    percent,
    seconds,
)

BUCKETS = 48
MOST_TASKS = 40
MOST_FINDINGS = 25


@dataclass(frozen=True, slots=True)
class Work:
    """The tasks of one name, one queue, or all: as `worker_core.operations.performance` sums them
    up."""

    name: str
    succeeded: int
    failed: int
    cancelled: int
    retried: int
    failure_share: float | None
    wait: Mapping[str, float]
    run: Mapping[str, float]

    @property
    def ended(self) -> int:
        return self.succeeded + self.failed + self.cancelled


@dataclass(frozen=True, slots=True)
class Bucket:
    """What ended within a part of the period, and percentiles of it in seconds."""

    start: datetime
    succeeded: int
    failed: int
    wait_p95: float | None
    run_p95: float | None


@dataclass(frozen=True, slots=True)
class SystemData:
    """All that a report on the system is made of.

    ``health`` is the JSON of the last check, ``checks`` counts stored checks by status; ``models``
    have kind, subject, version and status, ``changes`` when, action, kind, versions and reason;
    ``quality`` counts findings on market data by check and severity, with symbols; ``documents``
    counts by status; ``alerts`` have when, state, rule and words.
    """

    start: datetime
    end: datetime
    whole: Work
    tasks: Sequence[Work] = ()
    queues: Sequence[Work] = ()
    buckets: Sequence[Bucket] = ()
    health: Mapping[str, Any] | None = None
    checks: Mapping[str, int] = field(default_factory=dict)
    models: Sequence[tuple[str, str, str, str]] = ()
    changes: Sequence[tuple[datetime, str, str, str]] = ()
    quality: Sequence[tuple[str, str, int, int]] = ()
    documents: Mapping[str, int] = field(default_factory=dict)
    alerts: Sequence[tuple[datetime, str, str, str]] = ()


def report(data: SystemData, made_at: datetime) -> Report:
    """The report; what there is nothing of is said, not left out."""
    days = (data.end - data.start) / timedelta(days=1)
    about = f"{moment(data.start)} to {moment(data.end)} ({days:.0f} days)"
    return Report("System report", about, made_at, tuple(_blocks(data)))


def _blocks(data: SystemData) -> Iterator[Block]:
    yield _state(data)
    yield _glance(data)
    yield from _throughput(data)
    yield from _durations(data)
    yield from _health(data)
    yield from _alerts(data)
    yield from _knowledge(data)


def _state(data: SystemData) -> Note:
    if data.health is None:
        return Note("note", "No health check has been stored.", "A running scheduler makes one.")
    status: Level = data.health["status"]
    when = moment(datetime.fromisoformat(data.health["at"]))
    words = {
        "ok": "The system is well.",
        "warning": "Something needs attention.",
        "critical": "Something is broken.",
    }
    return Note(status, words[status], f"By the last check, {when}.")


def _glance(data: SystemData) -> Facts:
    whole, read = data.whole, (data.health or {}).get("readings") or {}
    workers, queues = read.get("workers"), read.get("queues")
    answered = None if workers is None else sum(bool(one["answered"]) for one in workers)
    waiting = None if queues is None else sum(one["waiting"] for one in queues)
    hours = max((data.end - data.start).total_seconds() / 3600, 1e-9)
    return Facts(
        (
            ("Tasks that ended", number(whole.ended)),
            ("An hour", number(whole.ended / hours)),
            ("Failed", percent(whole.failure_share)),
            ("Tried again", number(whole.retried)),
            ("Wait, 95 % below", seconds(whole.wait.get("p95"))),
            ("Run, 95 % below", seconds(whole.run.get("p95"))),
            ("Workers at the last check", number(answered)),
            ("Waiting at the last check", number(waiting)),
        )
    )


def _throughput(data: SystemData) -> Iterator[Block]:
    yield Heading("Tasks over time")
    if not data.whole.ended:
        yield Text("No task ended in this period, as far as it was measured.", muted=True)
        return
    labels = [_label(bucket.start, data) for bucket in data.buckets]
    done = Series("succeeded", [float(one.succeeded) for one in data.buckets], "accent")
    failed = Series("failed", [float(one.failed) for one in data.buckets], "danger")
    yield Figure(
        "Tasks that ended",
        f"{data.whole.succeeded} tasks succeeded and {data.whole.failed} failed.",
        partial(columns, labels, [done, failed]),
    )
    times = [bucket.start for bucket in data.buckets]
    wait = Series("wait", [one.wait_p95 for one in data.buckets], "series_1")
    run = Series("run", [one.run_p95 for one in data.buckets], "accent")
    yield Figure(
        "Seconds below which 95 % of the tasks waited and ran",
        f"Over the whole period 95 % waited less than {seconds(data.whole.wait.get('p95'))} "
        f"and ran less than {seconds(data.whole.run.get('p95'))}.",
        partial(lines, times, [run, wait], unit=" s", from_zero=True),
    )


def _label(at: datetime, data: SystemData) -> str:
    return f"{at:%H:%M}" if data.end - data.start <= timedelta(days=1) else f"{at:%d %b}"


def _durations(data: SystemData) -> Iterator[Block]:
    yield Heading("Tasks")
    yield _work("Task", data.tasks[:MOST_TASKS])
    if len(data.tasks) > MOST_TASKS:
        yield Text(f"{len(data.tasks) - MOST_TASKS} more tasks ended less often.", muted=True)
    failed = [one for one in data.tasks if one.failed]
    if failed:
        worst = sorted(failed, key=lambda one: -one.failed)[:12]
        texts = [f"{one.failed} of {one.succeeded + one.failed}" for one in worst]
        yield Figure(
            "Failures by task",
            "; ".join(f"{one.name}: {text}" for one, text in zip(worst, texts, strict=True)),
            partial(
                rows,
                [one.name for one in worst],
                [float(one.failed) for one in worst],
                texts,
                colour="danger",
            ),
        )
    yield Heading("Queues")
    yield _work("Queue", data.queues)


def _work(title: str, found: Sequence[Work]) -> Grid:
    heads = ("Ended", "Failed", "Retried", "Wait p50", "p95", "p99", "Run p50", "p95", "p99")
    shares = (0.8, 0.8, 0.85, 0.95, 0.85, 0.85, 0.95, 0.85, 0.85)
    heading = [Column(title, share=3.4)]
    heading += [Column(head, numeric=True, share=s) for head, s in zip(heads, shares, strict=True)]
    return Grid(
        tuple(heading),
        [
            (
                one.name,
                number(one.ended),
                number(one.failed),
                number(one.retried),
                *(seconds(one.wait.get(name)) for name in ("p50", "p95", "p99")),
                *(seconds(one.run.get(name)) for name in ("p50", "p95", "p99")),
            )
            for one in found
        ],
        "Nothing that ended in this period was measured.",
    )


def _health(data: SystemData) -> Iterator[Block]:
    yield Heading("Health")
    total = sum(data.checks.values())
    if total:
        well = data.checks.get("ok", 0)
        warned, bad = data.checks.get("warning", 0), data.checks.get("critical", 0)
        yield Text(
            f"Checks in this period: {total}; all well: {well} ({percent(well / total)}); with "
            f"warnings: {warned}; critical: {bad}."
        )
    if data.health is None:
        yield Text("No check was stored in this period.", muted=True)
        return
    findings = data.health["findings"]
    for one in findings[:MOST_FINDINGS]:
        level: Level = one["severity"]
        yield Note(level, one["what"], " ".join(filter(None, (one["means"], one["next"]))))
    if not findings:
        yield Text("The last check found nothing to mend.")
    read = data.health["readings"]
    yield Grid(
        (Column("Worker", share=3), Column("State"), Column("Pool"), Column("Places", True, 0.7),
         Column("Queues", share=4)),
        [
            (
                one["node"],
                "answered" if one["answered"] else "silent",
                one["pool"] or "–",
                number(one["slots"]),
                ", ".join(one["queues"] or ()) or "–",
            )
            for one in read.get("workers") or ()
        ],
        "No worker was seen at the last check.",
    )  # fmt: skip
    yield Grid(
        (Column("Queue", share=3), Column("Waiting", True), Column("Oldest waits", True)),
        [
            (one["name"], number(one["waiting"]), seconds(one["oldest_s"]))
            for one in read.get("queues") or ()
        ],
        "The queues could not be read at the last check.",
    )


def _alerts(data: SystemData) -> Iterator[Block]:
    yield Heading("Alerts")
    yield Grid(
        (Column("When", share=1.6), Column("State"), Column("Rule", share=2),
         Column("What", share=4)),
        [(moment(at), state, rule, what) for at, state, rule, what in data.alerts],
        "No alert was raised in this period.",
    )  # fmt: skip


def _knowledge(data: SystemData) -> Iterator[Block]:
    yield Heading("Models")
    yield Grid(
        (Column("Kind", share=2), Column("Of"), Column("Version", share=3), Column("State")),
        [(kind, of or "all", version, state) for kind, of, version, state in data.models],
        "No model has been trained; those that come with the program are in use.",
    )
    if data.changes:
        yield Grid(
            (Column("When", share=1.6), Column("What"), Column("Model", share=3),
             Column("Why", share=4)),
            [(moment(at), what, model, why) for at, what, model, why in data.changes],
            "",
        )  # fmt: skip
    yield Heading("Data")
    counts = ", ".join(f"{count} {status}" for status, count in sorted(data.documents.items()))
    yield Text(f"Documents: {counts}." if counts else "There are no documents.")
    yield Grid(
        (Column("Finding on market data", share=3), Column("Severity"), Column("Symbols", True),
         Column("Rows", True)),
        [
            (check, severity, number(symbols), number(count))
            for check, severity, symbols, count in data.quality
        ],
        "No check found anything wrong with market data, or none has run.",
    )  # fmt: skip
