"""Who asks: bearer tokens, looked up in the database with each request.

Those of requests that come at once are looked up in one query, so that a token which was revoked
opens nothing any more (docs/decisions/0020).
"""

import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

from worker_core.api.problems import Problem
from worker_core.api.together import Together
from worker_core.operations.ledger import stored
from worker_core.operations.users import digest, owner_of, token_id
from worker_core.settings import Settings
from worker_core.storage import Role, TokenRecord, UserRecord

MOST_REMEMBERED: Final = 10_000
CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="afi"'}
_RANK: Final[Mapping[Role, int]] = {"analyst": 0, "operator": 1, "admin": 2}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. ``digest`` is that of the token."""

    name: str
    role: Role
    token: str
    digest: str
    expires_at: datetime

    @property
    def owner(self) -> str:
        """What the caller is called where things are owned."""
        return owner_of(self.name)

    def may(self, role: Role) -> bool:
        """Whether the caller has at least this role."""
        return _RANK[self.role] >= _RANK[role]


class Tokens:
    """Finds out whose a token is. A good one is remembered for as long as the settings say, which
    is not at all by default; a bad one never."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: OrderedDict[str, tuple[float, Caller]] = OrderedDict()
        self._used: dict[str, datetime] = {}
        self._looks: Together[str, Caller | None] = Together(self._look_up)

    async def caller(self, authorization: str) -> Caller | None:
        """Whose token the header ``authorization`` holds; None where it is none that is good.

        Raises:
            LedgerUnavailable: the database does not answer.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or token_id(token) is None:
            return None
        return await self._good(digest(token))

    async def still(self, caller: Caller) -> bool:
        """Whether the caller's token is good now, whatever is remembered.

        Raises:
            LedgerUnavailable: the database does not answer.
        """
        self._known.pop(caller.digest, None)
        return await self._good(caller.digest) == caller

    def uses(self) -> dict[str, datetime]:
        """When tokens were last used, since this was asked the last time."""
        used, self._used = self._used, {}
        return used

    def unsaid(self, uses: Mapping[str, datetime]) -> None:
        """Take uses back that could not be noted."""
        self._used = dict(uses) | self._used

    async def _good(self, key: str) -> Caller | None:
        now, at = time.monotonic(), datetime.now(UTC)
        known = self._known.get(key)
        if known is not None and known[0] > now:
            caller: Caller | None = known[1]
        else:
            caller = await self._looks(key)
            self._known.pop(key, None)
            if caller is not None and self._settings.api_token_cache_s:
                self._known[key] = (now + self._settings.api_token_cache_s, caller)
                while len(self._known) > MOST_REMEMBERED:
                    self._known.popitem(last=False)
        if caller is None or caller.expires_at <= at:
            return None
        self._used[caller.token] = at
        return caller

    def _look_up(self, keys: Sequence[str]) -> list[Caller | None]:
        with stored(self._settings) as storage:
            found = storage.access.by_digests(set(keys))
        return [_caller(key, found.get(key)) for key in keys]


def _caller(key: str, found: tuple[TokenRecord, UserRecord] | None) -> Caller | None:
    if found is None:
        return None
    token, user = found
    if token.revoked_at is not None or user.disabled_at is not None:
        return None
    return Caller(user.name, user.role, token.id, key, token.expires_at)


def unauthorized() -> Problem:
    """The same for no token, a wrong one, one that expired and one that was revoked."""
    return Problem(
        HTTPStatus.UNAUTHORIZED,
        "A good token is needed: Authorization: Bearer afi_…  An administrator makes one with "
        "“afi users token”.",
        headers=CHALLENGE,
    )


def forbidden(caller: Caller, roles: Iterable[Role]) -> Problem:
    """What was asked needs another role."""
    return Problem(
        HTTPStatus.FORBIDDEN,
        f"This needs the role {' or '.join(roles)}; {caller.name} is {caller.role}.",
    )
