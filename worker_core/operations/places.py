"""Where the values that documents report stand in their texts."""

from decimal import Decimal

from worker_core.operations.ledger import stored
from worker_core.settings import Settings, current
from worker_core.storage import ArtifactError

MEBIBYTE = 2**20


def place(
    document_id: int,
    source: str,
    label: str | None = None,
    value: Decimal | None = None,
    *,
    settings: Settings | None = None,
) -> tuple[int, int] | None:
    """Start and end of a fact's value in the document's text, or of the row it stands in; None
    where it is not to be found: it is hidden on the page, or the file is not kept any more.

    Args:
        source, label, value: of the stored fact.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    from worker_core.documents.places import place_of

    if not source:
        return None
    values = settings or current()
    with stored(values) as storage:
        record = storage.documents.get(document_id)
        text = None if record is None else storage.documents.text(record.id)
        if record is None or not text:
            return None
        try:
            with storage.artifacts.open(record.sha256) as file:
                data = file.read(values.max_document_mb * MEBIBYTE)
        except ArtifactError:
            return None
    return place_of(text, source, label, value, data)
