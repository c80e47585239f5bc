"""One request to the server, and a verdict on what came back.

The token goes to the server that the user named and to nobody else: redirects are never followed,
proxies are used for TLS alone, and nothing of a request is logged here.
"""

import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from worker_core.operations.remote import refusals
from worker_core.operations.remote.errors import (
    NotTheServer,
    NotTrusted,
    PerhapsDone,
    ServerAway,
    ServerError,
    TooLarge,
)
from worker_core.operations.remote.place import Place, problem_of, problem_of_token

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

        client = self._opened()
        timeout = httpx.Timeout(timeout_s, connect=CONNECT_S)
        sent = {"Authorization": f"Bearer {self.place.token}", **(headers or {})}
        answer: httpx.Response | None = None
        try:
            with client.stream(method, path, headers=sent, timeout=timeout, **more) as answer:
                self._note_clock(answer.headers)
                if answer.headers.get("content-encoding", "identity").lower() != "identity":
                    raise NotTheServer(
                        f"{self.place.label} answers in a coding that was not asked for.",
                        "Check the address, and what stands before the server.",
                    )
                yield answer
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError) as error:
            raise _failed(error, self.place, method) from error
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

    def _opened(self) -> "httpx.Client":
        import httpx

        with self._making:
            if self._closed:
                raise _closed_here()
            if self._client is None:
                secure = self.place.is_secure
                self._client = httpx.Client(
                    base_url=self.place.label,
                    verify=_context(self.place) if secure else True,
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
            return self._client

    def _note_clock(self, headers: Mapping[str, str]) -> None:
        try:
            theirs = parsedate_to_datetime(headers.get("date", ""))
        except (TypeError, ValueError):
            return
        if theirs.tzinfo is not None:
            self._ahead_s = (theirs - datetime.now(UTC)).total_seconds()


def _closed_here() -> ServerAway:
    return ServerAway("The connection was closed here.", "Connect again.")


def _context(place: Place) -> ssl.SSLContext:
    """With the check of certificate and name that nothing here turns off."""
    import httpx

    try:
        if place.authority:
            return ssl.create_default_context(cafile=place.authority)
        context = httpx.create_ssl_context()
        context.load_default_certs()
    except (OSError, ssl.SSLError) as error:
        raise NotTrusted(
            f"The authority's certificate {place.authority} cannot be read "
            f"({getattr(error, 'strerror', None) or error}).",
            "Choose a PEM file that this user can read, on the Connections page.",
        ) from error
    return context


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


def _failed(error: Exception, place: Place, method: str) -> ServerError:
    import httpx

    causes = _chain(error)
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return NotTrusted(
                f"The certificate of {place.label} was not accepted: {cause.verify_message}. "
                "The token was not sent.",
                "If the server has an authority of its own, name its certificate on the "
                "Connections page. Check this computer's date and time as well.",
            )
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return NotTrusted(
            f"{place.label} and this computer found no way to talk with TLS ({error}). "
            "The token was not sent.",
            "Check the port: the server may not speak TLS there.",
        )
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return ServerAway(
            f"{place.label} does not answer ({_said(error)}).",
            "Check the address and the network. What you typed is kept.",
        )
    if isinstance(
        error, httpx.ProxyError | httpx.UnsupportedProtocol | httpx.InvalidURL | UnicodeError
    ):
        return ServerAway(
            f"There is no way to {place.label} ({_said(error)}).",
            "Check the address, and the proxy of this computer.",
        )
    if method in _METHODS_TO_REPEAT:
        return ServerAway(f"The connection to {place.label} broke ({_said(error)}).", "Try again.")
    return PerhapsDone(
        f"The connection to {place.label} broke ({_said(error)}), so it is not known whether the "
        "server has it.",
        "Send it again as it is: it is done once.",
    )


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__


def _chain(error: BaseException | None) -> list[BaseException]:
    causes: list[BaseException] = []
    while error is not None and error not in causes:
        causes.append(error)
        error = error.__cause__ or error.__context__
    return causes
