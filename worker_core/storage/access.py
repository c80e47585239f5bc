"""Users and their tokens."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, Row, bindparam, or_, select, update

from worker_core.storage import schema
from worker_core.storage.access_records import Role, TokenRecord, UserRecord
from worker_core.storage.cleaning import short
from worker_core.storage.engine import insert, reading, writing
from worker_core.storage.errors import StorageError

_users = schema.users
_tokens = schema.tokens
# All but the digest, which nobody needs to see.
_SHOWN = [column for column in _tokens.c if column.name != "digest"]
# Made once: every request of the API asks it.
_BY_DIGEST = (
    select(_tokens, _users.c.role, _users.c.created_at.label("since"), _users.c.disabled_at)
    .join(_users, _users.c.name == _tokens.c.user_name)
    .where(_tokens.c.digest.in_(bindparam("digests", expanding=True)))
)
_USED = (
    update(_tokens)
    .where(
        _tokens.c.id == bindparam("of"),
        or_(
            _tokens.c.last_used_at.is_(None),
            _tokens.c.last_used_at < bindparam("at", type_=schema.UtcDateTime),
        ),
    )
    .values(last_used_at=bindparam("at", type_=schema.UtcDateTime))
)


class AccessRepository:
    """The users of one database. Any number of threads may share it.

    Every method raises `StorageError` when the database cannot do its part.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def set_user(self, name: str, role: Role) -> UserRecord:
        """Add a user, or give one that is known this role; a disabled one is enabled again."""
        with writing(self._engine) as connection:
            row = connection.execute(
                insert(connection, _users)
                .values(name=name, role=role, created_at=datetime.now(UTC))
                .on_conflict_do_update(
                    index_elements=["name"], set_={"role": role, "disabled_at": None}
                )
                .returning(*_users.c)
            ).one()
        return UserRecord(**row._mapping)

    def user(self, name: str) -> UserRecord | None:
        """The user of that name."""
        with reading(self._engine) as connection:
            row = connection.execute(select(_users).where(_users.c.name == name)).one_or_none()
        return None if row is None else UserRecord(**row._mapping)

    def users(self) -> tuple[UserRecord, ...]:
        """All users by name."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(_users).order_by(_users.c.name))
            return tuple(UserRecord(**row._mapping) for row in rows)

    def disable(self, name: str) -> bool:
        """Let a user in no more and revoke all their tokens; False if there is no such user."""
        now = datetime.now(UTC)
        with writing(self._engine) as connection:
            known = connection.execute(
                update(_users)
                .where(_users.c.name == name)
                .values(disabled_at=now)
                .returning(_users.c.name)
            ).one_or_none()
            connection.execute(
                update(_tokens)
                .where(_tokens.c.user_name == name, _tokens.c.revoked_at.is_(None))
                .values(revoked_at=now)
            )
        return known is not None

    def add_token(
        self, user_name: str, token_id: str, digest: str, expires_at: datetime, note: str = ""
    ) -> TokenRecord:
        """Keep a user's new token by its digest.

        Raises:
            StorageError: there is no such user, or they are disabled; code ``unknown_user``.
        """
        with writing(self._engine) as connection:
            user = connection.execute(
                select(_users.c.disabled_at).where(_users.c.name == user_name)
            ).one_or_none()
            if user is None or user.disabled_at is not None:
                raise StorageError(
                    "unknown_user",
                    f"There is no user {user_name}."
                    if user is None
                    else f"The user {user_name} was revoked.",
                    "“afi users list” shows those there are, “afi users add” adds one.",
                )
            row = connection.execute(
                insert(connection, _tokens)
                .values(
                    id=token_id,
                    user_name=user_name,
                    digest=digest,
                    note=short(note, 100),
                    created_at=datetime.now(UTC),
                    expires_at=expires_at,
                )
                .returning(*_SHOWN)
            ).one()
        return _token(row)

    def by_digest(self, digest: str) -> tuple[TokenRecord, UserRecord] | None:
        """The token of that digest with its user, whether or not it is still good."""
        return self.by_digests([digest]).get(digest)

    def by_digests(self, digests: Collection[str]) -> dict[str, tuple[TokenRecord, UserRecord]]:
        """As ``by_digest``, for many in one go; those that are none are left out."""
        with reading(self._engine) as connection:
            rows = connection.execute(_BY_DIGEST, {"digests": list(digests)}).all()
        return {
            row.digest: (
                _token(row),
                UserRecord(row.user_name, row.role, row.since, row.disabled_at),
            )
            for row in rows
        }

    def tokens(self, user_name: str | None = None) -> tuple[TokenRecord, ...]:
        """The tokens of a user, or all, oldest first."""
        query = select(*_SHOWN).order_by(_tokens.c.user_name, _tokens.c.created_at, _tokens.c.id)
        if user_name is not None:
            query = query.where(_tokens.c.user_name == user_name)
        with reading(self._engine) as connection:
            return tuple(map(_token, connection.execute(query)))

    def revoke(self, token_id: str) -> TokenRecord | None:
        """Let a token be worth nothing from now on; None if there is none of that id."""
        with writing(self._engine) as connection:
            connection.execute(
                update(_tokens)
                .where(_tokens.c.id == token_id, _tokens.c.revoked_at.is_(None))
                .values(revoked_at=datetime.now(UTC))
            )
            row = connection.execute(select(*_SHOWN).where(_tokens.c.id == token_id)).one_or_none()
        return None if row is None else _token(row)

    def used(self, uses: Mapping[str, datetime]) -> None:
        """Note when tokens, by their ids, were last used."""
        if uses:
            rows = [{"of": token_id, "at": at} for token_id, at in uses.items()]
            with writing(self._engine) as connection:
                connection.execute(_USED, rows)


def _token(row: Row[Any]) -> TokenRecord:
    return TokenRecord(**{column.name: row._mapping[column.name] for column in _SHOWN})
