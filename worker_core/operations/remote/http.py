"""One request to the server, and a verdict on what came back.

The token goes to the server that the user named and to nobody else: redirects are never followed,
proxies are used for TLS alone, and nothing of a request is logged here.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from worker_core.operations.remote import refusals
from worker_core.operations.remote.errors import (
    NotTheServer,
    ServerAway,
    SignInAgain,
    TooLarge,
)
from worker_core.operations.remote.failures import failure
from worker_core.operations.remote.place import Place, problem_of, problem_of_token
from worker_core.operations.remote.trust import context

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")

MIB: Final = 2**20
LARGEST: Final = 32 * MIB
CONNECT_S: Final = 5.0
ANSWER_S: Final = 15.0
# A server that sends a byte now and then would never run into a time-out.
WHOLE_S: Final = 120.0
SKEW_S: Final = 90.0
_METHODS_TO_REPEAT: Final = frozenset({"GET", "DELETE"})


class Line:
    """A connection to one server. Any number of threads may share it. Opens nothing by itself.

    Once the server has refused the token, nothing more is sent with it: whoever asks is told so
    here, until `renew`.

    Raises:
        ServerError: the place cannot be used as it is.
    """

    def __init__(self, place: Place) -> None:
        if said := problem_of(place.url):
            raise NotTheServer(said, "Correct it on the Connections page.")
        if said := problem_of_token(place.token):
            raise refusals.sign_in(said)
        self.place = place
        self._making = threading.Lock()
        self._client: httpx.Client | None = None
        self._closed = False
        self._ahead_s: float | None = None
        self._refused: SignInAgain | None = None
        self.on_refused: Callable[[], object] = lambda: None
        """Called when the server refuses the token, in the thread that asked."""

    @property
    def refused(self) -> SignInAgain | None:
        """What the server said when it refused the token; None while it has not."""
        return self._refused

    def renew(self, token: str) -> None:
        """Go on with another token.

        Raises:
            SignInAgain: it has not the form of one.
        """
        if said := problem_of_token(token):
            raise refusals.sign_in(said)
        with self._making:
            self.place = replace(self.place, token=token)
            self._refused = None

    @property
    def ahead_s(self) -> float | None:
        """How many seconds the server's clock is ahead of this computer's, as of the last answer;
        None before the first. Whole seconds are all that it tells."""
        return self._ahead_s

    def ask(
        self,
        method: str,
        path: str,
        kind: type[T],
        *,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = ANSWER_S,
        **more: Any,
    ) -> T:
        """The answer to a request, as a ``kind``; ``more`` is httpx's: json, params, files.

        Raises:
            ServerError, OperationError: there is none, with words for the user.
        """
        with self.answering(method, path, headers=headers, timeout_s=timeout_s, **more) as answer:
            body = _whole(answer, self.place)
            refusals.judge(
                answer.status_code,
                answer.headers,
                body,
                self.place,
                changes=method not in _METHODS_TO_REPEAT,
            )
            return _understood(body, kind, self.place)

    @contextmanager
    def answering(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = ANSWER_S,
        **more: Any,
    ) -> "Iterator[httpx.Response]":
        """The answer as its head arrives; what is read of it is the caller's to bound.

        Raises:
            ServerError: the way to the server failed.
        """
        import httpx

        client, place = self._opened()
        timeout = httpx.Timeout(timeout_s, connect=CONNECT_S)
        sent = {"Authorization": f"Bearer {place.token}", **(headers or {})}
        answer: httpx.Response | None = None
        try:
            with client.stream(method, path, headers=sent, timeout=timeout, **more) as answer:
                self._note_clock(answer.headers)
                if answer.headers.get("content-encoding", "identity").lower() != "identity":
                    raise NotTheServer(
                        f"{place.label} answers in a coding that was not asked for.",
                        "Check the address, and what stands before the server.",
                    )
                yield answer
        except SignInAgain as error:
            self._note_refusal(error, place)
            raise
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError) as error:
            raise failure(error, place, repeatable=method in _METHODS_TO_REPEAT) from error
        except RuntimeError as error:
            # What httpx says of a client that was closed by another thread.
            raise _closed_here() from error
        finally:
            # One that was still being made when the client was closed is forgotten by it.
            if self._closed and answer is not None:
                answer.extensions["network_stream"].close()

    def close(self) -> None:
        """Give its connections back. Whoever asks from now on is told that it is closed."""
        with self._making:
            self._closed = True
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _note_refusal(self, error: SignInAgain, place: Place) -> None:
        with self._making:
            # An answer to the token before says nothing of the one that is in use now.
            if place.token != self.place.token:
                return
            self._refused = error
        self.on_refused()

    def _opened(self) -> "tuple[httpx.Client, Place]":
        import httpx

        with self._making:
            if self._closed:
                raise _closed_here()
            if (refused := self._refused) is not None:
                raise SignInAgain(refused.message, refused.remedy)
            if self._client is None:
                secure = self.place.is_secure
                self._client = httpx.Client(
                    base_url=self.place.label,
                    verify=context(self.place) if secure else True,
                    follow_redirects=False,
                    # Without TLS a proxy of the environment would read the token.
                    trust_env=secure,
                    # What is small on the way may be endless when it is unpacked.
                    headers={
                        "Accept": "application/json",
                        "Accept-Encoding": "identity",
                        "User-Agent": "afi-desk",
                    },
                )
            return self._client, self.place

    def _note_clock(self, headers: Mapping[str, str]) -> None:
        try:
            theirs = parsedate_to_datetime(headers.get("date", ""))
        except (TypeError, ValueError):
            return
        if theirs.tzinfo is not None:
            self._ahead_s = (theirs - datetime.now(UTC)).total_seconds()


def _closed_here() -> ServerAway:
    return ServerAway("The connection was closed here.", "Connect again.")


def _whole(answer: "httpx.Response", place: Place) -> bytes:
    """The body, which is bounded in size and time."""
    over = time.monotonic() + WHOLE_S
    body = bytearray()
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > LARGEST:
            raise TooLarge(
                f"The answer of {place.label} is larger than {LARGEST // MIB} MiB, so it was "
                "not read to its end.",
                "Ask for less at once; or have somebody read it who reaches the database.",
            )
        if time.monotonic() > over:
            raise ServerAway(
                f"{place.label} did not finish its answer within {WHOLE_S:.0f} s.", "Try again."
            )
    return bytes(body)


def _understood(body: bytes, kind: type[T], place: Place) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotTheServer(
            f"What {place.label} answers is not understood here ({error}).",
            "Check the address; if it is right, server and window are of different releases.",
        ) from error
