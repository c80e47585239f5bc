"""The door: lets in who has a good token and has not asked too much, and writes down the others.

It stands before the routes, so that nothing of a request is read, and no route's existence told,
before it is known who asks.
"""

from datetime import UTC, datetime
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from worker_core.api.context import App, Receive, Scope, Send, passage
from worker_core.api.guard import Caller, Tokens, unauthorized
from worker_core.api.limits import Rate, too_many
from worker_core.api.problems import of_error, response
from worker_core.api.services import Services
from worker_core.operations.errors import OperationError
from worker_core.operations.users import token_id
from worker_core.storage import AuditEntry

OPEN: Final = frozenset({"/healthz", "/readyz", "/api/openapi.json"})


class Door:
    """Everything but `OPEN` needs a token."""

    def __init__(self, app: App, services: Services) -> None:
        self._app = app
        self._services = services
        self._tokens: Tokens = services.tokens
        values = services.settings
        self._rate = Rate(values, "api", values.api_requests_a_minute)
        self._denials = Rate(values, "api-denied", values.api_denials_a_minute)

    def close(self) -> None:
        """Give the connections of the rates back."""
        self._rate.close()
        self._denials.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            if scope["path"] not in OPEN:
                await self._admit(scope)
            await self._app(scope, receive, send)
        except HTTPException as refused:
            if passage(scope).status:
                raise
            await response(refused, passage(scope).request_id)(scope, receive, send)

    async def _admit(self, scope: Scope) -> None:
        """Find out who asks, and let them in.

        Raises:
            Problem: 401, 429 or 503.
        """
        about = passage(scope)
        caller = await self._caller(scope)
        about.user, about.token = caller.name, caller.token
        if (wait := await self._rate.wait(caller.owner)) > 0:
            raise too_many(wait, "requests")
        scope["state"] = {**scope.get("state", {}), "caller": caller}

    async def _caller(self, scope: Scope) -> Caller:
        authorization = Headers(scope=scope).get("authorization", "")
        try:
            if (caller := await self._tokens.caller(authorization)) is not None:
                return caller
            await self._deny(scope, authorization)
        except OperationError as error:
            raise of_error(error) from error
        raise unauthorized()

    async def _deny(self, scope: Scope, authorization: str) -> None:
        """Write down who was not let in, up to a rate: a flood must not fill the database."""
        about = passage(scope)
        if (wait := await self._denials.wait(about.address or "unknown")) > 0:
            raise too_many(wait, "requests without a good token")
        shown = token_id(authorization.partition(" ")[2])
        await self._services.note(
            AuditEntry(
                datetime.now(UTC),
                "sign-in",
                "denied",
                token=shown or "",
                subject=f"{scope['method']} {scope['path']}",
                address=about.address,
                request_id=about.request_id,
                detail="unknown, expired or revoked token" if shown else "no token",
            )
        )
