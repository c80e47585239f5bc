"""Whose a document is: everybody who handed in its content, each as they did."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, and_, or_, select

from worker_core.storage import schema
from worker_core.storage.access_records import Claim, OwnedDocument
from worker_core.storage.chosen import conditions
from worker_core.storage.cleaning import display_name, sha256_address, short
from worker_core.storage.engine import insert, reading, writing
from worker_core.storage.rows import document_of, key_of

_owners = schema.document_owners
_documents = schema.documents

# Databases bound how many parameters a statement may have.
_AT_ONCE = 500


class DocumentOwners:
    """Ownership of documents in one database. Any number of threads may share it.

    Every method raises `StorageError` when the database cannot do its part.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(self, claim: Claim) -> None:
        """Note that an owner handed in a content; again under another name: the first stays."""
        with writing(self._engine) as connection:
            take(connection, [claim])

    def owned(self, owner: str, hashes: Collection[str]) -> set[str]:
        """Which of the contents are the owner's."""
        found: set[str] = set()
        with reading(self._engine) as connection:
            for part in _parts(sorted({value.lower() for value in hashes})):
                query = select(_owners.c.content_sha256).where(
                    _owners.c.owner == short(owner, 155), _owners.c.content_sha256.in_(part)
                )
                found.update(connection.scalars(query))
        return found

    def owned_ids(self, owner: str, document_ids: Collection[int]) -> set[int]:
        """Which of the documents, by number, are the owner's."""
        found: set[int] = set()
        with reading(self._engine) as connection:
            for part in _parts(sorted(set(map(key_of, document_ids)))):
                query = (
                    select(_documents.c.id)
                    .join(_owners, _owners.c.content_sha256 == _documents.c.content_sha256)
                    .where(_owners.c.owner == short(owner, 155), _documents.c.id.in_(part))
                )
                found.update(connection.scalars(query))
        return found

    def get(self, owner: str, sha256: str) -> OwnedDocument | None:
        """A document of the owner's by its content."""
        query = _owned().where(
            _owners.c.owner == short(owner, 155),
            _owners.c.content_sha256 == sha256_address(sha256),
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _record(row)

    def named(self, owner: str, hashes: Collection[str]) -> dict[str, OwnedDocument]:
        """Those of the contents that are the owner's, by content."""
        found: dict[str, OwnedDocument] = {}
        with reading(self._engine) as connection:
            for part in _parts(sorted({value.lower() for value in hashes})):
                query = _owned().where(
                    _owners.c.owner == short(owner, 155), _owners.c.content_sha256.in_(part)
                )
                found |= {row.of: _record(row) for row in connection.execute(query)}
        return found

    def list(
        self,
        owner: str,
        limit: int = 50,
        before: tuple[datetime, str] | None = None,
        filters: Iterable[tuple[str, object]] = (),
    ) -> tuple[OwnedDocument, ...]:
        """An owner's documents from the newest on; ``before`` is time and content of the last one
        of the page before. ``filters`` are those of a search but for its section."""
        query = _owned().where(_owners.c.owner == short(owner, 155), *conditions(filters))
        if before is not None:
            at, sha256 = before
            query = query.where(
                or_(
                    _owners.c.added_at < at,
                    and_(_owners.c.added_at == at, _owners.c.content_sha256 < sha256),
                )
            )
        query = query.order_by(_owners.c.added_at.desc(), _owners.c.content_sha256.desc())
        with reading(self._engine) as connection:
            return tuple(map(_record, connection.execute(query.limit(max(limit, 0)))))


def take(connection: Connection, claims: Collection[Claim]) -> None:
    """Note claims within a transaction."""
    now = datetime.now(UTC)
    rows = [
        {
            "owner": short(claim.owner, 155),
            "content_sha256": sha256_address(claim.sha256),
            "filename": display_name(claim.filename),
            "added_at": now,
        }
        for claim in claims
    ]
    if rows:
        connection.execute(insert(connection, _owners).on_conflict_do_nothing(), rows)


def _owned() -> Any:
    """Every column of the document, and those of the ownership under names of their own."""
    return select(
        _owners.c.content_sha256.label("of"),
        _owners.c.filename.label("as_named"),
        _owners.c.added_at,
        *_documents.c,
    ).outerjoin(_documents, _documents.c.content_sha256 == _owners.c.content_sha256)


def _record(row: Row[Any]) -> OwnedDocument:
    values = row._mapping
    found = None
    if values["id"] is not None:
        found = document_of({column.name: values[column.name] for column in _documents.c})
    return OwnedDocument(values["of"], values["as_named"], values["added_at"], found)


def _parts(values: "list[Any]") -> "list[list[Any]]":
    return [values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE)]
