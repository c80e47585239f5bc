"""What is stored by name, for whoever types the beginning of one."""

from worker_core.operations.ledger import stored
from worker_core.settings import Settings
from worker_core.storage import NAME_KINDS, NamedRecord


def find(
    kind: str, typed: str, *, limit: int = 20, settings: Settings | None = None
) -> tuple[NamedRecord, ...]:
    """What of that kind is stored and fits what was typed; nothing of a kind that is not known.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    if kind not in NAME_KINDS:
        return ()
    with stored(settings) as storage:
        return storage.names.find(kind, typed, limit=limit)
