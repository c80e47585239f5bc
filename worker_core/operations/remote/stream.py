"""The course of a task as the server tells it: server-sent events (WHATWG HTML, 9.2)."""

import socket
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import msgspec

from worker_core.operations.remote import answers, refusals
from worker_core.operations.remote.errors import NotTheServer, TooLarge
from worker_core.operations.remote.http import Line

if TYPE_CHECKING:
    import httpx

MEDIA_TYPE: Final = "text/event-stream"
# The server says at least every 15 s that it is there.
SILENT_S: Final = 35.0
LONGEST: Final = 2**20
MOST_ERROR: Final = 2**16


@dataclass(frozen=True, slots=True)
class Event:
    """One event: ``id`` is what to go on from after a break."""

    id: str
    kind: str
    data: str


class TaskStream:
    """One attempt to follow a task. Iterating ends when the task has ended (``ended`` then), or
    the server closed the stream; ``last_event_id`` is where to go on."""

    def __init__(self, line: Line, path: str, last_event_id: str = "") -> None:
        self._line = line
        self._path = path
        self.last_event_id = last_event_id
        self.ended = False
        self._turn = threading.Lock()
        self._closed = False
        self._socket: socket.socket | None = None

    def __iter__(self) -> Iterator[answers.Task]:
        """The task, each time that it has come further.

        Raises:
            ServerError, OperationError: the stream was refused, or broke.
        """
        headers = {"Accept": MEDIA_TYPE}
        if self.last_event_id:
            headers["Last-Event-ID"] = self.last_event_id
        with self._line.answering("GET", self._path, headers=headers, timeout_s=SILENT_S) as answer:
            if answer.status_code == HTTPStatus.NO_CONTENT:
                self.ended = True
                return
            self._check(answer)
            if not self._hold(answer):
                return
            try:
                for event in events(answer.iter_bytes()):
                    self.last_event_id = event.id or self.last_event_id
                    if event.kind in {"status", "end"}:
                        yield self._task(event)
                    if event.kind == "end":
                        self.ended = True
                        return
            finally:
                with self._turn:
                    self._socket = None

    def close(self) -> None:
        """From any thread: whoever waits for the next event is let go."""
        with self._turn:
            self._closed = True
            if self._socket is not None:
                try:
                    self._socket.shutdown(socket.SHUT_RDWR)
                except OSError:
                    self._socket = None  # it is gone already

    def _hold(self, answer: "httpx.Response") -> bool:
        found = answer.extensions["network_stream"].get_extra_info("socket")
        with self._turn:
            self._socket = found if isinstance(found, socket.socket) else None
            return not self._closed

    def _check(self, answer: "httpx.Response") -> None:
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if answer.status_code == HTTPStatus.OK and kind == MEDIA_TYPE:
            return
        body = bytearray()
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > MOST_ERROR:
                break
        refusals.judge(answer.status_code, answer.headers, bytes(body), self._line.place)
        raise NotTheServer(
            f"{self._line.place.label} does not stream the course of a task.",
            "It is asked for its state instead.",
        )

    def _task(self, event: Event) -> answers.Task:
        try:
            return msgspec.json.decode(event.data, type=answers.Task)
        except (msgspec.DecodeError, RecursionError) as error:
            raise NotTheServer(
                f"What {self._line.place.label} streams is not understood here ({error}).",
                "Server and window are of different releases.",
            ) from error


def events(pieces: Iterable[bytes]) -> Iterator[Event]:
    """The events of a stream, as it arrives.

    Raises:
        TooLarge: one of them has no end.
    """
    last, kind = "", ""
    data: list[str] = []
    length = 0
    for line in _lines(pieces):
        length += len(line)
        if length > LONGEST:
            raise _endless()
        if not line:
            if data:
                yield Event(last, kind or "message", "\n".join(data))
            kind, data, length = "", [], 0
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "id" and "\0" not in value:
            last = value
        elif field == "event":
            kind = value
        elif field == "data":
            data.append(value)


def _lines(pieces: Iterable[bytes]) -> Iterator[str]:
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line.removesuffix(b"\r").decode("utf-8", "replace")
        if len(rest) > LONGEST:
            raise _endless()


def _endless() -> TooLarge:
    return TooLarge("An event of the stream is too large.", "Its state is asked for instead.")
