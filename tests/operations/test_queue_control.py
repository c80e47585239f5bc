"""What an operator does to waiting messages, on a real server."""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.operations.test_queues import message
from worker_core.operations import queue_changes, queue_control, removal, removed
from worker_core.operations.client import send
from worker_core.operations.connection import broker_url
from worker_core.operations.errors import (
    BrokerRefused,
    InvalidArguments,
    NotAQueue,
    NothingKept,
    OperationError,
    UnknownQueue,
)
from worker_core.operations.ledger import ledger
from worker_core.operations.queues import depths, peek, present
from worker_core.operations.removed import Bin
from worker_core.settings import Settings
from worker_core.storage import NewTask

if TYPE_CHECKING:
    from redis import Redis

QUALITY = "data_processing.data_quality_check"
SOURCE, TARGET = "operated on", "moved to"


@pytest.fixture
def filled(redis: "Redis", shared_settings: Settings) -> Iterator[list[str]]:
    """Six tasks in a queue that nobody serves, by id, the first one served first."""
    ids = [
        send("foreign.echo", [number], {}, queue=SOURCE, settings=shared_settings)
        for number in range(6)
    ]
    yield ids
    redis.delete(f"_kombu.binding.{SOURCE}", f"_kombu.binding.{TARGET}")


def ids_in(redis: "Redis", queue: str) -> list[str | None]:
    return [row.task_id for row in peek(redis, queue, 1000)]


def test_deleted_messages_are_gone_and_the_others_stay_in_their_order(
    redis: "Redis", shared_settings: Settings, filled: list[str]
) -> None:
    rows = peek(redis, SOURCE)
    done = queue_control.delete([rows[1], rows[4]], settings=shared_settings)
    assert (done.count, done.gone, done.problem) == (2, 0, None)
    assert ids_in(redis, SOURCE) == [filled[0], filled[2], filled[3], filled[5]]


def test_what_a_worker_took_meanwhile_is_told_and_nothing_else_is_hit(
    redis: "Redis", shared_settings: Settings, filled: list[str]
) -> None:
    rows = peek(redis, SOURCE)
    redis.rpop(f"{SOURCE}\x06\x163")
    done = queue_control.delete(rows[:2], settings=shared_settings)
    assert (done.count, done.gone) == (1, 1)
    assert ids_in(redis, SOURCE) == filled[2:]


def test_undone_each_message_stands_where_it_stood(
    redis: "Redis", shared_settings: Settings, filled: list[str]
) -> None:
    rows = peek(redis, SOURCE)
    done = queue_control.delete([rows[1], rows[2], rows[5]], settings=shared_settings)
    later = send("foreign.echo", [], {}, queue=SOURCE, settings=shared_settings)
    [batch] = queue_control.removed(settings=shared_settings)
    assert (batch.id, batch.queue, batch.count, batch.verb) == (done.batch, SOURCE, 3, "deleted")
    assert queue_control.undo(batch.id, settings=shared_settings).count == 3
    assert ids_in(redis, SOURCE) == [*filled, later]
    assert queue_control.removed(settings=shared_settings) == []


def test_undone_a_message_whose_turn_is_over_is_served_next(
    redis: "Redis", shared_settings: Settings, filled: list[str]
) -> None:
    rows = peek(redis, SOURCE)
    done = queue_control.delete(rows[1:3], settings=shared_settings)
    redis.rpop(f"{SOURCE}\x06\x163", 2)  # the first and the fourth are served
    queue_control.undo(str(done.batch), settings=shared_settings)
    assert ids_in(redis, SOURCE) == [filled[1], filled[2], filled[4], filled[5]]


@pytest.mark.parametrize("arrivals", [0, 2])
def test_a_purge_empties_every_priority_and_can_be_undone(
    redis: "Redis", shared_settings: Settings, filled: list[str], arrivals: int
) -> None:
    redis.lpush(SOURCE, message({"task": "urgent", "id": "0"}))
    redis.lpush(f"{SOURCE}\x06\x169", message({"task": "idle", "id": "9"}))
    done = queue_control.purge(SOURCE, settings=shared_settings)
    assert (done.count, done.problem) == (8, None)
    assert depths(redis, [SOURCE])[SOURCE].total == 0
    later = [
        send("foreign.echo", [], {}, queue=SOURCE, settings=shared_settings)
        for _ in range(arrivals)
    ]
    assert queue_control.undo(str(done.batch), settings=shared_settings).count == 8
    assert ids_in(redis, SOURCE) == ["0", *filled, *later, "9"]
    assert redis.ttl(f"{SOURCE}\x06\x163") == -1


def test_a_purge_of_a_hundred_thousand_is_one_step_and_comes_back_whole(
    redis: "Redis", shared_settings: Settings
) -> None:
    for first in range(0, 100_000, 10_000):
        redis.lpush(
            SOURCE,
            *(json.dumps({"headers": {"task": "a", "id": str(first + n)}}) for n in range(10_000)),
        )
    done = queue_control.purge(SOURCE, settings=shared_settings)
    assert done.count == 100_000
    redis.lpush(SOURCE, message({"task": "a", "id": "later"}))
    assert queue_control.undo(str(done.batch), settings=shared_settings).count == 100_000
    assert [row.task_id for row in peek(redis, SOURCE, 3)] == ["0", "1", "2"]
    assert [row.task_id for row in peek(redis, SOURCE, 5, skip=99_999)] == ["99999", "later"]


def test_what_is_too_much_to_keep_is_removed_for_good_and_says_so(
    redis: "Redis",
    shared_settings: Settings,
    filled: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(removed, "KEPT_BYTES", 100)
    done = queue_control.purge(SOURCE, settings=shared_settings)
    assert (done.count, done.batch) == (6, None)
    assert queue_control.removed(settings=shared_settings) == []
    assert not list(redis.scan_iter("afi:removed*"))


def test_the_oldest_batches_go_first(
    redis: "Redis",
    shared_settings: Settings,
    filled: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(removed, "KEPT_BATCHES", 2)
    for row in peek(redis, SOURCE, 3):
        queue_control.delete([row], settings=shared_settings)
    kept = queue_control.removed(settings=shared_settings)
    assert len(kept) == 2
    for batch in kept:
        queue_control.undo(batch.id, settings=shared_settings)
    assert ids_in(redis, SOURCE) == filled[1:]


def test_making_room_leaves_alone_what_somebody_else_is_removing_just_now(
    redis: "Redis", filled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removed, "KEPT_BYTES", 100)
    theirs, ours = Bin(redis), Bin(redis)
    name = theirs.begin(SOURCE, "purged")
    ours.trim()
    theirs.take_all(name, SOURCE)
    ours.trim()
    batch = theirs.batch(name)
    assert batch is not None
    assert batch.count == 6
    assert theirs.put_back_but(batch, 0) == 6
    assert ids_in(redis, SOURCE) == filled


def test_nothing_is_put_back_twice(
    redis: "Redis", shared_settings: Settings, filled: list[str]
) -> None:
    done = queue_control.delete(peek(redis, SOURCE, 1), settings=shared_settings)
    queue_control.undo(str(done.batch), settings=shared_settings)
    with pytest.raises(NothingKept, match="not kept any more"):
        queue_control.undo(str(done.batch), settings=shared_settings)
    assert ids_in(redis, SOURCE) == filled


def test_moved_messages_keep_order_and_priority_and_point_to_their_new_queue(
    redis: "Redis", shared_settings: Settings, filled: list[str]
) -> None:
    there = send("foreign.echo", [], {}, queue=TARGET, settings=shared_settings)
    rows = peek(redis, SOURCE)
    done = queue_changes.move(rows[1:4], TARGET, settings=shared_settings)
    assert (done.count, done.gone, done.problem) == (3, 0, None)
    assert ids_in(redis, SOURCE) == [filled[0], *filled[4:]]
    assert ids_in(redis, TARGET) == [there, *filled[1:4]]
    [moved] = peek(redis, TARGET, 1, skip=1)
    assert moved.priority == 3
    info = json.loads(moved.raw)["properties"]["delivery_info"]
    assert (info["exchange"], info["routing_key"]) == (TARGET, TARGET)
    assert moved.args == [1]


def test_nothing_is_moved_to_a_queue_that_nobody_declared(
    redis: "Redis", shared_settings: Settings, filled: list[str]
) -> None:
    with pytest.raises(UnknownQueue, match="no queue “nowhere”"):
        queue_changes.move(peek(redis, SOURCE), "nowhere", settings=shared_settings)
    assert ids_in(redis, SOURCE) == filled


def test_what_is_no_message_is_not_moved_but_can_be_deleted_and_put_back(
    redis: "Redis", shared_settings: Settings, filled: list[str]
) -> None:
    send("foreign.echo", [], {}, queue=TARGET, settings=shared_settings)
    redis.rpush(SOURCE, b"\x80\x04 junk \xff")
    [junk] = peek(redis, SOURCE, 1)
    done = queue_changes.move([junk], TARGET, settings=shared_settings)
    assert done.count == done.gone == 0
    assert "cannot be read" in str(done.problem)
    done = queue_control.delete([junk], settings=shared_settings)
    assert done.count == 1
    queue_control.undo(str(done.batch), settings=shared_settings)
    assert peek(redis, SOURCE, 1)[0].raw == junk.raw


def test_an_edited_message_keeps_its_place_its_id_and_what_follows_it(
    redis: "Redis", shared_settings: Settings
) -> None:
    embedded = {"callbacks": None, "errbacks": None, "chain": [{"task": "next"}], "chord": None}
    redis.lpush(SOURCE, message({"task": "x.first", "id": "1"}))
    redis.lpush(
        SOURCE,
        message({"task": "x.mid", "id": "2", "argsrepr": "(1,)"}, ([1], {}, embedded)),
    )
    redis.lpush(SOURCE, message({"task": "x.last", "id": "3"}))
    big = 2**80
    row = peek(redis, SOURCE)[1]
    done = queue_changes.edit(row, [big, "ü"], {"deep": {"a": [None]}}, settings=shared_settings)
    assert (done.count, done.gone) == (1, 0)
    rows = peek(redis, SOURCE)
    assert [row.task_id for row in rows] == ["1", "2", "3"]
    raw = json.loads(rows[1].raw)
    import base64

    assert json.loads(base64.b64decode(raw["body"])) == [
        [big, "ü"],
        {"deep": {"a": [None]}},
        embedded,
    ]
    assert raw["headers"]["argsrepr"] == f"[{big}, 'ü']"
    assert queue_changes.edit(row, [], {}, settings=shared_settings).gone == 1


def test_our_own_task_is_edited_only_to_arguments_that_fit_it(
    redis: "Redis", shared_settings: Settings, filled: list[str]
) -> None:
    with ledger(shared_settings) as tasks:
        tasks.add(NewTask("of-the-ledger", QUALITY, SOURCE, {"tickers": ["AAPL"]}))
    send(
        QUALITY, [], {"tickers": ["AAPL"]}, queue=SOURCE, task_id="of-the-ledger",
        settings=shared_settings,
    )  # fmt: skip
    [row] = peek(redis, SOURCE, 1, skip=6)
    with pytest.raises(InvalidArguments, match="not an argument"):
        queue_changes.edit(row, [], {"nonsense": 1}, settings=shared_settings)
    with pytest.raises(InvalidArguments, match="by name alone"):
        queue_changes.edit(row, [1], {}, settings=shared_settings)
    assert queue_changes.edit(row, [], {"tickers": ["MSFT"]}, settings=shared_settings).count == 1
    assert peek(redis, SOURCE, 1, skip=6)[0].kwargs == {"tickers": ["MSFT"]}
    with ledger(shared_settings) as tasks:
        record = tasks.get("of-the-ledger")
    assert record is not None
    assert record.arguments == {"tickers": ["MSFT"]}


def test_a_pickled_message_can_be_moved_but_not_edited(
    redis: "Redis", shared_settings: Settings
) -> None:
    redis.lpush(SOURCE, message(kind="application/x-python-serialize"))
    [row] = peek(redis, SOURCE)
    with pytest.raises(OperationError, match="not opened"):
        queue_changes.edit(row, [], {}, settings=shared_settings)
    assert peek(redis, SOURCE)[0].raw == row.raw


@pytest.mark.parametrize("kind", ["hash", "string"])
def test_a_key_that_is_no_queue_is_left_alone(
    redis: "Redis", shared_settings: Settings, filled: list[str], kind: str
) -> None:
    redis.lpush(SOURCE, message({"task": "urgent", "id": "0"}))
    [row, *_] = peek(redis, SOURCE)
    redis.hset("not ours", "a", "b") if kind == "hash" else redis.set("not ours", "a")
    before = redis.dump("not ours")
    redis.sadd("_kombu.binding.not ours", "not ours\x06\x16\x06\x16not ours")
    with pytest.raises(NotAQueue, match="is no queue"):
        queue_control.purge("not ours", settings=shared_settings)
    with pytest.raises(NotAQueue):
        queue_changes.move([row], "not ours", settings=shared_settings)
    redis.delete("_kombu.binding.not ours")
    assert redis.dump("not ours") == before
    assert ids_in(redis, SOURCE) == ["0", *filled]


def test_a_queue_that_vanished_is_no_failure(
    redis: "Redis", shared_settings: Settings, filled: list[str]
) -> None:
    rows = peek(redis, SOURCE)
    redis.delete(f"{SOURCE}\x06\x163")
    done = queue_control.delete(rows, settings=shared_settings)
    assert (done.count, done.gone, done.batch) == (0, 6, None)
    assert queue_control.purge(SOURCE, settings=shared_settings).count == 0
    assert queue_changes.edit(rows[0], [], {}, settings=shared_settings).gone == 1


def test_a_user_without_rights_is_told_and_nothing_changes(
    redis: "Redis", shared_settings: Settings, filled: list[str]
) -> None:
    command: Any = redis.execute_command
    command("ACL", "SETUSER", "looker", "on", ">secret", "~*", "&*", "+@read", "+ping")
    place = broker_url(shared_settings).rpartition("@")[2]
    url = f"redis://looker:secret@{place}"
    restricted = shared_settings.model_copy(update={"broker_url": url})
    rows = peek(redis, SOURCE)
    try:
        acts: list[Callable[[], object]] = [
            lambda: queue_control.delete(rows, settings=restricted),
            lambda: queue_control.purge(SOURCE, settings=restricted),
            lambda: queue_changes.edit(rows[0], [], {}, settings=restricted),
        ]
        for act in acts:
            with pytest.raises(BrokerRefused, match="needs more rights"):
                act()
    finally:
        command("ACL", "DELUSER", "looker")
    assert ids_in(redis, SOURCE) == filled


def test_until_its_tasks_are_settled_a_removed_message_counts_as_there(
    redis: "Redis",
    shared_settings: Settings,
    filled: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[set[str]] = []

    def look(*_: object) -> None:
        seen.append(present(redis, [SOURCE], filled))

    with monkeypatch.context() as patch:
        patch.setattr(removal, "settle_removed", look)
        done = queue_control.purge(SOURCE, settings=shared_settings)
    assert seen == [set(filled)]
    assert present(redis, [SOURCE], filled) == set()
    with monkeypatch.context() as patch:
        patch.setattr(removal, "reopen", look)
        queue_control.undo(str(done.batch), settings=shared_settings)
    assert seen[1:] == [set(filled)]
    assert present(redis, [SOURCE], filled) == set(filled)


def test_a_deleted_task_of_the_ledger_is_cancelled_and_open_again_when_put_back(
    redis: "Redis", shared_settings: Settings
) -> None:
    def state() -> str:
        with ledger(shared_settings) as tasks:
            record = tasks.get("deleted-one")
        assert record is not None
        return record.state

    with ledger(shared_settings) as tasks:
        tasks.add(NewTask("deleted-one", QUALITY, SOURCE, {}))
        tasks.published(["deleted-one"])
    send(QUALITY, [], {}, queue=SOURCE, task_id="deleted-one", settings=shared_settings)
    done = queue_control.delete(peek(redis, SOURCE), settings=shared_settings)
    assert state() == "cancelled"
    queue_control.undo(str(done.batch), settings=shared_settings)
    assert state() in {"waiting", "published"}
    assert ids_in(redis, SOURCE) == ["deleted-one"]


def test_a_moved_task_of_the_ledger_is_looked_for_in_its_new_queue(
    redis: "Redis", shared_settings: Settings, filled: list[str]
) -> None:
    with ledger(shared_settings) as tasks:
        tasks.add(NewTask("moved-one", QUALITY, SOURCE, {}))
        tasks.published(["moved-one"])
    send(QUALITY, [], {}, queue=SOURCE, task_id="moved-one", settings=shared_settings)
    send("foreign.echo", [], {}, queue=TARGET, settings=shared_settings)
    [row] = peek(redis, SOURCE, 1, skip=6)
    assert queue_changes.move([row], TARGET, settings=shared_settings).problem is None
    with ledger(shared_settings) as tasks:
        record = tasks.get("moved-one")
    assert record is not None
    assert record.queue == TARGET
