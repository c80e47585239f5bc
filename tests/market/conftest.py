"""A server of our own that answers as the sources of market data do, well or badly."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from worker_core.market.providers.client import Access, Client
from worker_core.market.providers.pace import LocalPace
from worker_core.market.providers.protocol import Provider

KEY = "s3cr3t-k3y"
OPEN: list[Provider] = []
"""What a test has made and leaves to be closed."""


@dataclass(frozen=True)
class Reply:
    """One answer: a body that is JSON unless it is bytes."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False

    def bytes(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True)
class Asked:
    """One request, as it came."""

    path: str
    parameters: dict[str, str]
    headers: dict[str, str]


class Source:
    """The server: ``replies`` are given in turn, the last of them again and again; a function is
    asked with each request instead."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._replies: list[Reply] | Callable[[Asked], Reply] = [Reply({})]
        self._lock = threading.Lock()
        source = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                parameters = {
                    name: values[0]
                    for name, values in parse_qs(parts.query, keep_blank_values=True).items()
                }
                source.answer(self, Asked(parts.path, parameters, dict(self.headers)))

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - theirs
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, request: Any, client_address: Any) -> None:
                """A client that had enough hangs up: nothing to print."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def replies(self, *replies: Any) -> None:
        """Answer with these from now on; what is no ``Reply`` is the body of one."""
        self.asked.clear()
        self._replies = [one if isinstance(one, Reply) else Reply(one) for one in replies]

    def replies_by(self, function: Callable[[Asked], Reply]) -> None:
        self.asked.clear()
        self._replies = function

    def answer(self, handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        with self._lock:
            self.asked.append(asked)
            if callable(self._replies):
                reply = self._replies(asked)
            else:
                reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        body = reply.bytes()
        headers = {"Content-Type": "application/json", **reply.headers}
        handler.send_response_only(reply.status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body) + reply.cut))
        handler.end_headers()
        try:
            handler.wfile.write(body)
        except OSError:
            return  # who asked has gone: the body was too large
        handler.close_connection = reply.cut

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Clock:
    """Time that passes by sleeping alone."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close()


@pytest.fixture(scope="module")
def server() -> Iterator[Source]:
    source = Source()
    yield source
    source.close()


@pytest.fixture
def source(server: Source) -> Source:
    server.replies({})
    return server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(source: Source, clock: Clock) -> Iterator[Client]:
    access = Access(
        "test",
        source.url,
        headers={"Authorization": f"Token {KEY}"},
        parameters={"apikey": KEY},
        secrets=(KEY,),
        max_bytes=200_000,
    )
    client = Client(access, LocalPace(clock), clock, clock.sleep)
    yield client
    client.close()
