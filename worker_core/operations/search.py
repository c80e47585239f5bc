"""Looking through the stored documents."""

from worker_core.operations.errors import BadQuery
from worker_core.operations.ledger import stored
from worker_core.settings import Settings
from worker_core.storage import (
    DocumentRecord,
    OwnedDocument,
    SearchFilters,
    SearchHit,
    Storage,
    StorageError,
)


def search(
    words: str,
    filters: SearchFilters | None = None,
    limit: int = 20,
    after: int = 0,
    *,
    settings: Settings | None = None,
) -> tuple[SearchHit, ...]:
    """The documents that have the words, as `SearchRepository.find` gives them.

    Raises:
        BadQuery: there is no word to look for, or there are too many.
        LedgerUnavailable: the database does not answer.
    """
    with stored(settings) as storage:
        return _found(storage, words, filters, limit, after)


def search_owned(
    words: str,
    owner: str,
    filters: SearchFilters | None = None,
    limit: int = 20,
    after: int = 0,
    *,
    settings: Settings | None = None,
) -> tuple[tuple[OwnedDocument, SearchHit], ...]:
    """As `search`, among what ``owner`` handed in, and each document as the owner has it.

    Raises:
        BadQuery, LedgerUnavailable: as `search`.
    """
    with stored(settings) as storage:
        hits = _found(storage, words, filters, limit, after, owner)
        owned = storage.owned_documents.named(owner, {hit.document.sha256 for hit in hits})
    # One that was removed in between is nobody's any more.
    return tuple((owned[hit.document.sha256], hit) for hit in hits if hit.document.sha256 in owned)


def _found(
    storage: Storage,
    words: str,
    filters: SearchFilters | None,
    limit: int,
    after: int,
    owner: str | None = None,
) -> tuple[SearchHit, ...]:
    try:
        return storage.search.find(words, filters, limit, after, owner=owner)
    except StorageError as error:
        if error.code != "bad_query":
            raise
        raise BadQuery(error.message, error.remedy) from error


def listed(
    limit: int = 50, before: int | None = None, *, settings: Settings | None = None
) -> tuple[DocumentRecord, ...]:
    """The stored documents, the newest first; ``before`` is the last number of the page before.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    with stored(settings) as storage:
        return storage.documents.list(limit, before)


def behind(*, settings: Settings | None = None) -> int:
    """How many documents a search cannot find, since the index does not have them yet.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    with stored(settings) as storage:
        return storage.search.behind()
