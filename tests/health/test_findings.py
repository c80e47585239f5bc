"""Readings of a system become findings that say what to do."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker_core.health import Finding, HealthReport, assess
from worker_core.health.findings import NAME_LENGTH, Unread, named
from worker_core.health.readings import (
    BrokerReading,
    ClockReading,
    DatabaseReading,
    DiskReading,
    EntryReading,
    FailureReading,
    QueueReading,
    Readings,
    WorkerReading,
)
from worker_core.health.work import at_least

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
BROKER = BrokerReading(
    "Redis 7.0.15",
    (7, 0, 15),
    0.001,
    used_bytes=10_000_000,
    max_bytes=100_000_000,
    policy="noeviction",
    journalled=True,
    snapshots=False,
    writes_fail=False,
)
DATABASE = DatabaseReading("PostgreSQL", 0.001, "0012", "0012", 10**6, True, 5, 100)
WORKER = WorkerReading("a@host", True, NOW.timestamp(), 4, "prefork", "5.7.0", ("documents",))
WELL = Readings(
    broker=BROKER,
    database=DATABASE,
    workers=(WORKER,),
    queues=(QueueReading("documents", 3, 5.0, needed=True),),
    held=0,
    failures=(FailureReading("", 3600, 100, 0),),
    quarantined=0,
    disks=(DiskReading("the data folder", "/data", 10**11, 2 * 10**11),),
    clocks=(ClockReading("a@host", 0.01, 0.02),),
    schedule=(EntryReading("sweep"),),
)


def found(**changes: object) -> tuple[Finding, ...]:
    return assess(NOW, replace(WELL, **changes)).findings  # type: ignore[arg-type]


def only(**changes: object) -> Finding:
    (finding,) = found(**changes)
    return finding


def test_a_system_that_is_well_has_nothing_to_tell() -> None:
    report = assess(NOW, WELL)
    assert (report.status, report.findings, report.exit_code) == ("ok", (), 0)


@pytest.mark.parametrize(
    ("change", "severity", "words"),
    [
        ({"latency_s": 0.3}, "warning", "took 300 ms to answer"),
        ({"latency_s": 2.0}, "critical", "took 2 s to answer"),
        ({"used_bytes": 85_000_000}, "warning", "85 MB of the 100 MB"),
        ({"used_bytes": 99_000_000}, "critical", "99 %"),
        ({"max_bytes": 0}, "note", "nothing limits its memory"),
        ({"policy": "allkeys-lru"}, "critical", "allkeys-lru"),
        ({"policy": "allkeys-lru", "max_bytes": None}, "warning", "allkeys-lru"),
        ({"writes_fail": True}, "critical", "could not write its data"),
        ({"journalled": False}, "warning", "keeps nothing on disk"),
        ({"journalled": False, "snapshots": True}, "note", "now and then"),
        ({"version": (5, 0, 7), "server": "Redis 5.0.7"}, "warning", "Redis 5.0.7"),
    ],
)
def test_the_broker(change: dict[str, object], severity: str, words: str) -> None:
    finding = only(broker=replace(BROKER, **change))  # type: ignore[arg-type]
    assert (finding.severity, finding.part) == (severity, "broker")
    assert words in finding.what
    assert finding.means
    assert finding.next


def test_what_a_broker_does_not_tell_is_no_finding() -> None:
    assert not found(broker=BrokerReading("a Redis server", (), 0.001))


@pytest.mark.parametrize(
    ("change", "severity", "words"),
    [
        ({"revision": None}, "warning", "no tables"),
        ({"revision": "0009"}, "warning", "structure is 0009, this program's 0012"),
        ({"revision": "0099"}, "critical", "structure is 0099"),
        ({"writable": False}, "critical", "takes no changes"),
        ({"connections": 95}, "warning", "95 of the database's 100 connections"),
        ({"problem": "It is locked."}, "critical", "It is locked."),
        ({"latency_s": 0.5}, "warning", "500 ms"),
    ],
)
def test_the_database(change: dict[str, object], severity: str, words: str) -> None:
    finding = only(database=replace(DATABASE, **change))  # type: ignore[arg-type]
    assert (finding.severity, finding.part) == (severity, "database")
    assert words in finding.what


def test_a_silent_worker_is_named_with_its_last_sign() -> None:
    gone = WorkerReading("b@host", False, NOW.timestamp() - 300)
    finding = only(workers=(WORKER, gone))
    assert (finding.severity, finding.subject) == ("warning", "b@host")
    assert "5 min ago" in finding.what


def test_without_any_worker_one_finding_says_so_and_none_about_each_queue() -> None:
    finding = only(workers=())
    assert (finding.severity, finding.what) == ("critical", "No worker answers.")


def test_a_queue_in_which_messages_wait_and_that_nobody_serves_is_critical() -> None:
    finding = only(queues=(QueueReading("orders", 7, 1.0), QueueReading("unused", 0)))
    assert (finding.severity, finding.subject) == ("critical", "orders")
    assert "7 messages wait" in finding.what


def test_a_silent_worker_may_serve_the_queue_that_seems_to_have_none() -> None:
    gone = WorkerReading("b@host", False)
    findings = found(workers=(WORKER, gone), queues=(QueueReading("orders", 7, 1.0),))
    assert [one.severity for one in findings if one.part == "queues"] == ["warning"]


def test_a_worker_that_does_not_say_what_it_serves_accuses_no_queue() -> None:
    mute = replace(WORKER, queues=None)
    assert not found(workers=(mute,), queues=(QueueReading("orders", 7, 1.0),))


@pytest.mark.parametrize(
    ("age", "severity"), [(599.0, None), (601.0, "warning"), (4000.0, "critical")]
)
def test_a_long_wait_in_a_queue(age: float, severity: str | None) -> None:
    findings = found(queues=(QueueReading("documents", 2, age),))
    assert [one.severity for one in findings] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("ended", "failed", "severity"),
    [
        (0, 0, None),
        (1, 1, "warning"),
        (2, 1, None),
        (5, 5, "critical"),
        (1000, 100, None),
        (1000, 130, "warning"),
        (1000, 600, "critical"),
    ],
)
def test_a_share_of_failures_counts_for_what_it_surely_is(
    ended: int, failed: int, severity: str | None
) -> None:
    findings = found(failures=(FailureReading("a.b", 3600, ended, failed),))
    assert [one.severity for one in findings] == ([severity] if severity else [])


def test_a_queue_that_this_user_may_not_read_is_not_called_something_else() -> None:
    why = "this user has no permissions to run the 'llen' command"
    finding = only(queues=(QueueReading("q", 0, problem=why),))
    assert "may not look at it" in finding.means
    assert "afi redis acl" in finding.next
    other = only(queues=(QueueReading("q", 0, problem="WRONGTYPE Operation against a key"),))
    assert "Something else is kept under its name" in other.means


def test_of_several_windows_the_shortest_in_which_a_task_fails_is_told() -> None:
    rows = (FailureReading("a.b", 86_400, 50, 40), FailureReading("a.b", 600, 10, 10))
    assert "10 of 10 tasks a.b failed within 10 min" in only(failures=rows).what


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_the_least_share_lies_below_what_was_seen(counts: tuple[int, int]) -> None:
    ended, failed = counts
    least = at_least(failed, ended)
    assert least is not None
    assert 0 <= least <= failed / ended


def test_wilsons_interval_has_its_published_values() -> None:
    # 10 of 100: (0.0552, 0.1744), as in Newcombe (1998).
    assert at_least(10, 100) == pytest.approx(0.0552, abs=1e-4)
    assert at_least(0, 0) is None


def test_a_disk_is_short_of_room_by_its_share_and_by_bytes() -> None:
    def of(free: float, total: float) -> list[str]:
        disk = DiskReading("the database", "/db", int(free), int(total))
        return [one.severity for one in found(disks=(disk,))]

    assert of(4e9, 1e11) == ["warning"]
    assert of(1e8, 1e11) == ["critical"]
    # A twentieth of a large disk is plenty, and half of a small one too.
    assert of(1e11, 2e12) == []
    assert of(1e8, 2e8) == []


@pytest.mark.parametrize(
    ("ahead", "doubt", "severity"),
    [(1.9, 0.0, None), (-3.0, 0.5, "warning"), (20.0, 0.1, "critical"), (3.0, 1.5, None)],
)
def test_a_clock_is_wrong_by_more_than_the_look_leaves_open(
    ahead: float, doubt: float, severity: str | None
) -> None:
    findings = found(clocks=(ClockReading("a@host", ahead, doubt),))
    assert [one.severity for one in findings] == ([severity] if severity else [])
    assert all(("ahead of" if ahead > 0 else "behind") in one.what for one in findings)


def test_a_schedule_without_a_scheduler() -> None:
    late = only(schedule=(EntryReading("health", late_s=700), EntryReading("sweep", late_s=90)))
    assert late.severity == "critical"
    assert "2 of 2 entries are overdue, the longest by 12 min" in late.what
    assert "empty" in only(schedule=()).what


def test_missed_runs_are_news_for_a_day() -> None:
    assert "5 runs were missed: a" in only(schedule=(EntryReading("a", 0, 5, 3600),)).what
    assert not found(schedule=(EntryReading("a", 0, 5, 3 * 86_400),))


def test_tasks_in_quarantine_and_entries_that_cannot_start() -> None:
    assert "2 tasks are in quarantine" in only(quarantined=2).what
    assert "not started: why" in only(schedule=(EntryReading("a", problem="why"),)).what


def test_what_could_not_be_read_is_critical_where_nothing_goes_without_it() -> None:
    report = assess(
        NOW,
        Readings(notes={"workers": ("This user may not.",)}),
        [Unread("disk", "It hangs.", "See."), Unread("broker", "It is gone.", "Start it.")],
    )
    assert [(one.severity, one.part) for one in report.findings] == [
        ("critical", "broker"),
        ("warning", "disk"),
        ("note", "workers"),
    ]
    assert (report.status, report.exit_code) == ("critical", 2)


def test_a_note_alone_leaves_the_system_well() -> None:
    report = assess(NOW, replace(WELL, broker=replace(BROKER, max_bytes=0)))
    assert (report.status, report.exit_code, len(report.findings)) == ("ok", 0, 1)


def test_a_report_is_json_all_through() -> None:
    report: HealthReport = assess(NOW, WELL, took_s=0.123456789, probes={"broker": 0.1})
    told = json.loads(json.dumps(report.as_json()))
    assert told["readings"]["workers"][0]["node"] == "a@host"
    assert (told["status"], told["at"]) == ("ok", "2026-11-28T12:00:00+00:00")
    assert told["took_s"] == 0.1235


@given(st.text(max_size=300))
def test_a_name_from_outside_is_shown_on_one_line_and_not_too_long(name: str) -> None:
    shown = named(name)
    assert len(shown) <= NAME_LENGTH
    assert shown.isprintable() or not shown
