"""Events in the broker's journal, beside those that are published."""

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

import pytest
from celery import Celery

from tests.operations.conftest import Until
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.client import send
from worker_core.operations.configuration import DEFAULT_QUEUE, celery_configuration
from worker_core.operations.connection import client
from worker_core.operations.journal import EVENTS, FIELD, HEADER, KEY, journal_key
from worker_core.settings import Settings

if TYPE_CHECKING:
    from redis import Redis

TASK = "foreign.echo"
Dispatch = Callable[..., Any]


def journalled(redis: "Redis", key: str = KEY) -> list[dict[str, Any]]:
    entries: Any = redis.xrange(key)
    events = []
    for _, fields in entries:
        body = json.loads(fields[FIELD.encode()])
        events += body if isinstance(body, list) else [body]
    return events


@pytest.fixture
def dispatcher(shared_settings: Settings) -> Iterator[Dispatch]:
    """Makes a dispatcher as a worker's, over an application with these settings."""
    opened: list[Any] = []

    def make(settings: Settings = shared_settings, **configuration: Any) -> Any:
        app = Celery("test", set_as_current=False, events=EVENTS)
        app.conf.update(celery_configuration(settings))
        app.conf.broker_transport_options |= {"max_retries": 0}
        app.conf.update(configuration)
        connection = app.connection_for_write()
        opened.append(connection)
        return app.events.Dispatcher(connection, hostname="w@h", buffer_group=["task"])

    yield make
    for connection in opened:
        connection.release()


@pytest.fixture
def published(redis: "Redis") -> Iterator[Callable[[int], list[dict[str, Any]]]]:
    """The next messages that go out to those who listen."""
    listener: Any = cast("Any", redis).pubsub()
    listener.psubscribe("*celeryev/*")
    listener.get_message(timeout=60)

    def messages(count: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while len(found) < count:
            message = listener.get_message(timeout=60)
            assert message is not None, f"{len(found)} of {count} messages came"
            found.append(json.loads(message["data"]))
        return found

    yield messages
    listener.close()


def body(message: dict[str, Any]) -> Any:
    return json.loads(b64decode(message["body"]))


def test_the_journal_holds_what_is_published(
    redis: "Redis", dispatcher: Dispatch, published: Callable[[int], list[dict[str, Any]]]
) -> None:
    sender = dispatcher()
    sender.send("worker-online", sw_ident="x")
    sender.send("task-received", uuid="a", args="('é',)")
    sender.send("task-started", uuid="a")
    sender.flush()
    online, tasks = published(2)
    assert journalled(redis) == [body(online), *body(tasks)]
    assert redis.xlen(KEY) == 2
    assert online["headers"][HEADER]
    assert tasks["headers"] == {"hostname": "w@h", HEADER: True}


def test_heartbeats_are_published_alone(
    redis: "Redis", dispatcher: Dispatch, published: Callable[[int], list[dict[str, Any]]]
) -> None:
    dispatcher().send("worker-heartbeat", freq=2)
    (beat,) = published(1)
    assert HEADER not in beat["headers"]
    assert not redis.exists(KEY)


def test_the_key_follows_the_prefix_of_the_broker(redis: "Redis", dispatcher: Dispatch) -> None:
    options = {"global_keyprefix": "team:"}
    dispatcher(broker_transport_options=options).send("worker-online")
    assert [event["type"] for event in journalled(redis, journal_key("team:"))] == ["worker-online"]
    assert not redis.exists(KEY)


def test_the_journal_does_not_grow_past_its_bound(
    redis: "Redis", dispatcher: Dispatch, shared_settings: Settings
) -> None:
    sender = dispatcher(shared_settings.model_copy(update={"journal_events": 100}))
    for number in range(500):
        sender.send("worker-online", number=number)
    # Whole blocks are taken off, so a few more are left.
    assert 100 <= redis.xlen(KEY) < 250
    assert journalled(redis)[-1]["number"] == 499


def test_without_a_bound_there_is_no_journal(
    redis: "Redis",
    dispatcher: Dispatch,
    shared_settings: Settings,
    published: Callable[[int], list[dict[str, Any]]],
) -> None:
    dispatcher(shared_settings.model_copy(update={"journal_events": 0})).send("worker-online")
    (online,) = published(1)
    assert HEADER not in online["headers"]
    assert not redis.exists(KEY)


def test_a_journal_that_takes_nothing_costs_no_event(
    redis: "Redis", dispatcher: Dispatch, published: Callable[[int], list[dict[str, Any]]]
) -> None:
    redis.set(KEY, "not a stream")
    sender = dispatcher()
    for uuid in "ab":
        sender.send("task-started", uuid=uuid)
        sender.flush()
    first, second = published(2)
    assert [body(first)[0]["uuid"], body(second)[0]["uuid"]] == ["a", "b"]
    # So that a reader of the journal knows that it has to listen for these.
    assert HEADER not in first["headers"]


def test_a_full_broker_costs_no_event(
    redis: "Redis", dispatcher: Dispatch, published: Callable[[int], list[dict[str, Any]]]
) -> None:
    sender = dispatcher()
    redis.config_set("maxmemory", "1mb")
    try:
        sender.send("worker-online")
        (online,) = published(1)
    finally:
        redis.config_set("maxmemory", "0")
    assert HEADER not in online["headers"]


def test_what_happens_while_the_broker_is_away_is_in_the_journal_afterwards(
    broker: EmbeddedBroker, settings: Settings, dispatcher: Dispatch, until: Until
) -> None:
    broker.start()
    old = dispatcher(settings)
    old.send("worker-online")
    broker.stop()
    old.send("task-succeeded", uuid="a")
    old.flush()
    url = broker.start()
    # As a worker does when it has its broker back.
    new = dispatcher(settings)
    new.extend_buffer(old)
    new.flush()
    with client(url) as redis:
        kinds = [event["type"] for event in journalled(redis)]
    assert kinds == ["worker-online", "task-succeeded"]


def test_a_submission_begins_no_journal_but_is_added_to_one(
    broker: EmbeddedBroker, settings: Settings
) -> None:
    with client(broker.start()) as redis:
        send(TASK, (), {}, queue=DEFAULT_QUEUE, settings=settings)
        assert not redis.exists(KEY)
        redis.xadd(KEY, {FIELD: "[]"})
        sent = send(TASK, (), {}, queue=DEFAULT_QUEUE, settings=settings)
        (event,) = journalled(redis)
    assert (event["type"], event["uuid"]) == ("task-sent", sent)


@pytest.mark.usefixtures("worker")
def test_a_worker_keeps_the_journal_of_its_tasks(
    redis: "Redis", shared_settings: Settings, until: Until
) -> None:
    task_id = send(TASK, (), {}, queue=DEFAULT_QUEUE, settings=shared_settings)
    wanted = {"task-received", "task-started", "task-succeeded"}

    def told() -> bool:
        found = {event["type"] for event in journalled(redis) if event.get("uuid") == task_id}
        return wanted <= found

    until(told, "the journal of a task")
