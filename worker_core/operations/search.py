"""Looking through the stored documents."""

from worker_core.operations.errors import BadQuery
from worker_core.operations.ledger import stored
from worker_core.settings import Settings
from worker_core.storage import DocumentRecord, SearchFilters, SearchHit, StorageError


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
        try:
            return storage.search.find(words, filters, limit, after)
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
