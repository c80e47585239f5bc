"""Around every request: its id, its headers, its line in the access log, the last resort."""

import json
import logging
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders

from worker_core.api.problems import of_error, response

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

log = logging.getLogger(__name__)
access = logging.getLogger("afi.access")

REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
LONGEST_PATH: Final = 500
# Answers are for programs: nothing of them is ever to be shown, framed, sniffed or kept.
SECURITY_HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
HSTS: Final = "max-age=31536000"


@dataclass(slots=True)
class Passage:
    """What is known of a request while it lasts."""

    request_id: str
    address: str
    began: float = field(default_factory=time.perf_counter)
    user: str = ""
    token: str = ""
    task_id: str = ""
    status: int = 0
    sent: int = 0


def passage(scope: Scope) -> Passage:
    """That of a request."""
    found: Passage = scope["afi"]
    return found


class Surroundings:
    """The outermost layer."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = Headers(scope=scope).get("x-request-id", "")
        client = scope.get("client")
        about = Passage(
            # Only a well-formed id is taken: it goes into logs, headers and messages.
            told if REQUEST_ID.fullmatch(told) else uuid4().hex,
            client[0] if client else "",
        )
        scope["afi"] = about
        secure = scope.get("scheme") == "https"

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                about.status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = about.request_id
                for name, value in SECURITY_HEADERS.items():
                    headers[name] = value
                if secure:
                    headers["strict-transport-security"] = HSTS
            else:
                about.sent += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            if about.status:
                log.exception("The request %s broke off", about.request_id)
            else:
                problem = of_error(error)
                if problem.status_code >= 500 and not problem.headers:
                    log.exception("The request %s failed", about.request_id)
                await response(problem, about.request_id)(scope, receive, sending)
        finally:
            _write(scope, about)


def _write(scope: Scope, about: Passage) -> None:
    """A line of JSON: whatever a path or header holds, it cannot begin another one."""
    if not access.isEnabledFor(logging.INFO):
        return
    path = scope.get("raw_path") or scope["path"].encode()
    line = {
        "at": datetime.now(UTC).isoformat(),
        "request_id": about.request_id,
        "address": about.address,
        "user": about.user,
        "token": about.token,
        "method": scope["method"],
        "path": path[:LONGEST_PATH].decode("latin-1"),
        "status": about.status,
        "bytes": about.sent,
        "ms": round((time.perf_counter() - about.began) * 1000, 2),
    }
    if about.task_id:
        line["task_id"] = about.task_id
    access.info(json.dumps(line))
