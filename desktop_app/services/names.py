"""Names out of the store, to complete what someone types."""

from collections.abc import Callable

from desktop_app.services.blocking import Blocking
from worker_core.operations import names
from worker_core.storage import NamedRecord

MOST = 20


class Names:
    """Of the database of the connection in use, of which there is none while ``none`` says so. Its
    coroutine raises OperationError."""

    def __init__(self, blocking: Blocking, none: Callable[[], bool] = lambda: False) -> None:
        self._blocking = blocking
        self._none = none

    async def find(self, kind: str, typed: str) -> tuple[NamedRecord, ...]:
        """What of that kind fits what was typed, the likeliest first."""
        if self._none():
            return ()
        return await self._blocking.run(names.find, kind, typed, limit=MOST)
