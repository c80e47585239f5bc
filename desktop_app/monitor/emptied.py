"""Whether the broker came back without what it held."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final

import redis

from desktop_app.monitor.rows import Loss, QueueRow

# The server counts its time in whole seconds, and its clock is another one.
_SLACK_SECONDS: Final = 2.0

_log = logging.getLogger(__name__)


class Emptied:
    """Told of each count of the queues, it says when the broker was started anew and came back
    empty although messages had waited.

    It is said only where the server itself leaves no doubt: it is another run, no older than the
    count before, no copy of another server, and it loaded nothing when it began. A server that was
    emptied by a command, or another one that took over, is not called so.
    """

    def __init__(self) -> None:
        self._run = ""
        self._at = 0.0
        self._waiting: dict[str, int] = {}
        self._may_ask = True

    def look(self, client: redis.Redis, rows: Sequence[QueueRow], at: float) -> Loss | None:
        """``rows`` are the queues as counted ``at`` that time, just before this call.

        Raises:
            redis.RedisError: the broker does not answer. The same is asked with the next count.
        """
        run = self._run_id(client)
        lost = None
        if self._run and run != self._run and self._waiting:
            told: Any = client.info()
            if _began_empty(told, client, at - self._at):
                lost = Loss(at, self._at, self._waiting)
        self._run, self._at = run, at
        self._waiting = {row.name: row.depth for row in rows if row.depth}
        return lost

    def _run_id(self, client: redis.Redis) -> str:
        if not self._may_ask:
            return ""
        try:
            told: Any = client.info("server")
        except redis.ResponseError as error:
            if isinstance(error, redis.exceptions.BusyLoadingError):
                raise
            _log.info("Whether the broker is started anew is not known: %s", error)
            self._may_ask = False
            return ""
        return str(told.get("run_id", ""))


def _began_empty(told: Mapping[str, Any], client: redis.Redis, elapsed: float) -> bool:
    uptime, loaded = told.get("uptime_in_seconds"), told.get("rdb_last_load_keys_loaded")
    if not isinstance(uptime, int) or uptime > elapsed + _SLACK_SECONDS:
        return False
    if told.get("role") != "master" or told.get("loading"):
        return False
    # What an append-only file brought is not among the keys loaded.
    if loaded == 0 and not told.get("aof_enabled"):
        return True
    return loaded in {0, None} and client.dbsize() == 0
