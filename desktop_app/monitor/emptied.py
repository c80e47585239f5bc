"""Whether the broker lost what it held: started anew, or emptied by a command."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final

import redis

from desktop_app.monitor.rows import Loss, QueueRow

# The server counts its time in whole seconds, and its clock is another one.
_SLACK_SECONDS: Final = 2.0

_log = logging.getLogger(__name__)


class Emptied:
    """Told of each count of the queues, it says when messages that had waited are gone with all
    that the broker held.

    It is said only where the server itself leaves no doubt. Either it is another run, no older
    than the count before, no copy of another server, and it loaded nothing when it began. Or it
    has carried out FLUSHALL or FLUSHDB since, and most of the database is gone. A queue that
    someone purged, or another server that took over, is not called so.
    """

    def __init__(self) -> None:
        self._run = ""
        self._at = 0.0
        self._waiting: dict[str, int] = {}
        self._keys = self._flushes = 0
        self._may_ask = True

    def look(self, client: redis.Redis, rows: Sequence[QueueRow], at: float) -> Loss | None:
        """``rows`` are the queues as counted ``at`` that time, just before this call.

        Raises:
            redis.RedisError: the broker does not answer. The same is asked with the next count.
        """
        run = self._run_id(client)
        waiting = {row.name: row.depth for row in rows if row.depth}
        lost = None
        if self._run and run != self._run:
            if self._waiting and _began_empty(_info(client), client, at - self._at):
                lost = Loss(at, self._at, self._waiting)
        elif run and self._waiting.keys() - waiting.keys() and self._was_flushed(client):
            lost = Loss(at, self._at, self._waiting, by_command=True)
        if run and waiting and (lost or run != self._run or not self._waiting):
            self._flushes = _flushes(client)
        if run and waiting:
            self._keys = _keys(client)
        self._run, self._at, self._waiting = run, at, waiting
        return lost

    def _was_flushed(self, client: redis.Redis) -> bool:
        # The count is of all databases: that this one is nearly empty tells that it was meant.
        return _flushes(client) > self._flushes and _keys(client) <= self._keys // 2

    def _run_id(self, client: redis.Redis) -> str:
        if not self._may_ask:
            return ""
        try:
            told = _info(client, "server")
        except redis.ResponseError as error:
            if isinstance(error, redis.exceptions.BusyLoadingError):
                raise
            _log.info("Whether the broker is started anew is not known: %s", error)
            self._may_ask = False
            return ""
        return str(told.get("run_id", ""))


def _info(client: redis.Redis, *sections: str) -> dict[str, Any]:
    told: Any = client.info(*sections)
    return dict(told)


def _flushes(client: redis.Redis) -> int:
    """How often the server was told to empty a database since it began."""
    told = _info(client, "commandstats")
    commands = (told.get(f"cmdstat_{name}", {}) for name in ("flushall", "flushdb"))
    return sum(int(command.get("calls", 0)) for command in commands)


def _keys(client: redis.Redis) -> int:
    number: Any = client.dbsize()
    return int(number)


def _began_empty(told: Mapping[str, Any], client: redis.Redis, elapsed: float) -> bool:
    uptime, loaded = told.get("uptime_in_seconds"), told.get("rdb_last_load_keys_loaded")
    if not isinstance(uptime, int) or uptime > elapsed + _SLACK_SECONDS:
        return False
    if told.get("role") != "master" or told.get("loading"):
        return False
    # What an append-only file brought is not among the keys loaded.
    if loaded == 0 and not told.get("aof_enabled"):
        return True
    return loaded in {0, None} and _keys(client) == 0
