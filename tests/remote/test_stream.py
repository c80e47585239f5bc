"""The stream of events, as the standard says and as it is refused."""

import pytest

from tests.remote.stub import Answer, Stub, told
from worker_core.operations.remote import errors
from worker_core.operations.remote.api import Api
from worker_core.operations.remote.stream import LONGEST, events


def test_events_are_read_as_the_standard_says() -> None:
    stream = (
        b": hello\nretry: 3\n\nid: 1\r\nevent: status\r\ndata: a\r\ndata: b\r\n\r\nid: 2\ndata:c"
    )
    found = list(events([stream, b"\n", b"\n", b"data: never ended"]))
    assert [(one.id, one.kind, one.data) for one in found] == [
        ("1", "status", "a\nb"),
        ("2", "message", "c"),
    ]
    for endless in ([b"x" * 1000] * (LONGEST // 500), [b"data: x\n" * 1000] * (LONGEST // 1000)):
        with pytest.raises(errors.TooLarge):
            list(events(endless))


def test_a_stream_that_is_refused_says_why(stub: Stub, api: Api) -> None:
    stub.says(told({"detail": "10 streams are open already."}, 429, Retry_After="5"))
    with pytest.raises(errors.TooMany, match="10 streams"):
        list(api.stream("t1"))
    stub.says(told({}))
    with pytest.raises(errors.NotTheServer):
        list(api.stream("t1"))
    stub.says(Answer(204, b"", {}))
    stream = api.stream("t1", "last")
    assert list(stream) == []
    assert stream.ended
    assert stub.seen[-1].headers["Last-Event-ID"] == "last"
