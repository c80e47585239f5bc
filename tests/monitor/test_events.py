"""Event messages, as workers send them and as nobody should."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.monitor import events as e
from tests.monitor.conftest import envelope

STARTED = {"type": "task-started", "uuid": "u1", "hostname": "w@h", "timestamp": 1.5, "pid": 7}


def test_a_message_of_many_events_is_decoded_in_order() -> None:
    decoder = e.Decoder()
    events = decoder.decode(
        envelope([STARTED | {"uuid": "a"}, STARTED | {"uuid": "b", "type": "task-received"}])
    )
    assert [(type(event), event.uuid) for event in events if isinstance(event, e.TaskEvent)] == [
        (e.TaskStarted, "a"),
        (e.TaskReceived, "b"),
    ]
    assert (decoder.malformed, decoder.ignored) == (0, 0)


def test_a_message_of_one_event_is_decoded() -> None:
    beat = {"type": "worker-heartbeat", "hostname": "w@h", "timestamp": 2, "loadavg": [1, 0.5, 0]}
    (event,) = e.Decoder().decode(envelope(beat))
    assert isinstance(event, e.WorkerHeartbeat)
    assert event.loadavg == [1.0, 0.5, 0.0]


def test_an_unknown_type_is_ignored_and_its_neighbours_are_kept() -> None:
    decoder = e.Decoder()
    events = decoder.decode(envelope([STARTED, {"type": "task-teleported", "x": 1}, STARTED]))
    assert len(events) == 2
    assert (decoder.malformed, decoder.ignored) == (0, 1)


@pytest.mark.parametrize(
    "broken",
    [
        {"type": "task-started"},
        STARTED | {"uuid": ""},
        STARTED | {"uuid": "x" * 1000},
        STARTED | {"uuid": 5},
        STARTED | {"timestamp": "yesterday"},
        STARTED | {"timestamp": 1e300},
        STARTED | {"timestamp": -1},
        STARTED | {"hostname": None},
        {"hostname": "no type"},
        {"type": 4},
        [STARTED],
        None,
        "text",
    ],
)
def test_a_malformed_event_is_counted_and_its_neighbours_are_kept(broken: Any) -> None:
    decoder = e.Decoder()
    events = decoder.decode(envelope([STARTED, broken, STARTED]))
    assert len(events) == 2
    assert (decoder.malformed, decoder.ignored) == (1, 0)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\xff\xfe",
        b"not json",
        b"{}",
        b"[" * 200_000,
        b'{"body": 5}',
        b'{"body": "not base64!"}',
        json.dumps({"body": base64.b64encode(b"[" * 200_000).decode()}).encode(),
        json.dumps({"body": base64.b64encode(b"\xff").decode()}).encode(),
        envelope("text"),
        envelope(7),
    ],
)
def test_a_message_that_is_no_event_message_is_counted_once(message: bytes) -> None:
    decoder = e.Decoder()
    assert decoder.decode(message) == []
    assert decoder.malformed == 1


@given(st.binary(max_size=200))
def test_no_bytes_whatever_raise(data: bytes) -> None:
    decoder = e.Decoder()
    decoder.decode(data)
    decoder.decode(json.dumps({"body": base64.b64encode(data).decode()}).encode())


def test_lone_surrogates_do_not_get_in() -> None:
    decoder = e.Decoder()
    body = b'{"type": "task-started", "uuid": "\\ud800", "hostname": "h", "timestamp": 1}'
    message = json.dumps({"body": base64.b64encode(body).decode()}).encode()
    for event in decoder.decode(message):
        assert isinstance(event, e.TaskStarted)
        event.uuid.encode()


def test_a_huge_argument_becomes_a_bounded_text() -> None:
    (event,) = e.Decoder().decode(
        envelope([STARTED | {"type": "task-received", "args": "x" * 10_000_000}])
    )
    assert isinstance(event, e.TaskReceived)
    shown = e.text(event.args)
    assert shown is not None
    assert len(shown) == e.TEXT_LIMIT + 1
    assert shown.endswith("…")


def test_arguments_of_other_producers_need_not_be_text() -> None:
    assert e.text([1, {"a": None}]) == '[1,{"a":null}]'
    assert e.text(None) is None
    assert e.text("(1,)") == "(1,)"


def test_nesting_without_end_becomes_a_text() -> None:
    value: Any = []
    for _ in range(50_000):
        value = [value]
    assert "nested" in (e.text(value) or "")
