"""What is sent arrives once, over connections that break off."""

import json
import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.remote.stub import TOKEN, Answer, Stub, told
from tests.remote.words import FORECAST, ME, SUBMITTED
from worker_core.operations.remote import answers, errors
from worker_core.operations.remote.api import Api
from worker_core.operations.remote.http import Line
from worker_core.operations.remote.place import Place
from worker_core.operations.remote.sending import Intents


def keys(stub: Stub) -> list[str]:
    return [one.headers["Idempotency-Key"] for one in stub.seen]


def test_a_submission_that_broke_off_is_sent_again_with_its_key(stub: Stub, api: Api) -> None:
    away = told({"detail": "Away"}, 503, Retry_After="0")
    stub.says(Answer(cut=True), Answer(short=True), told({}, 500), away, told(SUBMITTED, 202))
    assert api.submit(FORECAST, {"ticker": "AAPL"}).task_id == "t1"
    assert len(stub.seen) == 5
    assert len(set(keys(stub))) == 1
    assert json.loads(stub.seen[-1].body) == {"ticker": "AAPL"}
    stub.says(told(SUBMITTED, 202))
    api.submit(FORECAST, {"ticker": "AAPL"})
    assert len(set(keys(stub))) == 2, "what was answered is another one when it is sent again"


def test_what_is_not_known_to_have_arrived_keeps_its_key_until_it_is(stub: Stub) -> None:
    api = Api(Line(Place(stub.url, TOKEN)), Intents(patience_s=0))
    stub.says(Answer(cut=True))
    with pytest.raises(errors.PerhapsDone) as raised:
        api.submit(FORECAST, {"ticker": "AAPL"})
    assert not raised.value.outcome_known
    stub.says(told({"detail": "no"}, 401))
    with pytest.raises(errors.SignInAgain):
        api.submit(FORECAST, {"ticker": "MSFT"})
    stub.says(told(SUBMITTED, 202))
    # Also over a token that ended meanwhile.
    api.line.renew(TOKEN[:-1] + "T")
    api.submit(FORECAST, {"ticker": "AAPL"})
    first, other, again = keys(stub)
    assert first == again != other
    api.close()


def test_two_of_the_same_at_once_are_two(stub: Stub, api: Api) -> None:
    both = threading.Barrier(2)

    def answer(_request: Any) -> Answer:
        both.wait(30)
        return told(SUBMITTED, 202)

    stub.answer = answer
    threads = [
        threading.Thread(target=api.submit, args=(FORECAST, {"ticker": "AAPL"})) for _ in range(2)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(set(keys(stub))) == 2


def test_too_many_requests_are_waited_for_as_long_as_the_server_says(stub: Stub, api: Api) -> None:
    stub.says(told({"detail": "Slow"}, 429, Retry_After="1"), told(SUBMITTED, 202))
    assert api.submit(FORECAST, {"ticker": "AAPL"}).task_id == "t1"
    stub.says(told({"detail": "Slow"}, 429, Retry_After="3600"))
    with pytest.raises(errors.TooMany, match="in 3600 s"):
        api.submit(FORECAST, {"ticker": "AAPL"})


def test_closing_ends_the_wait_for_a_server_that_is_away() -> None:
    intents = Intents(patience_s=600)
    api = Api(Line(Place("http://127.0.0.1:9", TOKEN)), intents)
    ended = threading.Event()

    def send() -> None:
        with pytest.raises(errors.ServerAway):
            api.submit(FORECAST, {"ticker": "AAPL"})
        ended.set()

    thread = threading.Thread(target=send)
    thread.start()
    api.close()
    assert ended.wait(30)
    thread.join()


def test_a_connection_that_was_being_made_at_the_close_is_closed_too(
    stub: Stub, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[socket.socket] = []
    connect = socket.create_connection

    def closed_meanwhile(*args: Any, **more: Any) -> socket.socket:
        api.close()
        made.append(connect(*args, **more))
        return made[0]

    monkeypatch.setattr(socket, "create_connection", closed_meanwhile)
    stub.says(told(ME))
    assert api.me().name == "ann"
    assert [one.fileno() for one in made] == [-1]
    with pytest.raises(errors.ServerAway, match="was closed here"):
        api.me()
    assert len(stub.seen) == 1


def test_a_file_leaves_in_parts_and_one_that_is_too_large_not_at_all(
    stub: Stub, api: Api, tmp_path: Path
) -> None:
    file = tmp_path / "10-K.html"
    file.write_bytes(b"x" * 500_000)
    document = SUBMITTED | {"document": "0" * 64, "filename": file.name}
    stub.says(Answer(cut=True), told({"documents": [document]}, 202))
    shares: list[float] = []
    done = api.upload(file, "10-K.html", answers.Limits(1, 1), shares.append)
    assert (done.task_id, done.filename) == ("t1", "10-K.html")
    assert shares[-1] == 1.0
    assert len(set(shares)) > 3
    assert len(set(keys(stub))) == 1
    assert stub.seen[-1].body.count(b"x" * 500_000) == 1
    file.write_bytes(b"x" * (2**20 + 1))
    with pytest.raises(errors.TooLarge, match="takes 1 at most"):
        api.upload(file, "10-K.html", answers.Limits(1, 1))
    assert len(stub.seen) == 2
    with pytest.raises(FileNotFoundError):
        api.upload(tmp_path / "gone", "gone")
