"""Many submissions written and sent together."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

import orjson
import pytest

from worker_core.celery import app
from worker_core.operations import wire
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.client import send
from worker_core.operations.errors import KeyReused
from worker_core.operations.followed import Look, Watcher
from worker_core.operations.gateway import Accepted, Gateway, intake
from worker_core.operations.journal import HEADER, journal_key
from worker_core.operations.ledger import ledger, opened
from worker_core.operations.pipelined import Sender, message
from worker_core.operations.stopping import stop
from worker_core.settings import Settings
from worker_core.storage import Intake, NewTask, TaskNote

if TYPE_CHECKING:
    from redis import Redis

TASK = "forecasting.generate_stock_forecast"
STEP = "forecasting\x06\x163"


@pytest.fixture(scope="module")
def shared_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A broker on which no worker of another test listens: what is sent stays where it is."""
    data_dir = tmp_path_factory.mktemp("gateway")
    broker = EmbeddedBroker(data_dir)
    broker.start()
    yield Settings(data_dir=data_dir)
    broker.stop()


@pytest.fixture
def gateway(shared_settings: Settings) -> Iterator[Gateway]:
    gateway = Gateway(shared_settings)
    yield gateway
    gateway.close()


def new(**more: Any) -> Intake:
    headers = {"request_id": "r-1", "user_id": "ann"}
    return intake(TASK, {"ticker": "AAPL"}, owner="user:ann", headers=headers, **more)


def taken(answer: Accepted | KeyReused) -> Accepted:
    assert isinstance(answer, Accepted)
    return answer


def queued(redis: "Redis", key: str) -> list[bytes]:
    """What waits there, the latest first."""
    return cast("list[bytes]", redis.lrange(key, 0, -1))


def read(raw: bytes) -> dict[str, Any]:
    """A message with its body opened, without what differs from one to the next."""
    parsed: dict[str, Any] = orjson.loads(raw)
    parsed["body"] = orjson.loads(base64.b64decode(parsed["body"]))
    for part, name in (
        ("properties", "delivery_tag"),
        ("properties", "reply_to"),
        ("headers", "afi_enqueued_at"),
    ):
        assert parsed[part].pop(name)
    return parsed


@pytest.mark.parametrize("countdown", [None, 3600])
def test_a_message_differs_in_nothing_from_celerys_own(
    redis: "Redis", shared_settings: Settings, countdown: float | None
) -> None:
    # Also where the sender has the task's own code: a worker holds its own limits, not these.
    app.loader.import_default_modules()
    task_id, headers = str(uuid4()), {"user_id": "ann"}
    due = NewTask(task_id, TASK, "forecasting", {"ticker": "AAPL"}, headers, delay_s=countdown or 0)
    with ledger(shared_settings) as tasks:
        record = tasks.add(due)[0]
    Sender(shared_settings).send([record])
    send(
        TASK,
        (),
        {"ticker": "AAPL"},
        queue="forecasting",
        task_id=task_id,
        headers=headers,
        countdown=countdown,
        settings=shared_settings,
    )
    theirs, ours = map(read, queued(redis, STEP))
    if countdown is None:
        assert ours == theirs
        return
    etas = [datetime.fromisoformat(one["headers"].pop("eta")) for one in (ours, theirs)]
    assert abs((etas[0] - etas[1]).total_seconds()) < 600
    assert ours == theirs


def test_submissions_are_in_the_ledger_and_on_their_queue_in_their_order(
    redis: "Redis", gateway: Gateway, shared_settings: Settings
) -> None:
    answers = [taken(one) for one in gateway.submit_all([new() for _ in range(5)])]
    ids = [one.submission.task_id for one in answers]
    assert all(one.submission.delivered and one.is_new for one in answers)
    assert [orjson.loads(raw)["headers"]["id"] for raw in queued(redis, STEP)][::-1] == ids
    with ledger(shared_settings) as tasks:
        records = [tasks.get(one) for one in ids]
    assert {record.state for record in records if record} == {"published"}


def test_that_they_were_sent_is_said_to_listeners_and_to_a_journal_that_is_there(
    redis: "Redis", gateway: Gateway
) -> None:
    with cast("Any", redis).pubsub() as events:
        events.psubscribe("/0.celeryev/*")
        assert events.get_message(timeout=60)
        gateway.submit_all([new(), new()])
        heard = events.get_message(timeout=60)
        assert heard is not None
        told = wire.parse(heard["data"])
        assert HEADER not in told["headers"]
        assert redis.exists(journal_key()) == 0
        redis.xadd(journal_key(), {"events": "[]"})
        gateway.submit_all([new()])
        again = events.get_message(timeout=60)
    assert [one["type"] for one in wire.body_of(told)] == ["task-sent"] * 2
    assert again is not None
    assert wire.parse(again["data"])["headers"][HEADER]
    assert redis.xlen(journal_key()) == 2


def test_a_number_too_large_for_one_writer_holds_up_nobody(
    redis: "Redis", gateway: Gateway
) -> None:
    odd = NewTask(str(uuid4()), TASK, "forecasting", {"n": 10**40}, owner="user:ann")
    answers = gateway.submit_all([new(), Intake(odd), new()])
    assert all(taken(one).submission.delivered for one in answers)
    assert sorted(
        (
            json.loads(base64.b64decode(orjson.loads(raw)["body"]))[1].get("n")
            for raw in queued(redis, STEP)
        ),
        key=str,
    ) == [10**40, None, None]


def test_a_key_for_something_else_is_told_alone(redis: "Redis", gateway: Gateway) -> None:
    other = intake(
        TASK, {"ticker": "IBM"}, owner="user:ann", headers={}, idempotency_key="gateway-key"
    )
    answers = gateway.submit_all([new(idempotency_key="gateway-key"), other, new()])
    assert [type(one) for one in answers] == [Accepted, KeyReused, Accepted]


def test_a_connection_that_broke_since_is_made_anew(redis: "Redis", gateway: Gateway) -> None:
    gateway.submit_all([new()])
    for one in redis.client_list():
        if int(one["id"]) != redis.client_id():
            redis.client_kill_filter(_id=one["id"])
    assert taken(gateway.submit_all([new()])[0]).submission.delivered


def test_what_follows_a_document_carries_the_request_too(
    redis: "Redis", gateway: Gateway, shared_settings: Settings
) -> None:
    document = intake(
        "document_processing.process_document",
        {"document": "a" * 64, "filename": "a"},
        owner="user:ann",
        headers={"request_id": "r-2"},
    )
    answer = taken(gateway.submit_all([document])[0])
    assert answer.submission.delivered
    (raw,) = queued(redis, "document_processing\x06\x163")
    assert raw.count(b'"request_id"') >= 1
    (follow_ups,) = orjson.loads(base64.b64decode(orjson.loads(raw)["body"]))[2]["chain"]
    assert [one["options"]["headers"] for one in follow_ups["kwargs"]["tasks"]] == [
        {"request_id": "r-2"}
    ] * 2


def test_without_a_broker_all_are_kept(tmp_path: Any) -> None:
    settings = Settings(data_dir=tmp_path, broker_url="redis://127.0.0.1:1/0")
    document = intake(
        "document_processing.process_document",
        {"document": "a" * 64, "filename": "a"},
        owner="user:ann",
        headers={},
    )
    answers = [taken(one) for one in Gateway(settings).submit_all([new(), document])]
    assert [one.submission.delivered for one in answers] == [False, False]
    assert all("delivered when the broker is back" in str(o.submission.problem) for o in answers)
    with ledger(settings) as tasks:
        assert tasks.counts() == {"waiting": 2, "blocked": 2}
    opened(settings).close()


def look(settings: Settings, task_id: str) -> Look:
    return Watcher(settings).look([task_id])[task_id]


def test_a_task_is_stopped_wherever_it_is(
    redis: "Redis", gateway: Gateway, shared_settings: Settings
) -> None:
    waiting, running, ended = (
        taken(one).submission.task_id for one in gateway.submit_all([new(), new(), new()])
    )
    now = datetime.now(UTC)
    with ledger(shared_settings) as tasks:
        tasks.note([TaskNote(running, "running", now), TaskNote(ended, "succeeded", now)])
    assert stop(look(shared_settings, waiting), settings=shared_settings) == "removed"
    assert stop(look(shared_settings, waiting), settings=shared_settings) == "ended already"
    assert stop(look(shared_settings, running), settings=shared_settings) == "told to stop"
    assert stop(look(shared_settings, ended), settings=shared_settings) == "ended already"


def test_the_result_store_is_believed_where_it_has_heard_more(
    redis: "Redis", gateway: Gateway, shared_settings: Settings
) -> None:
    task_id = taken(gateway.submit_all([new()])[0]).submission.task_id
    key = f"celery-task-meta-{task_id}"

    def told(status: str, result: Any) -> Look:
        redis.set(key, orjson.dumps({"status": status, "result": result}))
        return look(shared_settings, task_id)

    assert look(shared_settings, task_id).state == "published"
    half = told("PROGRESS", {"stage": "Reading", "fraction": 0.5})
    assert (half.state, half.progress) == ("running", ("Reading", 0.5))
    odd = told("PROGRESS", {"stage": 3, "fraction": "x"})
    assert (odd.state, odd.progress) == ("running", None)
    failed = told("FAILURE", {"exc_type": "ValueError", "exc_message": ["no"]})
    assert (failed.state, failed.error) == ("failed", ("ValueError", "no"))
    redis.set(key, b"\x80\x04pickle")
    assert look(shared_settings, task_id).state == "published"
    # A worker of Celery's that came upon it would end.
    redis.delete(key, STEP)
    assert Watcher(shared_settings).look([]) == {}


def test_a_message_of_the_ledger_is_what_it_says(shared_settings: Settings) -> None:
    with ledger(shared_settings) as tasks:
        record = tasks.add(NewTask(str(uuid4()), TASK, "forecasting", {"x": "y" * 5000}))[0]
    raw, event = message(record)
    assert event["uuid"] == record.id
    assert len(event["kwargs"]) <= 1024
    assert read(raw)["body"][1] == {"x": "y" * 5000}
