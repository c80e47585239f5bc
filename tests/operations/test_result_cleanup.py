"""Results whose time is over go, and none that is needed."""

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from worker_core.operations.errors import ForeignContent, LedgerUnavailable
from worker_core.operations.ledger import ledger
from worker_core.operations.result_cleanup import clean
from worker_core.settings import Settings
from worker_core.storage import NewTask, TaskNote

if TYPE_CHECKING:
    from pathlib import Path

    from redis import Redis

NOW = datetime.now(UTC)


@pytest.fixture
def settings(tmp_path: "Path", shared_settings: Settings, redis: "Redis") -> Settings:
    from worker_core.operations.connection import broker_url

    return Settings(data_dir=tmp_path, broker_url=broker_url(shared_settings))


def keep(
    redis: "Redis", task_id: str, hours: float, *, ttl: int | None = None, **more: Any
) -> None:
    meta = {
        "status": "SUCCESS",
        "result": 1,
        "date_done": (NOW - timedelta(hours=hours)).isoformat(),
    }
    redis.set(f"celery-task-meta-{task_id}", json.dumps(meta | more), ex=ttl)


def left(redis: "Redis") -> set[str]:
    found = redis.scan_iter(match="celery-task-meta-*")
    return {key.decode().removeprefix("celery-task-meta-") for key in found}


def test_results_without_an_end_go_when_their_time_is_over(
    redis: "Redis", settings: Settings
) -> None:
    keep(redis, "old", 30)
    keep(redis, "new", 1)
    keep(redis, "expires by itself", 1, ttl=82_800)
    keep(redis, "stored for longer", 30, ttl=500_000)
    rehearsed = clean(dry_run=True, settings=settings)
    assert (rehearsed.seen, rehearsed.removed, len(left(redis))) == (4, 2, 4)
    done = clean(settings=settings)
    assert (done.removed, done.bytes, done.complete) == (2, rehearsed.bytes, True)
    assert left(redis) == {"new", "expires by itself"}
    assert clean(settings=settings).removed == 0


def test_whoever_wants_it_earlier_gets_it_earlier(redis: "Redis", settings: Settings) -> None:
    keep(redis, "two hours", 2, ttl=86_400 - 7200)
    keep(redis, "half an hour", 0.5, ttl=86_400 - 1800)
    assert clean(3600, settings=settings).removed == 1
    assert left(redis) == {"half an hour"}


def test_what_is_needed_or_runs_stays_and_is_counted_by_its_reason(
    redis: "Redis", settings: Settings
) -> None:
    for task_id in ("parent", "again", "grouped", "free"):
        keep(redis, task_id, 30, group_id="g1" if task_id == "grouped" else None)
    keep(redis, "started", 30, status="STARTED")
    keep(redis, "timeless", 30, date_done=None)
    redis.set("celery-task-meta-pickle", b"\x80\x04")
    redis.set("celery-task-meta-list", b"[]")
    redis.set("celery-taskset-meta-g1", b"{}")
    redis.set("afi:lease:again", b"x")
    with ledger(settings) as tasks:
        tasks.add(NewTask("parent", "a.b", "q", {}), [NewTask("child", "c.d", "q", {})])
        tasks.note([TaskNote("parent", "succeeded", NOW)])
    done = clean(settings=settings)
    assert done.removed == 1
    assert "free" not in left(redis)
    assert dict(done.kept) == {
        "cannot be read": 2,
        "has not ended": 1,
        "does not say when it ended": 1,
        "runs again": 1,
        "is needed by a task that has not ended": 1,
        "belongs to a group whose result is kept": 1,
    }


def test_a_run_without_time_left_says_that_it_did_not_see_all(
    redis: "Redis", settings: Settings
) -> None:
    for place in range(1100):
        keep(redis, f"t{place}", 30)
    done = clean(budget_s=0.0, settings=settings)
    assert not done.complete
    assert 0 < done.removed < 1100
    assert clean(settings=settings).complete
    assert not left(redis)


def test_nothing_goes_while_the_ledger_cannot_say_what_is_needed(
    redis: "Redis", settings: Settings, tmp_path: "Path"
) -> None:
    keep(redis, "old", 30)
    (tmp_path / "no").write_text("a file")
    away = settings.model_copy(update={"database": f"sqlite:///{tmp_path / 'no' / 'db'}"})
    with pytest.raises(LedgerUnavailable):
        clean(settings=away)
    assert left(redis) == {"old"}


def test_a_store_that_is_no_redis_server_is_left_alone(settings: Settings) -> None:
    other = settings.model_copy(update={"result_backend": "db+sqlite:///x"})
    with pytest.raises(ForeignContent, match="is not cleaned up from here"):
        clean(settings=other)
