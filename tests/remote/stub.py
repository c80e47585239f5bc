"""A server that answers as a test says, over a real socket."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "afi_abcdefg2_" + "s3cretsecr3t" * 3 + "s3cretS"


@dataclass
class Request:
    """What arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """What is sent; ``cut`` breaks the connection in place of it, ``short`` in its middle."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    cut: bool = False
    short: bool = False


def told(content: Any, status: int = 200, **headers: str) -> Answer:
    kind = "application/json" if status < 400 else "application/problem+json"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, json.dumps(content).encode(), {"Content-Type": kind, **named})


@dataclass
class Stub:
    """``answer`` is asked for each request; ``seen`` holds what arrived."""

    url: str = ""
    seen: list[Request] = field(default_factory=list)
    answer: Callable[[Request], Answer] = lambda _request: Answer()

    def says(self, *answers: Answer) -> None:
        """These one after the other, the last one for ever."""
        left = list(answers)
        self.answer = lambda _request: left.pop(0) if len(left) > 1 else left[0]


@contextmanager
def stubbed() -> Iterator[Stub]:
    stub = Stub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            request = Request(self.command, self.path, dict(self.headers.items()), body)
            stub.seen.append(request)
            answer = stub.answer(request)
            if answer.cut:
                self.close_connection = True
                return
            if "Date" in answer.headers:
                self.send_response_only(answer.status)
            else:
                self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            length = len(answer.body) + (100 if answer.short else 0)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(answer.body)
            self.close_connection = self.close_connection or answer.short

        do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - the library calls them so

        def log_message(self, *_words: object) -> None:
            """Nothing is written."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    stub.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield stub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
