"""Names out of the store, to complete what someone types."""

from desktop_app.services.blocking import Blocking
from worker_core.operations import names
from worker_core.storage import NamedRecord

MOST = 20


class Names:
    """Of the database of the connection in use. Its coroutine raises OperationError."""

    def __init__(self, blocking: Blocking) -> None:
        self._blocking = blocking

    async def find(self, kind: str, typed: str) -> tuple[NamedRecord, ...]:
        """What of that kind fits what was typed, the likeliest first."""
        return await self._blocking.run(names.find, kind, typed, limit=MOST)
