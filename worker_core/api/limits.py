"""How much: requests at once, requests a minute, bodies."""

import asyncio
import math
import time
from collections import OrderedDict, deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers

from worker_core.api.context import App, Message, Receive, Scope, Send
from worker_core.api.problems import Problem, busy
from worker_core.api.together import Together
from worker_core.operations.connection import broker_url, client, reaching
from worker_core.operations.errors import OperationError
from worker_core.operations.pace import SharedPace
from worker_core.settings import Settings

if TYPE_CHECKING:
    from redis import Redis

KIB: Final = 1024
MIB: Final = 1024 * 1024
AWAY_S: Final = 5.0
MOST_COUNTED: Final = 10_000
# Beside the files themselves: their parts' headers, and the fields of the form.
FORM_BYTES: Final = 64 * KIB
CLOSE: Final = {"Connection": "close"}
FORM: Final = "multipart/form-data"
JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class PerMinute:
    """So many within any minute."""

    count: int
    period_s: float = 60.0


class Rate:
    """One exact sliding window a user, over all processes of the API (docs/decisions/0003).

    While the broker is away each process keeps a window of its own.
    """

    def __init__(self, settings: Settings, kind: str, a_minute: int) -> None:
        self._settings = settings
        self._kind = kind
        self._limit = PerMinute(a_minute)
        self._redis: Redis | None = None
        self._pace: SharedPace | None = None
        self._away_until = 0.0
        self._own: OrderedDict[str, deque[float]] = OrderedDict()
        self._turns: Together[str, float] = Together(self._ask)

    async def wait(self, who: str) -> float:
        """Take a place; 0, or the seconds until there is one, which was not taken then."""
        return await self._turns(who)

    def _ask(self, names: Sequence[str]) -> Sequence[float]:
        if time.monotonic() >= self._away_until:
            url = broker_url(self._settings)
            try:
                with reaching(url):
                    if self._pace is None:
                        self._redis = client(url, connect_timeout=1.0, timeout=1.0)
                        self._pace = SharedPace(self._redis, self._settings.key_prefix)
                    sources = [f"{self._kind}:{name}" for name in names]
                    return self._pace.turns(sources, [self._limit], 0.0)
            except OperationError:
                self.close()
                self._away_until = time.monotonic() + AWAY_S
        return [self._turn(name) for name in names]

    def close(self) -> None:
        """Give the connection back; the next request opens another."""
        redis, self._redis, self._pace = self._redis, None, None
        if redis is not None:
            redis.close()

    def _turn(self, name: str) -> float:
        now = time.monotonic()
        given = self._own.pop(name, None) or deque(maxlen=self._limit.count)
        self._own[name] = given
        while len(self._own) > MOST_COUNTED:
            self._own.popitem(last=False)
        if len(given) == self._limit.count and (left := given[0] + 60.0 - now) > 0:
            return left
        given.append(now)
        return 0.0


def too_many(wait_s: float, what: str) -> Problem:
    """The rate is used up for so many seconds."""
    seconds = max(1, math.ceil(wait_s))
    return Problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        f"Too many {what} within a minute. The next is taken in {seconds} s.",
        headers={"Retry-After": str(seconds)},
    )


class AtOnce:
    """Lets so many requests in at once, streams apart, which have a bound of their own."""

    def __init__(self, app: App, most: int) -> None:
        self._app = app
        self._most = most
        self._now = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].endswith("/events"):
            await self._app(scope, receive, send)
            return
        if self._now >= self._most:
            raise busy("All hands are full here. Try again in a moment.", 1)
        self._now += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._now -= 1


class Bodies:
    """Refuses bodies that are too large, too slow, or in a form that is not read here.

    Uvicorn has no bound of its own. What is counted is what arrives, since a chunked body says no
    length and a length may lie.
    """

    def __init__(
        self, app: App, settings: Settings, upload_path: str, json_paths: Collection[str]
    ) -> None:
        self._app = app
        self._settings = settings
        self._upload_path = upload_path
        self._json_paths = json_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_upload = scope["path"] == self._upload_path
        if is_upload:
            most = self._settings.api_upload_mb * MIB + FORM_BYTES
        else:
            most = self._settings.api_body_kb * KIB
        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length[:20]) > most:
            raise _too_large(most)
        if scope["method"] == "POST" and (is_upload or scope["path"] in self._json_paths):
            _known_form(headers, FORM if is_upload else JSON)
        arrived = 0

        async def counted() -> Message:
            nonlocal arrived
            try:
                async with asyncio.timeout(self._settings.api_body_timeout_s):
                    message = await receive()
            except TimeoutError:
                raise Problem(
                    HTTPStatus.REQUEST_TIMEOUT,
                    "The body of the request did not arrive in time. Send it again.",
                    headers=CLOSE,
                ) from None
            arrived += len(message.get("body", b""))
            if arrived > most:
                raise _too_large(most)
            return message

        done = False

        async def receiving() -> Message:
            # Once the body is there, what is waited for is the client's going away.
            nonlocal done
            message = await (receive() if done else counted())
            done = done or not message.get("more_body", False)
            return message

        await self._app(scope, receiving, send)


def _known_form(headers: Headers, wanted: str) -> None:
    coding = headers.get("content-encoding", "identity").strip().lower()
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if coding != "identity":
        text = f"Bodies are taken as they are, not as {coding[:40]!r}."
    elif kind != wanted:
        text = f"The body must be {wanted}, not {kind[:80]!r}."
    else:
        return
    raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, text, headers=CLOSE)


def _too_large(most: int) -> Problem:
    return Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"The body of a request may have {most:,} bytes here. Send less at once.",
        headers=CLOSE,
    )
