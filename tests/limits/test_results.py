"""Large results go through the database, and nobody who reads them notices."""

import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.applications import application
from tests.faults.system import System, until
from tests.limits.conftest import send
from worker_core.operations import control, large, results
from worker_core.operations.connection import client
from worker_core.operations.errors import LedgerUnavailable, ResultGone
from worker_core.operations.guard import DONE
from worker_core.operations.journal import KEY as JOURNAL
from worker_core.operations.ledger import opened
from worker_core.settings import Settings

if TYPE_CHECKING:
    from redis import Redis

pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]


@pytest.fixture
def redis(running: System) -> Iterator["Redis"]:
    with client(running.settings.broker_url or "") as connection:
        yield connection


def in_the_store(redis: "Redis", task_id: str) -> dict[str, Any]:
    held: dict[str, Any] = json.loads(redis.get(results.KEY + task_id) or b"{}")
    return held


def test_a_small_result_stays_in_the_result_store(running: System, redis: "Redis") -> None:
    task_id = send(running, "small", "large", kilobytes=3)
    whole = {"text": "x" * 3 * 1024, "last": True}
    assert running.outcome(task_id).result == whole
    assert in_the_store(redis, task_id)["result"] == whole
    assert opened(running.settings).results.load(task_id) is None


def test_a_large_result_leaves_only_its_key_in_redis(running: System, redis: "Redis") -> None:
    task_id = send(running, "big", "large", kilobytes=900)
    assert running.outcome(task_id).result == {"text": "x" * 900 * 1024, "last": True}
    held = in_the_store(redis, task_id)["result"]
    assert (held["afi_stored"], held["preview"][:12]) == (task_id, '{"text":"xxx')
    assert held["bytes"] > 900 * 1024
    mark = until(lambda: cast("bytes", redis.get(DONE + task_id)), "the mark of the end")
    assert json.loads(mark)["result"] == held
    assert (redis.memory_usage(results.KEY + task_id) or 0) < 4096
    # Celery's own way of asking, and the one more step to the whole.
    url = running.settings.broker_url
    with application("theirs", broker=url, backend=url) as app:
        answer = app.AsyncResult(task_id).get(timeout=60)
    assert answer == held
    assert large.whole(task_id, answer, settings=running.settings)["last"] is True


def test_an_event_of_a_large_result_is_small(running: System, redis: "Redis") -> None:
    task_id = send(running, "told", "large", kilobytes=900)
    running.outcome(task_id)

    def succeeded() -> bytes | None:
        entries = cast("list[tuple[bytes, dict[bytes, bytes]]]", redis.xrange(JOURNAL))
        told = [value for _, entry in entries for value in entry.values()]
        wanted = (b"task-succeeded", task_id.encode())
        return next((one for one in told if all(word in one for word in wanted)), None)

    event = until(succeeded, "the event of the end")
    assert len(event) < 8192
    assert b"afi_stored" in event


def test_a_result_that_is_too_large_for_anywhere_fails_for_good_in_words(running: System) -> None:
    task_id = send(running, "huge", "large", kilobytes=1500)
    outcome = running.outcome(task_id)
    assert outcome.state == "FAILURE"
    assert "ResultTooLarge: Its result is 1.5 MiB" in (outcome.error or "")
    assert running.row_when(task_id, "failed").attempts == 1
    assert running.lines("started")[task_id] == 1


def test_a_large_result_that_expired_is_missed_in_words_and_can_be_run_again(
    running: System,
) -> None:
    task_id = send(running, "gone", "large", kilobytes=100)
    running.outcome(task_id)
    opened(running.settings).results.save(task_id, b"{}", 0.0)
    with pytest.raises(ResultGone, match="not in the database any more"):
        results.result(task_id, settings=running.settings)
    kept = results.result(task_id, large=False, settings=running.settings)
    assert kept is not None
    assert kept.kwargs == {"kilobytes": 100}
    assert control.retry(task_id, settings=running.settings).task_id != task_id


def test_a_database_that_is_away_is_named(running: System) -> None:
    task_id = send(running, "unread", "large", kilobytes=100)
    running.outcome(task_id)
    away = Settings(
        broker_url=running.settings.broker_url, database="postgresql://x@127.0.0.1:9/afi"
    )
    with pytest.raises(LedgerUnavailable, match="cannot be reached"):
        results.result(task_id, settings=away)


def test_a_result_that_only_looks_like_a_reference_is_left_alone(running: System) -> None:
    value = {"afi_stored": "another task", "at": time.time()}
    assert large.whole("mine", value, settings=running.settings) is value
