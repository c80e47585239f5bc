"""Asking and telling real workers; cancelling, ending and repeating tasks."""

import base64
import json
import os
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest

from tests.applications import application
from worker_core.operations import control, workers
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.client import send
from worker_core.operations.connection import client
from worker_core.operations.errors import (
    BrokerUnreachable,
    ForeignContent,
    InvalidArguments,
    NothingToRetry,
)
from worker_core.operations.queues import depths, peek
from worker_core.operations.results import KEY, TaskResult, result
from worker_core.operations.submit import submit_document
from worker_core.settings import Settings

if TYPE_CHECKING:
    from redis import Redis

SHA = "cd" * 32
DOCUMENT = {"document": SHA, "filename": "10-Q.html"}
SUMMARY = "document_processing.generate_document_summary"
# No worker serves it, so what is sent there waits.
UNSERVED = "nobody serves this"

Until = Callable[..., Any]


@pytest.fixture
def state(shared_settings: Settings, until: Until) -> Callable[..., TaskResult]:
    """Waits until a task's stored state is one of those wanted."""

    def wait(task_id: str, *wanted: str) -> TaskResult:
        def probe() -> TaskResult | None:
            found = result(task_id, settings=shared_settings)
            return found if found and found.state in wanted else None

        found = until(probe, f"{task_id}: {' or '.join(wanted)}")
        assert isinstance(found, TaskResult)
        return found

    return wait


@pytest.fixture
def unserved(redis: "Redis") -> Iterator[str]:
    yield UNSERVED
    redis.delete(f"_kombu.binding.{UNSERVED}")


# Workers


def test_workers_answer_by_name(shared_settings: Settings, worker: str) -> None:
    assert workers.inspect("ping", settings=shared_settings) == {worker: {"ok": "pong"}}
    stats = workers.inspect("stats", settings=shared_settings)[worker]
    assert stats["pool"]["max-concurrency"] == 2


@pytest.mark.parametrize("kind", get_args(workers.Kind))
def test_every_kind_of_question_is_answered(
    shared_settings: Settings, worker: str, kind: workers.Kind
) -> None:
    answer = workers.inspect(kind, destination=[worker], timeout=10, settings=shared_settings)
    assert "error" not in answer[worker]


@pytest.mark.timeout(60)
def test_all_answers_are_there_long_before_the_timeout(
    shared_settings: Settings, worker: str
) -> None:
    # The time-out of this test is shorter than that of the question.
    assert workers.inspect("ping", timeout=600, settings=shared_settings)
    assert workers.inspect("ping", timeout=600, destination=[worker], settings=shared_settings)
    assert workers.inspect("ping", timeout=600, limit=1, settings=shared_settings)
    assert workers.inspect("ping", timeout=600, limit=0, settings=shared_settings) == {}


@pytest.mark.timeout(60)
def test_without_workers_the_answer_is_empty_at_once(
    broker: EmbeddedBroker, settings: Settings
) -> None:
    broker.start()
    assert workers.inspect("ping", timeout=600, settings=settings) == {}


def test_a_worker_that_is_not_there_gives_no_answer(shared_settings: Settings, worker: str) -> None:
    asked = workers.inspect(
        "ping", destination=["nobody@nowhere"], timeout=0.2, settings=shared_settings
    )
    assert asked == {}


def test_a_question_leaves_nothing_in_the_broker(
    shared_settings: Settings, worker: str, redis: "Redis"
) -> None:
    before = set(redis.scan_iter())
    for _ in range(5):
        workers.inspect("stats", settings=shared_settings)
    assert set(redis.scan_iter()) == before
    assert not redis.scard("_kombu.binding.reply.celery.pidbox")


def test_answers_that_are_rubbish_are_passed_over(
    broker: EmbeddedBroker, settings: Settings, until: Until
) -> None:
    import threading

    def answer(url: str, ready: threading.Event) -> None:
        with client(url, timeout=30) as redis, redis.pubsub() as channel:
            channel.subscribe("/0.celery.pidbox")
            channel.get_message(timeout=60)
            ready.set()
            heard = until(lambda: channel.get_message(timeout=1))
            asked = json.loads(base64.b64decode(json.loads(heard["data"])["body"]))
            key = f"{asked['reply_to']['routing_key']}.reply.celery.pidbox"
            good = base64.b64encode(json.dumps({"node": {"ok": "pong"}}).encode()).decode()
            for headers in ({"ticket": "another"}, {"ticket": asked["ticket"]}):
                message = {
                    "body": good,
                    "content-type": "application/json",
                    "headers": headers,
                    "properties": {"body_encoding": "base64"},
                }
                redis.lpush(key, b"\x80rubbish", "[]", json.dumps(message))

    url, ready = broker.start(), threading.Event()
    thread = threading.Thread(target=answer, args=(url, ready))
    thread.start()
    assert ready.wait(30)
    answers = workers.inspect("ping", timeout=30, settings=settings)
    thread.join()
    assert answers == {"node": {"ok": "pong"}}


def test_without_a_broker_asking_and_telling_fail_with_words(settings: Settings) -> None:
    offline = settings.model_copy(update={"broker_url": "redis://127.0.0.1:1/0"})
    with pytest.raises(BrokerUnreachable):
        workers.inspect("ping", settings=offline)
    with pytest.raises(BrokerUnreachable):
        control.revoke("id", settings=offline)
    with pytest.raises(BrokerUnreachable):
        control.cancel("id", settings=offline)
    with pytest.raises(BrokerUnreachable):
        control.retry("id", settings=offline)


# Results


def test_nothing_is_stored_of_a_task_that_nobody_knows(
    shared_settings: Settings, redis: "Redis"
) -> None:
    assert result("unknown", settings=shared_settings) is None


def test_a_pickled_result_is_refused_and_never_loaded(
    shared_settings: Settings, redis: "Redis", tmp_path: Path
) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return (os.mkdir, (str(tmp_path / "sprung"),))

    redis.set(f"{KEY}trap", pickle.dumps(Trap()))
    with pytest.raises(ForeignContent, match="may be pickle"):
        result("trap", settings=shared_settings)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("content", ["[]", "5", "{}", '{"status": 5}'])
def test_json_that_is_no_result_is_refused(
    shared_settings: Settings, redis: "Redis", content: str
) -> None:
    redis.set(f"{KEY}odd", content)
    with pytest.raises(ForeignContent, match="not the result of a task"):
        result("odd", settings=shared_settings)


def test_a_huge_result_is_refused(shared_settings: Settings, redis: "Redis") -> None:
    redis.setrange(f"{KEY}huge", 17 * 2**20, "x")
    with pytest.raises(ForeignContent, match="larger than 16 MiB"):
        result("huge", settings=shared_settings)
    redis.delete(f"{KEY}huge")


@pytest.mark.parametrize("store", ["rpc://", "db+postgresql://me:secret@host/results"])
def test_a_store_that_is_no_redis_server_is_named_without_its_password(
    settings: Settings, store: str
) -> None:
    with pytest.raises(ForeignContent, match="not read from here") as caught:
        result("id", settings=settings.model_copy(update={"result_backend": store}))
    assert "secret" not in str(caught.value)


def test_fields_of_the_wrong_type_are_left_out(shared_settings: Settings, redis: "Redis") -> None:
    meta = {
        "status": "FAILURE",
        "result": {"exc_type": "E", "exc_message": ["a", 1]},
        "traceback": 5,
        "children": [[["c1", None], None], [["g", None], [[["c2", None], None], "rubbish"]]],
        "date_done": "yesterday",
        "args": "(1, 2)",
        "kwargs": [],
        "retries": "0",
    }
    redis.set(f"{KEY}mixed", json.dumps(meta))
    found = result("mixed", settings=shared_settings)
    assert found
    assert found.error == "E: a, 1"
    assert found.children == ("c1", "c2")
    assert (found.args, found.kwargs, found.retries) == (None, None, None)
    assert (found.traceback, found.finished) == (None, None)


# Cancelling


def test_a_waiting_task_is_removed_stored_as_revoked_and_announced(
    shared_settings: Settings, redis: "Redis", unserved: str
) -> None:
    kept = send("foreign.echo", [1], {}, queue=unserved, settings=shared_settings)
    task_id = send("foreign.echo", [2], {}, queue=unserved, settings=shared_settings)
    with redis.pubsub() as events:  # type: ignore[no-untyped-call]  # redis-py leaves it so
        events.psubscribe("/0.celeryev/task.*")
        events.get_message(timeout=60)
        assert control.cancel(task_id, unserved, settings=shared_settings) == "removed"
        event: Any = events.get_message(timeout=60)
    body = json.loads(base64.b64decode(json.loads(event["data"])["body"]))
    assert event["channel"] == b"/0.celeryev/task.multi"
    (told,) = body
    assert (told["type"], told["uuid"], told["terminated"]) == ("task-revoked", task_id, False)
    stored = result(task_id, settings=shared_settings)
    assert stored
    assert (stored.state, stored.error) == ("REVOKED", "TaskRevokedError: cancelled")
    assert redis.ttl(KEY + task_id) > 0
    assert [row.task_id for row in peek(redis, unserved)] == [kept]


def test_celery_itself_understands_a_cancelled_task(
    shared_settings: Settings, redis: "Redis", unserved: str
) -> None:
    from celery.exceptions import TaskRevokedError

    from worker_core.operations.configuration import celery_configuration

    task_id = send("foreign.echo", [], {}, queue=unserved, settings=shared_settings)
    control.cancel(task_id, unserved, settings=shared_settings)
    with application("test") as app:
        app.conf.update(celery_configuration(shared_settings))
        waiting = app.AsyncResult(task_id)
        assert waiting.state == "REVOKED"
        with pytest.raises(TaskRevokedError):
            waiting.get(timeout=60)


def test_a_waiting_task_is_found_without_its_queue(
    shared_settings: Settings, redis: "Redis", unserved: str
) -> None:
    task_id = send("foreign.echo", [], {}, queue=unserved, settings=shared_settings)
    assert control.cancel(task_id, settings=shared_settings) == "removed"
    assert depths(redis, [unserved])[unserved].total == 0


def test_a_message_of_odd_bytes_is_removed_exactly(
    shared_settings: Settings, redis: "Redis", unserved: str
) -> None:
    odd = json.dumps({"headers": {"task": "a", "id": "odd-1"}}).encode() + b"  \t\n"
    twin = json.dumps({"headers": {"task": "a", "id": "odd-1"}}).encode()
    redis.lpush(unserved, twin + b" ", odd)
    assert control.cancel("odd-1", unserved, settings=shared_settings) == "removed"
    assert redis.lrange(unserved, 0, -1) == [twin + b" "]


def test_a_task_that_waits_no_more_is_revoked(
    shared_settings: Settings, redis: "Redis", worker: str, state: Callable[..., TaskResult]
) -> None:
    task_id = send(
        "foreign.echo", [], {}, queue="monitoring", countdown=3600, settings=shared_settings
    )
    scheduled = workers.inspect("scheduled", settings=shared_settings)
    while not scheduled.get(worker):
        scheduled = workers.inspect("scheduled", settings=shared_settings)
    assert control.cancel(task_id, "monitoring", settings=shared_settings) == "revoked"
    assert task_id in workers.inspect("revoked", settings=shared_settings)[worker]


def test_a_running_task_is_ended(
    shared_settings: Settings, redis: "Redis", worker: str, state: Callable[..., TaskResult]
) -> None:
    task_id = send("foreign.sleep", [600], {}, queue="monitoring", settings=shared_settings)
    state(task_id, "STARTED")
    heard = control.revoke(task_id, terminate=True, settings=shared_settings)
    assert heard == (worker,)
    assert state(task_id, "REVOKED").error == "TaskRevokedError: terminated"


def test_a_revoke_that_nobody_hears_tells_so(broker: EmbeddedBroker, settings: Settings) -> None:
    broker.start()
    assert control.revoke("id", settings=settings) == ()


# Repeating


def test_a_failed_document_is_processed_again_with_what_follows_it(
    shared_settings: Settings, redis: "Redis", worker: str, state: Callable[..., TaskResult]
) -> None:
    values = {**DOCUMENT, "filename": "damaged.pdf", "company": "x" * 3000}
    with pytest.raises(InvalidArguments):
        submit_document(values, settings=shared_settings)
    values["company"] = "x" * 200
    first = submit_document(values, settings=shared_settings)
    state(first.task_id, "FAILURE")
    again = control.retry(first.task_id, settings=shared_settings)
    assert again.task_id != first.task_id
    assert len(again.follow_ups) == 2
    # The whole of it, not the shortened form that events carry.
    assert state(again.task_id, "FAILURE").kwargs == values


def test_a_task_of_the_catalog_is_repeated_with_its_arguments(
    shared_settings: Settings, redis: "Redis", worker: str, state: Callable[..., TaskResult]
) -> None:
    first = send(
        SUMMARY,
        [],
        {"document": SHA},
        queue="document_processing",
        settings=shared_settings,
    )
    state(first, "SUCCESS")
    again = control.retry(first, settings=shared_settings)
    assert (again.name, again.queue) == (SUMMARY, "document_processing")
    assert state(again.task_id, "SUCCESS").kwargs == {"document": SHA}


def test_a_foreign_task_is_repeated_on_its_queue(
    shared_settings: Settings, redis: "Redis", worker: str, state: Callable[..., TaskResult]
) -> None:
    long = ["y" * 5000, {"nested": [1, None, True]}]
    first = send("foreign.echo", long, {"k": 1}, queue="forecasting", settings=shared_settings)
    state(first, "SUCCESS")
    again = control.retry(first, settings=shared_settings)
    assert again.queue == "forecasting"
    done = state(again.task_id, "SUCCESS")
    assert (done.args, done.kwargs) == (long, {"k": 1})


def test_numbers_that_json_has_not_are_repeated_as_they_were(
    shared_settings: Settings, redis: "Redis", unserved: str
) -> None:
    odd = [2**80, float("inf"), -0.1]
    stored = {"status": "FAILURE", "result": None, "name": "foreign.echo", "queue": unserved}
    redis.set(f"{KEY}odd", json.dumps(stored | {"args": odd, "kwargs": {"nan": float("nan")}}))
    waiting = send(
        "foreign.echo", odd, {"nan": float("nan")}, queue=unserved, settings=shared_settings
    )
    for first in ("odd", waiting):
        again = control.retry(first, settings=shared_settings)
        [row] = [one for one in peek(redis, unserved) if one.task_id == again.task_id]
        assert repr(row.args) == repr(odd)
        assert repr(row.kwargs) == "{'nan': nan}"


def test_a_task_without_a_result_is_repeated_from_its_message(
    shared_settings: Settings, redis: "Redis", unserved: str
) -> None:
    first = send("foreign.echo", [1], {"k": 2}, queue=unserved, settings=shared_settings)
    again = control.retry(first, settings=shared_settings)
    rows = peek(redis, unserved)
    assert [row.task_id for row in rows] == [first, again.task_id]
    assert (rows[1].args, rows[1].kwargs) == ([1], {"k": 2})


def test_a_task_that_a_worker_holds_is_repeated_from_its_message(
    shared_settings: Settings, redis: "Redis", worker: str, state: Callable[..., TaskResult]
) -> None:
    first = send("foreign.sleep", [600], {}, queue="monitoring", settings=shared_settings)
    state(first, "STARTED")
    again = control.retry(first, settings=shared_settings)
    state(again.task_id, "STARTED")
    for task_id in (first, again.task_id):
        control.revoke(task_id, terminate=True, settings=shared_settings)
        state(task_id, "REVOKED")


def test_a_task_whose_arguments_are_gone_cannot_be_repeated(
    shared_settings: Settings, redis: "Redis"
) -> None:
    redis.set(f"{KEY}bare", json.dumps({"status": "FAILURE", "result": None}))
    for task_id in ("bare", "never heard of"):
        with pytest.raises(NothingToRetry, match="stored nowhere any more"):
            control.retry(task_id, settings=shared_settings)
