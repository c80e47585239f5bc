"""Where a token may go, and to whom it is never told."""

import json
import logging
import ssl
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.remote.stub import TOKEN, Answer, Stub, stubbed, told
from tests.remote.words import ME
from worker_core.operations.errors import OperationError
from worker_core.operations.remote import answers, errors
from worker_core.operations.remote.api import Api
from worker_core.operations.remote.http import Line
from worker_core.operations.remote.place import Place, problem_of, problem_of_token


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
