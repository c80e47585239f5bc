"""Servers that misbehave: every answer has plain words."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.remote.stub import TOKEN, Answer, Stub, told
from tests.remote.words import FORECAST, ME
from worker_core.operations.errors import InvalidArguments, OperationError
from worker_core.operations.remote import errors, http
from worker_core.operations.remote.api import Api
from worker_core.operations.remote.http import Line
from worker_core.operations.remote.place import Place
from worker_core.operations.remote.sending import Intents

BAD = [
    (Answer(200, b"<html>Hello", {"Content-Type": "text/html"}), errors.NotTheServer, "a web page"),
    (Answer(404, b"<html>", {"Content-Type": "text/html"}), errors.NotTheServer, "not the API"),
    (Answer(200, b"{}", {}), errors.NotTheServer, "something unnamed"),
    (told([1, 2]), errors.NotTheServer, "not understood"),
    (told({"name": "ann"}), errors.NotTheServer, "not understood"),
    (told(ME | {"expires_at": "soon"}), errors.NotTheServer, "not understood"),
    (Answer(200, b'{"name": "an'), errors.NotTheServer, "not understood"),
    (Answer(200, b"[" * 100_000), errors.NotTheServer, "not understood"),
    (told({"detail": "no\nmore"}, 401), errors.SignInAgain, "expired, or was revoked"),
    (told({"detail": "Needs the role admin"}, 403), errors.NotAllowed, "role admin"),
    (told({"detail": "Nothing"}, 404), errors.NotYours, "Nothing"),
    (told({"detail": "Too large"}, 413), errors.TooLarge, "Too large"),
    (told({"detail": "Slow down"}, 429, Retry_After="7"), errors.TooMany, "in 7 s"),
    (told({"detail": "Away"}, 503, Retry_After="x"), errors.ServerAway, "Away"),
    (told({}, 500), errors.ServerAway, "500"),
    (told({"detail": 3}, 418), errors.Refused, "418"),
    (Answer(502, b"<html>", {"Content-Type": "text/html"}), errors.ServerAway, "stands before"),
    (Answer(short=True), errors.ServerAway, "broke"),
    (Answer(cut=True), errors.ServerAway, "broke"),
]


@pytest.mark.parametrize(("answer", "kind", "words"), BAD)
def test_every_strange_answer_has_plain_words(
    stub: Stub, api: Api, answer: Answer, kind: type[OperationError], words: str
) -> None:
    stub.says(answer)
    with pytest.raises(kind) as raised:
        api.me()
    assert words in str(raised.value)
    assert raised.value.remedy
    assert "\n" not in str(raised.value)


def test_an_answer_without_end_is_not_read_to_its_end(
    stub: Stub, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "LARGEST", 1000)
    stub.says(told(ME | {"more": "x" * 100_000}))
    with pytest.raises(errors.TooLarge):
        api.me()


def test_a_packed_answer_is_not_unpacked(stub: Stub, api: Api) -> None:
    stub.says(Answer(200, b"\x1f\x8b", {"Content-Type": "x", "Content-Encoding": "gzip"}))
    with pytest.raises(errors.NotTheServer, match="coding"):
        api.me()
    assert stub.seen[0].headers["Accept-Encoding"] == "identity"


def test_arguments_that_do_not_fit_are_told_by_field(stub: Stub, api: Api) -> None:
    problem = {"detail": "No.", "errors": [{"field": "body.ticker", "message": "must be short"}]}
    stub.says(told(problem, 422))
    with pytest.raises(InvalidArguments) as raised:
        api.submit(FORECAST, {"ticker": "AAPL"})
    assert raised.value.fields == {"ticker": "must be short"}


def test_nobody_there_is_said_and_nothing_was_done() -> None:
    api = Api(Line(Place("http://127.0.0.1:9", TOKEN)), Intents(patience_s=0))
    with pytest.raises(errors.ServerAway) as raised:
        api.submit(FORECAST, {"ticker": "AAPL"})
    assert raised.value.outcome_known
    api.close()


def test_a_clock_that_is_ahead_is_noticed(stub: Stub, api: Api) -> None:
    stub.says(told(ME))
    api.me()
    assert api.line.ahead_s is not None
    assert abs(api.line.ahead_s) < 60
    later = datetime.now(UTC) + timedelta(hours=2)
    stub.says(told(ME, Date=format_datetime(later, usegmt=True)))
    api.me()
    assert 7100 < api.line.ahead_s < 7300
    stub.says(told(ME, Date="not a date"))
    api.me()
    assert 7100 < api.line.ahead_s < 7300
