"""Whether the broker's memory is full, or nearly so."""

import logging
from typing import Any, Final

import redis

# Health checks call it critical from there on.
FULL_SHARE: Final = 0.95
FULL: Final = "The broker's memory is full"
"""How the sentence begins by which pages know it."""

_log = logging.getLogger(__name__)


class Filling:
    """Asked now and then, it says how full the broker is once that is worth a word."""

    def __init__(self) -> None:
        self._may_ask = True

    def look(self, client: redis.Redis) -> str:
        """What happened, what it means and what to do next; empty while there is room, where
        nothing limits the memory, and where the broker's user may not ask.

        Raises:
            redis.RedisError: the broker does not answer.
        """
        if not self._may_ask:
            return ""
        try:
            told: Any = client.info("memory")
        except redis.ResponseError as error:
            if isinstance(error, redis.exceptions.BusyLoadingError):
                raise
            _log.info("How full the broker is, is not known: %s", error)
            self._may_ask = False
            return ""
        return words(told.get("used_memory"), told.get("maxmemory"))


def words(used: object, most: object) -> str:
    """What to say of so many bytes in use of so many."""
    if not isinstance(used, int) or not isinstance(most, int) or most <= 0:
        return ""
    if used < FULL_SHARE * most:
        return ""
    return (
        f"{FULL}: it holds {used / 1e6:,.1f} MB of the {most / 1e6:,.1f} MB that it may. It takes "
        "no new tasks and no results; what is sent meanwhile waits in the ledger of AFI Desk. "
        "Raise maxmemory, start workers for the queues that grow, or clean up results."
    )
