"""The tasks that watch the system, through a broker and a worker."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.tasks.conftest import System, until
from worker_core.operations.connection import client
from worker_core.operations.health import latest
from worker_core.operations.large import whole
from worker_core.operations.reports import listed, read
from worker_core.operations.results import stored_key
from worker_core.operations.submit import submit
from worker_core.storage import NewTask, TaskNote

pytestmark = pytest.mark.slow


def done(system: System, name: str, **arguments: Any) -> Any:
    task_id = submit(f"monitoring.{name}", arguments, settings=system.settings).task_id
    found = system.outcome(task_id)
    assert found.state == "SUCCESS", found.error
    return whole(task_id, found.result, settings=system.settings)


def test_a_health_check_sees_its_own_worker_and_is_stored(system: System) -> None:
    told = done(system, "system_health_check")
    assert told["stored"]
    (worker,) = [one for one in told["readings"]["workers"] if one["answered"]]
    assert worker["node"].startswith("plain@")
    assert told["readings"]["database"]["kind"] == "SQLite"
    kept = latest(system.settings)
    assert kept
    assert kept.status == told["status"]


def test_durations_are_measured_once(system: System) -> None:
    end = datetime.now(UTC) - timedelta(minutes=20)
    system.storage.tasks.add(NewTask("m1", "a.b", "q", {}))
    began = end - timedelta(seconds=3)
    system.storage.tasks.note([TaskNote("m1", "succeeded", end, began_at=began)])
    first = done(system, "performance_monitoring", minutes=60)
    again = done(system, "performance_monitoring", minutes=60)
    for told in (first, again):
        (row,) = [one for one in told["by_task"] if one["task"] == "a.b"]
        assert (row["succeeded"], row["run_count"]) == (1, 1)
        assert row["run"]["p50"] == pytest.approx(3.0, rel=0.02)


def test_results_whose_time_is_over_are_removed_and_a_rehearsal_removes_none(
    system: System,
) -> None:
    key = stored_key("celery-task-meta-long-ago", system.settings.key_prefix)
    meta = b'{"status": "SUCCESS", "result": 1, "date_done": "2020-01-01T00:00:00+00:00"}'
    with client(system.settings.broker_url or "") as redis:
        redis.set(key, meta)
        system.storage.results.save("expired", b"{}", 0.0)
        rehearsed = done(system, "cleanup_old_results", dry_run=True)
        assert redis.exists(key)
        cleaned = done(system, "cleanup_old_results")
        assert not redis.exists(key)
    counts = ("removed", "bytes", "large_removed")
    assert [cleaned[name] for name in counts] == [rehearsed[name] for name in counts]
    assert cleaned["removed"] == 1
    # The results of this very run are young, and stay.
    assert cleaned["seen"] >= 2


def test_warming_says_of_each_thing_what_it_took_and_what_was_gained(system: System) -> None:
    told = done(system, "cache_warming")
    things = {one["name"]: one for one in told["things"]}
    assert set(things) == {
        "search index",
        "bars of watched symbols",
        "lists of the pages",
        "files of the models in use",
        "sentiment model",
        "trading calendar",
    }
    # Nothing is stored there, so that nothing can be gained.
    for name in ("search index", "bars of watched symbols", "files of the models in use"):
        assert (things[name]["count"], things[name]["gained"]) == (0, False)
    assert things["sentiment model"]["count"] == 1
    assert all(one["problem"] is None for one in told["things"])
    gained = sum(one["cold_s"] - one["warm_s"] for one in told["things"] if one["gained"])
    assert told["gained_s"] == pytest.approx(gained, abs=1e-3)


def test_a_report_is_made_kept_and_can_be_read(system: System) -> None:
    told = done(system, "generate_system_report", days=1)
    (record,) = [one for one in listed(settings=system.settings) if one.task_id == told["report"]]
    assert record.html_sha256 == told["html"]["sha256"]
    page = read(told["report"], settings=system.settings)
    assert len(page) == told["html"]["bytes"]
    assert read(told["report"], "pdf", settings=system.settings).startswith(b"%PDF")


def test_a_report_on_nobody_fails_in_words(system: System) -> None:
    name = "monitoring.generate_system_report"
    task_id = submit(name, {"company": "NOPE"}, settings=system.settings).task_id
    found = system.outcome(task_id)
    assert found.state == "FAILURE"
    assert "Nothing is stored about" in (found.error or "")

    def noted() -> bool | None:
        row = system.storage.tasks.get(task_id)
        return True if row and row.state == "failed" else None

    # It is not tried again.
    assert until(noted)
