"""What a report on the system is made of."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any

from worker_core.health.durations import of_sketch, together
from worker_core.operations.performance import Performance, merged, summed
from worker_core.reports.system import BUCKETS, Bucket, SystemData, Work
from worker_core.storage import AlertRecord, PerformanceRecord, Storage

MOST_MODELS = 100
MOST_CHANGES = 40
MOST_FINDINGS = 10_000
MOST_ALERTS = 100


def system_data(storage: Storage, start: datetime, end: datetime) -> SystemData:
    """Of the tasks that ended between two times, and of the system as it was found then.

    Raises:
        StorageError: the database does not answer.
    """
    windows = merged(storage.performance, start, end, (end - start) / BUCKETS)
    last_check = next(iter(storage.health.since(start, 1, end=end)), None)
    whole = summed(windows, start, end, lambda _row: ("", ""))
    return SystemData(
        start=start,
        end=end,
        whole=_work(whole[0], "") if whole else Work("", 0, 0, 0, 0, None, {}, {}),
        tasks=[
            _work(one, one.task) for one in summed(windows, start, end, lambda row: (row.task, ""))
        ],
        queues=[
            _work(one, one.queue)
            for one in summed(windows, start, end, lambda row: ("", row.queue))
        ],
        buckets=_buckets(windows, start, end),
        health=None if last_check is None else last_check.as_json(),
        checks=Counter(storage.health.statuses(start, end)),
        models=[
            (one.kind, one.subject, one.in_use, "champion")
            for one in sorted(storage.models.groups(), key=attrgetter("changed_at"), reverse=True)
            if one.in_use is not None
        ][:MOST_MODELS],
        changes=[
            (
                one.at,
                one.action.replace("_", " "),
                f"{one.kind} {one.subject} {one.to_version or 'the bundled one'}",
                " ".join(one.reasons),
            )
            for one in storage.models.changes(limit=MOST_CHANGES)
            if start <= one.at < end
        ],
        quality=_quality(storage),
        documents=storage.documents.counts(),
        alerts=_alerts(storage, start, end),
    )


def _alerts(
    storage: Storage, start: datetime, end: datetime
) -> Sequence[tuple[datetime, str, str, str]]:
    """Those that are open, and those of the period that are over."""
    found = [*storage.alerts.open(), *storage.alerts.settled()]
    return [
        (
            one.fired_at,
            one.state,
            one.rule_name,
            _alert(one),
        )
        for one in found
        if one.fired_at < end and (one.resolved_at is None or one.resolved_at >= start)
    ][:MOST_ALERTS]


def _alert(one: AlertRecord) -> str:
    beyond = f"{one.measure} {one.comparison} {one.threshold:g}, at worst {one.worst:g}"
    return f"{one.subject}: {beyond}" if one.subject else beyond


def _work(one: Performance, name: str) -> Work:
    return Work(
        name,
        one.succeeded,
        one.failed,
        one.cancelled,
        one.retried,
        one.failure_share,
        one.wait,
        one.run,
    )


def _buckets(windows: Sequence[PerformanceRecord], start: datetime, end: datetime) -> list[Bucket]:
    """The period in equal parts, each whole windows long where there is room for it."""
    length = (end - start) / BUCKETS
    parts: defaultdict[int, list[PerformanceRecord]] = defaultdict(list)
    for row in windows:
        parts[min(BUCKETS - 1, int((row.start - start) / length))].append(row)
    return [_bucket(start + place * length, parts[place]) for place in range(BUCKETS)]


def _bucket(start: datetime, rows: Sequence[PerformanceRecord]) -> Bucket:
    return Bucket(
        start,
        sum(row.succeeded for row in rows),
        sum(row.failed for row in rows),
        of_sketch(together(row.wait_sketch for row in rows)).get("p95"),
        of_sketch(together(row.run_sketch for row in rows)).get("p95"),
    )


def _quality(storage: Storage) -> list[tuple[str, str, int, int]]:
    found: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
    for one in storage.market.findings(limit=MOST_FINDINGS):
        found[(one.finding.check, one.finding.severity)].append(one)
    return [
        (check, severity, len({one.symbol for one in rows}), sum(one.finding.rows for one in rows))
        for (check, severity), rows in sorted(found.items(), key=lambda item: -len(item[1]))
    ]


def period(days: int, now: datetime | None = None) -> tuple[datetime, datetime]:
    """The last ``days`` days."""
    end = now or datetime.now(UTC)
    return end - timedelta(days=days), end
