"""Requests to a source: paced, retried, bounded in time and size, and silent about keys."""

import logging
import random
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import orjson

from worker_core.market.providers.answers import is_page, retry_after, waiting_words
from worker_core.market.providers.pace import LocalPace
from worker_core.market.providers.protocol import Pace, ProviderError, Rate

log = logging.getLogger(__name__)

# They write whole addresses, and with them the key of a source that takes it there.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)

_TRIES: Final = 5
_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 30.0
_QUOTED: Final = 200
_BUSY: Final = {429, 500, 502, 503, 504}


@dataclass(frozen=True)
class Access:
    """How to reach a source.

    Attributes:
        budget_s: seconds that one request may take with all its tries and pauses.
        max_bytes: the largest body that is read.
        secrets: what must not be seen in any message.
    """

    source: str
    base_url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    rates: tuple[Rate, ...] = ()
    timeout_s: float = 30.0
    budget_s: float = 120.0
    max_bytes: int = 64 * 2**20


@dataclass
class Client:
    """Asks one source. ``clock`` must never go back; threads may share a client."""

    access: Access
    pace: Pace = field(default_factory=LocalPace)
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _http: httpx.Client = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._http = httpx.Client(
            verify=_certificates(),
            timeout=self.access.timeout_s,
            headers={"Accept-Encoding": "gzip, deflate", **self.access.headers},
            # A source that sends a request elsewhere would send the key with it.
            follow_redirects=False,
        )

    def close(self) -> None:
        """Close the connections; it cannot ask any more."""
        self._http.close()

    def json(self, path: str, **parameters: str) -> Any:
        """The decoded body.

        Raises:
            ProviderError: there is none; not a number is no JSON.
        """
        body = self.body(path, **parameters)
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise self.bad_answer(
                f"a body that is not whole JSON ({error.msg})", body, transient=True
            ) from None

    def body(self, path: str, **parameters: str) -> bytes:
        """The body of a successful answer that is no web page.

        ``path`` may be a whole address of the same host, as sources give for the next page.

        Raises:
            ProviderError: every other end, within ``budget_s`` and the timeout of one request.
        """
        over = self.clock() + self.access.budget_s
        url, failure = self._url(path), None
        for attempt in range(_TRIES):
            self._wait_turn(over)
            try:
                return self._once(url, parameters, over)
            except ProviderError as error:
                if not error.transient:
                    raise
                failure = error
            pause = failure.retry_after_s
            if pause is None:
                pause = min(_FIRST_PAUSE_S * 2**attempt, _LONGEST_PAUSE_S)
                pause *= 0.5 + random.random() / 2  # noqa: S311 - to part those that fail together
            if attempt + 1 == _TRIES or self.clock() + pause > over:
                break
            log.info("%s Trying again in %.1f s.", failure.message, pause)
            self.sleep(pause)
        if failure is None:
            raise RuntimeError("no try was made")
        raise failure

    def bad_answer(
        self, what: str, body: object = None, *, transient: bool = False
    ) -> ProviderError:
        """The error for an answer that is not what the source promises."""
        return ProviderError(
            "bad_answer",
            f"{self.access.source} answered with {what}{self._quoted(body)}.",
            "Try again later; if it stays so, the source has changed its answers.",
            transient,
        )

    def rate_limited(self, body: object = None, after_s: float | None = None) -> ProviderError:
        """The error for an allowance that is used up."""
        when = "later" if after_s is None else f"in {waiting_words(after_s)}"
        return ProviderError(
            "rate_limited",
            f"{self.access.source} takes no more requests for now{self._quoted(body)}.",
            f"Try again {when}; what came before it is kept.",
            transient=True,
            retry_after_s=after_s,
        )

    def refused(self, body: object = None) -> ProviderError:
        """The error for a key that is missing, wrong, or not allowed this."""
        return ProviderError(
            "refused",
            f"{self.access.source} refused the request{self._quoted(body)}.",
            "Check its key (afi market key), and what its plan allows.",
        )

    def unknown_symbol(self, symbol: str) -> ProviderError:
        """The error for a symbol that the source does not have."""
        return ProviderError(
            "unknown_symbol",
            f"{self.access.source} does not know {symbol}.",
            "Check its spelling, whether it was renamed, or use another provider.",
        )

    def without_secrets(self, text: str) -> str:
        """``text`` without any key."""
        for secret in self.access.secrets:
            if secret:
                text = text.replace(secret, "…")
        return text

    def _url(self, path: str) -> str:
        base = self.access.base_url.rstrip("/")
        if not path.startswith(("http:", "https:")):
            return base + path
        theirs, ours = urlsplit(path), urlsplit(base)
        if (theirs.scheme, theirs.netloc) != (ours.scheme, ours.netloc):
            raise self.bad_answer("the address of another host for its next page")
        return path

    def _wait_turn(self, over: float) -> None:
        patience = max(0.0, over - self.clock())
        wait = self.pace.turn(self.access.source, self.access.rates, patience)
        if wait > patience:
            raise self.rate_limited(None, wait)
        if wait > 0:
            self.sleep(wait)

    def _once(self, url: str, parameters: Mapping[str, str], over: float) -> bytes:
        try:
            with self._http.stream(
                "GET", httpx.URL(url).copy_merge_params({**parameters, **self.access.parameters})
            ) as answer:
                body = self._read(answer, over)
        except httpx.HTTPError as error:
            raise ProviderError(
                "unreachable",
                f"{self.access.source} did not answer ({type(error).__name__}).",
                "Check the connection, then try again.",
                transient=True,
            ) from None
        self._check_status(answer, body)
        if is_page(answer, body):
            raise self.bad_answer("a web page instead of data", body, transient=True)
        return body

    def _read(self, answer: httpx.Response, over: float) -> bytes:
        parts, size = [], 0
        for part in answer.iter_bytes():
            # One that sends a byte now and then would never run into the timeout.
            if self.clock() > over + self.access.timeout_s:
                raise ProviderError(
                    "unreachable",
                    f"{self.access.source} did not finish its answer in time.",
                    "Try again later.",
                    transient=True,
                )
            size += len(part)
            if size > self.access.max_bytes:
                raise ProviderError(
                    "too_large",
                    f"{self.access.source} sent more than {self.access.max_bytes // 2**20} MiB.",
                    "Ask for fewer days.",
                )
            parts.append(part)
        return b"".join(parts)

    def _check_status(self, answer: httpx.Response, body: bytes) -> None:
        status = answer.status_code
        if status == httpx.codes.OK:
            return
        if status == httpx.codes.TOO_MANY_REQUESTS:
            raise self.rate_limited(body, retry_after(answer))
        if status in _BUSY:
            raise ProviderError(
                "unreachable",
                f"{self.access.source} has trouble (status {status}).",
                "Try again later.",
                transient=True,
                retry_after_s=retry_after(answer),
            )
        if status in {401, 402, 403}:
            raise self.refused(body)
        if status in {404, 410}:
            raise ProviderError(
                "unknown_symbol",
                f"{self.access.source} has nothing of that name (status {status}).",
                "Check its spelling, whether it was renamed, or use another provider.",
            )
        raise self.bad_answer(f"the status {status}", body)

    def _quoted(self, body: object) -> str:
        if body is None:
            return ""
        text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)
        text = " ".join(self.without_secrets(text[: 10 * _QUOTED]).split())
        text = "".join(sign for sign in text if sign.isprintable())[:_QUOTED]
        return f": “{text}”" if text else ""


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    """Read once: it is what making a client costs."""
    return httpx.create_ssl_context()
