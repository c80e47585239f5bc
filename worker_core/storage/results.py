"""Results of tasks that are too large for the result store, for as long as results are kept."""

import zlib
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, delete, select

from worker_core.storage import schema
from worker_core.storage.engine import insert, reading, writing
from worker_core.storage.errors import StorageError

_results = schema.results

# Fast: JSON shrinks to a fifth at any level, and a task waits for it.
_LEVEL = 1


class ResultRepository:
    """The large results in one database. Any number of threads may share it.

    Every method raises `StorageError` when the database cannot do its part.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, task_id: str, body: bytes, kept_s: float) -> None:
        """Store a task's result for ``kept_s`` seconds, in the place of an earlier one."""
        now = datetime.now(UTC)
        values = {
            "body": zlib.compress(body, _LEVEL),
            "bytes": len(body),
            "created_at": now,
            "expires_at": now + timedelta(seconds=kept_s),
        }
        with writing(self._engine) as connection:
            connection.execute(
                insert(connection, _results)
                .values(task_id=task_id, **values)
                .on_conflict_do_update(index_elements=["task_id"], set_=values)
            )

    def load(self, task_id: str) -> bytes | None:
        """The result as it was handed in; None for none, or one that has expired.

        Raises:
            StorageError: code ``corrupt`` if it is not what was stored.
        """
        query = select(_results.c.body, _results.c.bytes).where(
            _results.c.task_id == task_id, _results.c.expires_at > datetime.now(UTC)
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _opened(task_id, row.body, row.bytes)

    def forget_expired(self) -> int:
        """Remove what has expired; how many results that were."""
        with writing(self._engine) as connection:
            gone = delete(_results).where(_results.c.expires_at <= datetime.now(UTC))
            return connection.execute(gone).rowcount


def _opened(task_id: str, packed: bytes, size: int) -> bytes:
    """Never more than ``size``, whatever the packed bytes would grow to."""
    opener = zlib.decompressobj()
    try:
        body = opener.decompress(packed, max(size, 1))
    except zlib.error:
        body = b""
    if len(body) != size or opener.unconsumed_tail:
        raise StorageError(
            "corrupt",
            f"The stored result of the task {task_id} is damaged.",
            "Run the task again.",
        )
    return body
