"""Users of the API and their tokens.

A token is ``afi_ID_SECRET``: the id may be shown and finds it again in lists and logs, the secret
has 256 random bits. Only the SHA-256 of the whole is kept. A slow hash would add nothing: nobody
guesses so many bits, and every request would pay for it.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from worker_core.operations.errors import UserRefused
from worker_core.operations.ledger import stored
from worker_core.settings import Settings
from worker_core.storage import AuditEntry, Role, StorageError, TokenRecord, UserRecord

ROLES: tuple[Role, ...] = ("analyst", "operator", "admin")
OWNER = "user:"
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}[a-z0-9]|[a-z0-9]")
TOKEN = re.compile(r"(afi_[a-z2-7]{8})_[A-Za-z0-9_-]{43}")
LONGEST_DAYS = 366
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_COMMAND = "afi users"


@dataclass(frozen=True, slots=True)
class UserWithTokens:
    """A user and their tokens, oldest first."""

    user: UserRecord
    tokens: tuple[TokenRecord, ...]


def owner_of(name: str) -> str:
    """What a user is called where things are owned. Others who own, such as batches and the
    schedule, have prefixes of their own."""
    return OWNER + name


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("ascii", "replace")).hexdigest()


def token_id(token: str) -> str | None:
    """The part of a token that may be shown; None for what has not the form of one."""
    found = TOKEN.fullmatch(token)
    return found[1] if found else None


def add(name: str, role: str, *, settings: Settings | None = None) -> UserRecord:
    """Add a user, or give a known one this role; one that was revoked is let in again, with none
    of their earlier tokens.

    Raises:
        UserRefused: the name or the role is none.
        LedgerUnavailable: the database cannot be used.
    """
    if not NAME.fullmatch(name):
        raise UserRefused(
            f"{name!r} cannot be the name of a user.",
            "A name has up to 64 lower-case letters, digits, dots, hyphens and underscores, and "
            "begins and ends with a letter or digit.",
        )
    if role not in ROLES:
        raise UserRefused(f"There is no role {role!r}.", f"The roles are {', '.join(ROLES)}.")
    with stored(settings) as storage:
        user = storage.access.set_user(name, role)
        storage.audit.add([_entry("user-set", name, "ok", role)])
    return user


def new_token(
    name: str, days: float = 90, note: str = "", *, settings: Settings | None = None
) -> tuple[str, TokenRecord]:
    """A new token of a user for so many days: the token itself, which cannot be had again, and
    what is kept of it.

    Raises:
        UserRefused: there is no such user, or the days are none.
        LedgerUnavailable: the database cannot be used.
    """
    if not 0 < days <= LONGEST_DAYS:
        raise UserRefused(
            f"A token cannot be good for {days:g} days.",
            f"Give a number above 0 and up to {LONGEST_DAYS}.",
        )
    shown = "afi_" + "".join(secrets.choice(_ALPHABET) for _ in range(8))
    token = f"{shown}_{secrets.token_urlsafe(32)}"
    expires = datetime.now(UTC) + timedelta(days=days)
    with stored(settings) as storage:
        try:
            record = storage.access.add_token(name, shown, digest(token), expires, note)
        except StorageError as error:
            if error.code != "unknown_user":
                raise
            raise UserRefused(error.message, error.remedy) from error
        storage.audit.add([_entry("token-made", f"{name} {shown}", "ok", f"until {expires:%F}")])
    return token, record


def revoke(what: str, *, settings: Settings | None = None) -> str:
    """Revoke a token by its id, or a user with all their tokens by their name; what was done, in
    words.

    Raises:
        UserRefused: there is neither.
        LedgerUnavailable: the database cannot be used.
    """
    what = token_id(what) or what
    with stored(settings) as storage:
        if what.startswith("afi_"):
            record = storage.access.revoke(what)
            done = None if record is None else f"The token {what} of {record.user_name} is revoked."
        else:
            known = storage.access.disable(what)
            done = f"The user {what} is revoked, with all their tokens." if known else None
        if done is None:
            raise UserRefused(
                f"There is no user and no token {what!r}.", f"“{_COMMAND} list” shows them."
            )
        storage.audit.add([_entry("revoked", what, "ok")])
    return done


def listed(settings: Settings | None = None) -> tuple[UserWithTokens, ...]:
    """All users by name, with their tokens.

    Raises:
        LedgerUnavailable: the database cannot be read.
    """
    with stored(settings) as storage:
        users, tokens = storage.access.users(), storage.access.tokens()
    return tuple(
        UserWithTokens(user, tuple(one for one in tokens if one.user_name == user.name))
        for user in users
    )


def _entry(action: str, subject: str, outcome: str, detail: str = "") -> AuditEntry:
    """By whoever sits at this computer."""
    import getpass

    try:
        login = getpass.getuser()
    except (OSError, KeyError):
        login = "unknown"
    return AuditEntry(
        datetime.now(UTC),
        action,
        outcome,
        actor=f"login:{login}",
        subject=subject,
        address="command line",
        detail=detail,
    )
