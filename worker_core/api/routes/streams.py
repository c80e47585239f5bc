"""The course of a task as a stream of server-sent events.

An event is what is known of the task now, not a step of it: its id stands for that state, so that a
client that was cut off sends its last id and is told only what has changed since.
"""

import asyncio
import hashlib
import time
from collections import Counter
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response, StreamingResponse

from worker_core.api.call import Call, TaskId, call
from worker_core.api.context import Receive, Scope, Send
from worker_core.api.models import PREFIX, task_status
from worker_core.api.problems import Problem
from worker_core.operations.errors import OperationError
from worker_core.operations.followed import ENDED, Look

router = APIRouter(prefix=PREFIX, tags=["tasks"])

LOOK_EVERY_S: Final = 0.5
HEARTBEAT_S: Final = 15.0
# Whoever may not read any more is told no more, however much there is to tell.
TOKEN_EVERY_S: Final = 5.0
RETRY_MS: Final = 3000
MEDIA_TYPE: Final = "text/event-stream"

LastEventId = Annotated[
    str | None,
    Header(
        alias="Last-Event-ID",
        max_length=64,
        pattern=r"^[!-~]{1,64}$",
        description="Of the last event that arrived.",
    ),
]


class Open:
    """How many streams each user has open at this process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._by_user: Counter[str] = Counter()

    def enter(self, user: str) -> None:
        """Count one more.

        Raises:
            Problem: 429, the user has as many as may be.
        """
        if self._by_user[user] >= self._most:
            raise Problem(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"{self._most} streams are open already. Close one, or ask for the status.",
                headers={"Retry-After": "5"},
            )
        self._by_user[user] += 1

    def leave(self, user: str) -> None:
        """Count one less."""
        self._by_user[user] -= 1
        if self._by_user[user] <= 0:
            del self._by_user[user]


@router.get(
    "/task/{task_id}/events",
    response_class=StreamingResponse,
    operation_id="task_events",
    summary="The course of a task as it happens",
    responses={
        200: {
            "description": "Events “status”, and “end” at the end; their data are those of the "
            "status without the result. A comment every 15 s shows that the stream lives.",
            "content": {MEDIA_TYPE: {}},
        },
        204: {"description": "All was told already: the task has ended."},
    },
)
async def events(request: Request, task_id: TaskId, last_event_id: LastEventId = None) -> Response:
    """Server-sent events, from the state now to the end of the task."""
    asked = call(request)
    look = await asked.own(task_id, "read")
    if look.state in ENDED and last_event_id == _id(look):
        # What tells a browser's EventSource to stop.
        return Response(status_code=HTTPStatus.NO_CONTENT)
    streams: Open = request.app.state.streams
    return _Counted(streams, asked.caller.name, _told(asked, look, last_event_id or ""))


class _Counted(StreamingResponse):
    """Counts as open while it is sent. What it sends could not count: where the client is gone
    before the first of it, that is never begun, and so never ended."""

    def __init__(self, streams: Open, user: str, content: AsyncIterator[str]) -> None:
        super().__init__(content, media_type=MEDIA_TYPE)
        self._streams = streams
        self._user = user

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._streams.enter(self._user)
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._streams.leave(self._user)


async def _told(asked: Call, look: Look, last: str) -> AsyncIterator[str]:
    try:
        yield f"retry: {RETRY_MS}\n\n"
        heard = checked = time.monotonic()
        while True:
            if (now := _id(look)) != last:
                last, heard = now, time.monotonic()
                yield _event(look, now)
            if look.state in ENDED:
                return
            await asyncio.sleep(LOOK_EVERY_S)
            at = time.monotonic()
            if at - checked >= TOKEN_EVERY_S:
                checked = at
                if not await asked.services.tokens.still(asked.caller):
                    return
            if at - heard >= HEARTBEAT_S:
                heard = at
                yield ": alive\n\n"
            found = await asked.services.look(look.record.id)
            if found is None:
                return
            look = found
    except (OperationError, Problem):
        # The client comes back by itself, and is told then what is the matter.
        return


def _event(look: Look, event_id: str) -> str:
    kind = "end" if look.state in ENDED else "status"
    data = task_status(look).model_dump_json()
    return f"id: {event_id}\nevent: {kind}\ndata: {data}\n\n"


def _id(look: Look) -> str:
    record = look.record
    known = (look.state, look.progress, record.attempts, record.retries, look.error)
    return hashlib.sha256(repr(known).encode()).hexdigest()[:16]
