"""What waits in queues, ours or not, harmless or not."""

import base64
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from worker_core.operations.client import send
from worker_core.operations.messages import OPENED_BYTES, decode
from worker_core.operations.queues import bound_queues, depths, find, held, peek, unacked
from worker_core.settings import Settings

if TYPE_CHECKING:
    from redis import Redis

QUALITY = "data_processing.data_quality_check"
# No worker serves it, so what is sent there waits.
UNSERVED = "nobody serves this"
GLOB = "a*[b]?\\^c"


def message(
    headers: Mapping[str, object] | None = None,
    body: object = ([], {}, {}),
    kind: str = "application/json",
) -> bytes:
    return json.dumps(
        {
            "body": base64.b64encode(json.dumps(body).encode()).decode(),
            "content-type": kind,
            "headers": {"task": "a.b", "id": "1"} if headers is None else headers,
            "properties": {"body_encoding": "base64"},
        }
    ).encode()


def test_depths_count_every_priority(redis: "Redis") -> None:
    redis.lpush("Q", "a", "b", "c")
    redis.lpush("Q\x06\x163", "d")
    redis.lpush("Q\x06\x169", "e", "f")
    depth = depths(redis, ["Q", "empty"])
    assert depth["Q"].total == 6
    assert depth["Q"].by_priority == {0: 3, 3: 1, 6: 0, 9: 2}
    assert depth["empty"].total == 0
    assert depth["Q"].problem is None


def test_depths_of_no_queue_are_none(redis: "Redis") -> None:
    assert depths(redis, []) == {}


def test_a_key_that_is_no_queue_counts_nothing_and_says_so(redis: "Redis") -> None:
    redis.set("Q", "text")
    redis.lpush("other", "a")
    depth = depths(redis, ["Q", "other"])
    assert depth["Q"].total == 0
    assert "WRONGTYPE" in (depth["Q"].problem or "")
    assert depth["other"].total == 1


def test_a_prefix_stands_before_every_key(redis: "Redis") -> None:
    redis.lpush("team:Q", message())
    redis.hset("team:unacked", "tag", "[]")
    redis.sadd("team:_kombu.binding.Q", "Q\x06\x16\x06\x16Q")
    try:
        assert depths(redis, ["Q"], prefix="team:")["Q"].total == 1
        assert peek(redis, "Q", prefix="team:")[0].name == "a.b"
        assert unacked(redis, prefix="team:") == 1
        assert bound_queues(redis, prefix="team:") == ["Q"]
    finally:
        redis.delete("team:_kombu.binding.Q", "team:unacked")


def test_declared_queues_are_found_and_celerys_own_are_not(redis: "Redis", worker: str) -> None:
    redis.sadd("_kombu.binding.foreign", "key\x06\x16\x06\x16foreign queue")
    redis.sadd("_kombu.binding.odd", "rubbish", b"\xff\x06\x16\xff\x06\x16", b"a\x06\x16b")
    redis.set("_kombu.binding.text", "no set")
    try:
        found = bound_queues(redis)
    finally:
        redis.delete("_kombu.binding.foreign", "_kombu.binding.odd", "_kombu.binding.text")
    assert {"foreign queue", "document_processing", "monitoring"} <= set(found)
    assert not [name for name in found if "pidbox" in name or "celeryev" in name]


@pytest.mark.parametrize("name", [GLOB, "with space", "naïve-队列", "line\nbreak", "*"])
def test_a_queue_is_taken_by_its_exact_name(
    redis: "Redis", shared_settings: Settings, name: str
) -> None:
    redis.lpush("axbxc", message())
    sent = send("foreign.echo", [1], {}, queue=name, settings=shared_settings)
    try:
        assert depths(redis, [name])[name].total == 1
        assert [row.task_id for row in peek(redis, name)] == [sent]
        assert name in bound_queues(redis)
    finally:
        redis.delete(f"_kombu.binding.{name}")


def test_a_prefix_with_pattern_characters_matches_itself_alone(redis: "Redis") -> None:
    redis.sadd(f"{GLOB}_kombu.binding.Q", "Q\x06\x16\x06\x16mine")
    redis.sadd("aXb?\\^c_kombu.binding.Q", "Q\x06\x16\x06\x16other")
    try:
        assert bound_queues(redis, prefix=GLOB) == ["mine"]
    finally:
        redis.delete(f"{GLOB}_kombu.binding.Q", "aXb?\\^c_kombu.binding.Q")


def test_looking_into_a_queue_tells_what_is_served_next_and_takes_nothing(
    redis: "Redis", shared_settings: Settings
) -> None:
    first, second = (
        send(QUALITY, [], {"tickers": [ticker]}, queue=UNSERVED, settings=shared_settings)
        for ticker in ("AAPL", "MSFT")
    )
    redis.lpush(UNSERVED, message({"task": "urgent", "id": "0"}))
    redis.lpush(f"{UNSERVED}\x06\x169", message({"task": "idle", "id": "9"}))
    rows = peek(redis, UNSERVED)
    assert [row.task_id for row in rows] == ["0", first, second, "9"]
    assert [row.priority for row in rows] == [0, 3, 3, 9]
    assert rows[1].name == QUALITY
    assert (rows[1].args, rows[1].kwargs) == ([], {"tickers": ["AAPL"]})
    assert rows[1].enqueued_at is not None
    assert rows[1].problem is None
    assert [row.task_id for row in peek(redis, UNSERVED, 2)] == ["0", first]
    assert peek(redis, UNSERVED, 0) == []
    assert depths(redis, [UNSERVED])[UNSERVED].total == 4


HOSTILE = {
    "no JSON": (b"\x80\x04\x95 pickled", "not JSON"),
    "nothing": (b"", "not JSON"),
    "a list": (b"[1, 2]", "not where they belong"),
    "headers that are a list": (b'{"headers": []}', "not where they belong"),
    "deep nesting": (b"[" * 200_000, "not JSON"),
    "no body": (json.dumps({"content-type": "application/json"}).encode(), "is missing"),
    "a pickled body": (message(kind="application/x-python-serialize"), "not opened"),
    "a format that is no text": (json.dumps({"content-type": ["x"]}).encode(), "not opened"),
    "a body that is no base64": (message().replace(b'"body": "', b'"body": "!'), "damaged"),
    "a body without arguments": (message(body={"a": 1}), "arguments are not where"),
    "arguments that are text": (message(body=["abc", "def", {}]), "arguments are not where"),
    "no name": (message(headers={"id": "1"}), "names none"),
    "a name that is a number": (message(headers={"task": 5, "id": ["x"]}), "names none"),
    "huge": (b'{"headers": "' + b"x" * OPENED_BYTES + b'"}', "too large"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_message_that_cannot_be_read_is_a_row_that_says_so(redis: "Redis", case: str) -> None:
    raw, says = HOSTILE[case]
    redis.lpush("Q", message(), raw, message())
    rows = peek(redis, "Q")
    assert [row.problem is None for row in rows] == [True, False, True]
    assert says in (rows[1].problem or "")
    assert rows[1].raw == raw
    assert rows[1].size == len(raw)


def test_numbers_are_those_that_were_sent_also_where_json_has_none() -> None:
    """Celery writes NaN and the infinities as Python does, and whole numbers of any size."""
    body = [[2**80, -(2**63) - 1, float("nan"), float("-inf")], {"share": float("inf")}, {}]
    row = decode(message(body=body), "Q", 0)
    assert row.problem is None
    assert repr(row.args) == f"[{2**80}, {-(2**63) - 1}, nan, -inf]"
    assert row.kwargs == {"share": float("inf")}


@pytest.mark.parametrize("body", [b'[["\\ud800"], {}, {}]', b"[" * 100_000, b"1" * 10_000])
def test_what_python_alone_would_take_for_a_value_is_damaged(body: bytes) -> None:
    raw = json.loads(message()) | {"body": base64.b64encode(body).decode()}
    assert "damaged" in (decode(json.dumps(raw).encode(), "Q", 0).problem or "")


def test_a_pickled_body_leaves_the_headers_readable() -> None:
    row = decode(message(kind="application/x-python-serialize"), "Q", 0)
    assert (row.name, row.task_id, row.args) == ("a.b", "1", None)


def test_a_pickled_body_is_never_loaded(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return (os.mkdir, (str(tmp_path / "sprung"),))

    import pickle

    body = base64.b64encode(pickle.dumps(Trap())).decode()
    raw = json.dumps({"body": body, "content-type": "application/x-python-serialize"}).encode()
    assert decode(raw, "Q", 0).problem
    assert not (tmp_path / "sprung").exists()


def test_messages_of_the_first_protocol_are_read_too() -> None:
    body = {"task": "old.task", "id": "7", "args": [1], "kwargs": {"a": 2}, "retries": 3}
    row = decode(message(headers={}, body=body), "Q", 0)
    assert (row.name, row.task_id, row.args, row.kwargs) == ("old.task", "7", [1], {"a": 2})
    assert row.retries == 3


@given(
    st.binary()
    | st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    ["headers", "properties", "body", "content-type", "task", "id", "eta"]
                ),
                inner,
            )
        ),
    ).map(lambda value: json.dumps(value).encode())
)
def test_decoding_never_fails(raw: bytes) -> None:
    assert decode(raw, "Q", 0).size == len(raw)


def test_a_waiting_task_is_found_by_its_id_among_many(
    redis: "Redis", shared_settings: Settings
) -> None:
    wanted = send(QUALITY, [], {}, queue=UNSERVED, settings=shared_settings)
    # Other messages may carry the same id, as a canvas does.
    bearing = message({"task": "other", "id": "2"}, body=([wanted], {}, {}))
    redis.lpush(f"{UNSERVED}\x06\x163", *[bearing] * 1200)
    row = find(redis, wanted, ["another", UNSERVED])
    assert row
    assert (row.task_id, row.name, row.queue, row.priority) == (wanted, QUALITY, UNSERVED, 3)
    assert find(redis, wanted, ["another"]) is None


def test_a_message_that_a_worker_holds_is_found_among_rubbish(redis: "Redis") -> None:
    own = json.loads(message({"task": "a.b", "id": "42"}, body=([5], {}, {})))
    redis.hset("unacked", mapping={"1": "42", "2": b"\xff42", "3": json.dumps([own, "", "Q"])})
    try:
        assert unacked(redis) >= 3
        row = held(redis, "42")
        assert row
        assert (row.queue, row.args) == ("Q", [5])
        assert held(redis, "43") is None
    finally:
        redis.hdel("unacked", "1", "2", "3")


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(
    name=st.text(min_size=1).filter(
        lambda text: not any("\ud800" <= one <= "\udfff" for one in text)
    )
)
def test_any_text_may_name_a_queue(redis: "Redis", name: str) -> None:
    assert depths(redis, [name])[name].total == 0
    assert peek(redis, name) == []
