"""The client of the API against servers that misbehave."""

import json
import logging
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.remote.stub import TOKEN, Answer, Stub, stubbed, told
from worker_core.operations.errors import InvalidArguments, OperationError
from worker_core.operations.remote import answers, errors, http
from worker_core.operations.remote.api import Api
from worker_core.operations.remote.http import Line
from worker_core.operations.remote.place import Place, problem_of, problem_of_token
from worker_core.operations.remote.sending import Intents
from worker_core.operations.remote.stream import LONGEST, events

FORECAST = "forecasting.generate_stock_forecast"
SUBMITTED = {"task_id": "t1", "task": FORECAST, "queue": "forecasting"}
ME = {
    "name": "ann",
    "role": "analyst",
    "token": "afi_abcdefg2",
    "expires_at": "2031-01-01T00:00:00Z",
}


@pytest.fixture
def stub() -> Iterator[Stub]:
    with stubbed() as stub:
        yield stub


@pytest.fixture
def api(stub: Stub) -> Iterator[Api]:
    api = Api(Line(Place(stub.url, TOKEN)), Intents(patience_s=5.0))
    yield api
    api.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "desk.example.com",
        "ftp://desk.example.com",
        "http://desk.example.com:8765",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://10.0.0.1",
        "https://ann:secret@desk.example.com",
        "https://127.0.0.1@evil.example",
        "https://desk.example.com/?next=x",
        "https://desk.example.com/#x",
        "https://desk.example.com/api",
        "https://desk.example.com:0",
        "https://desk.example.com:99999",
        "https://desk .example.com",
        "https://desk.example.com\\@evil.example",
        "https://desk.example.com\r\nX-Evil: 1",
        "https://",
        "https://[::1",
        "https://" + "a" * 600,
    ],
)
def test_no_token_goes_to_an_address_that_is_none_or_that_others_could_read(url: str) -> None:
    said = problem_of(url)
    assert said
    assert "secret" not in said
    with pytest.raises(errors.NotTheServer):
        Line(Place(url, TOKEN))


@pytest.mark.parametrize(
    "url",
    [
        "https://desk.example.com",
        " https://desk.example.com:8765/ ",
        "https://[2001:db8::1]:8765",
        "http://127.0.0.1:8765",
        "http://[::1]:8765",
        "http://localhost:8765",
    ],
)
def test_tls_goes_anywhere_and_plain_http_to_this_computer(url: str) -> None:
    assert problem_of(url) == ""


@pytest.mark.parametrize("token", ["", "x", TOKEN[:-1], TOKEN + " ", "Bearer " + TOKEN])
def test_what_is_no_whole_token_is_said_before_anything_is_sent(stub: Stub, token: str) -> None:
    assert problem_of_token(token)
    with pytest.raises(errors.SignInAgain) as raised:
        Line(Place(stub.url, token))
    assert TOKEN not in str(raised.value)
    assert stub.seen == []


def test_it_signs_in_with_the_token_and_tells_it_to_nobody_else(
    stub: Stub, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stub.says(told(ME))
    assert api.me() == answers.Me(
        "ann", "analyst", "afi_abcdefg2", datetime(2031, 1, 1, tzinfo=UTC), None
    )
    assert stub.seen[0].headers["Authorization"] == f"Bearer {TOKEN}"
    stub.says(Answer(cut=True))
    with pytest.raises(OperationError) as raised:
        api.me()
    secret = TOKEN[13:]
    assert secret not in caplog.text
    assert secret not in f"{raised.value!r} {raised.value}"
    assert secret not in repr(api.line.place)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(stub: Stub, api: Api, status: int) -> None:
    with stubbed() as other:
        stub.says(Answer(status, b"", {"Location": f"{other.url}/api/me"}))
        with pytest.raises(errors.NotTheServer, match="your token is for the server"):
            api.me()
        assert other.seen == []


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


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of its own authority for this computer, with its key."""
    file = tmp_path_factory.mktemp("tls") / "cert.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(file.with_suffix(".key")), "-out", str(file)),
        ],
        check=True,
        capture_output=True,
    )
    return file


@pytest.fixture
def secured(certificate: Path) -> Iterator[tuple[int, list[str]]]:
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers["Authorization"])
            body = json.dumps(ME).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Nothing is written."""

    class Server(HTTPServer):
        def handle_error(self, *_about: object) -> None:
            """Who is not trusted breaks off."""

    server = Server(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server.server_address[1], seen
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_authority_of_ones_own_is_checked_against_and_nothing_else_is_trusted(
    secured: tuple[int, list[str]], certificate: Path, tmp_path: Path
) -> None:
    port, seen = secured
    with_authority = Line(Place(f"https://localhost:{port}", TOKEN, str(certificate)))
    assert Api(with_authority).me().name == "ann"
    with_authority.close()
    for place in (
        Place(f"https://localhost:{port}", TOKEN),
        # The name does not fit.
        Place(f"https://127.0.0.1:{port}", TOKEN, str(certificate)),
        Place(f"https://localhost:{port}", TOKEN, str(tmp_path / "none.pem")),
    ):
        line = Line(place)
        with pytest.raises(errors.NotTrusted) as raised:
            Api(line).me()
        assert raised.value.remedy
        line.close()
    assert len(seen) == 1, "no token went to a server that was not trusted"


def test_a_server_without_tls_is_said(stub: Stub) -> None:
    line = Line(Place(stub.url.replace("http:", "https:"), TOKEN))
    with pytest.raises(errors.NotTrusted):
        Api(line).me()
    line.close()
    assert stub.seen == []
