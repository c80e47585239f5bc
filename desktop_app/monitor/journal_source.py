"""One connection to the broker's event journal: its commands and what they answer."""

import threading
import time
from collections.abc import Callable
from typing import Any, Final

import msgspec
from redis import exceptions

from desktop_app.monitor.link import Link
from worker_core.operations.journal import FIELD

BEGINNING: Final = "0-0"
BITE: Final = 500
_LOOK_UP_SECONDS: Final = 0.2
_BLOCK_MS: Final = 1000
_DEAD_AFTER_SECONDS: Final = 12.0

# The id, and the events as JSON; None for an entry that someone else has put there.
Entry = tuple[str, bytes | None]


class Absent(Exception):  # noqa: N818 - the usual case with applications of others
    """The broker has no journal, or none that this user may read."""


class Extent(msgspec.Struct, frozen=True):
    """What a stream says of itself. ``added`` counts what has been cut off as well; it is None
    where the server does not count (Redis before 7)."""

    length: int
    added: int | None
    first_id: str | None

    @property
    def cut_off(self) -> int | None:
        return None if self.added is None else self.added - self.length


class JournalSource:
    """A connection of its own, made by ``open``. After any error it is of no more use.

    ``stopping`` ends whatever waits for an answer, with a ``TimeoutError`` of redis-py's.
    """

    def __init__(self, link: Link, stopping: threading.Event) -> None:
        self._key = link.journal_key()
        self._stopping = stopping
        self._connection = link.subscriber()
        self._ahead = 0.0

    def open(self, now: Callable[[], float]) -> None:
        self._connection.connect()
        seconds, micros = self._ask("TIME")
        self._ahead = now() - int(seconds) - int(micros) / 1e6

    def close(self) -> None:
        """May be called from any thread: whoever waits for an answer waits no longer."""
        self._connection.disconnect()

    def time_of(self, entry_id: str) -> float:
        """When an entry was made, by this computer's clock."""
        return order(entry_id)[0] / 1000 + self._ahead

    def holds(self, entry_id: str) -> bool:
        return bool(self._ask("XRANGE", self._key, entry_id, entry_id))

    def look(self, after: str) -> tuple[Extent, list[Entry]]:
        """The journal's extent and the next bite after an id, as of one moment.

        Raises:
            Absent: there is nothing to read.
        """
        try:
            self._ask("MULTI")
            self._ask("XINFO", "STREAM", self._key)
            self._ask("XREAD", "COUNT", str(BITE), "STREAMS", self._key, after)
            about, found = self._ask("EXEC")
        except exceptions.ResponseError as error:
            raise Absent(str(error)) from error
        if isinstance(about, Exception) or isinstance(found, Exception):
            raise Absent(str(about))
        facts = dict(zip(about[::2], about[1::2], strict=False))
        first = facts.get(b"first-entry")
        first_id = first[0].decode() if first else None
        return Extent(facts[b"length"], facts.get(b"entries-added"), first_id), _entries(found)

    def wait(self, after: str) -> list[Entry]:
        """The next bite after an id; empty if nothing is added for a second."""
        words = ("XREAD", "COUNT", str(BITE), "BLOCK", str(_BLOCK_MS), "STREAMS", self._key)
        return _entries(self._ask(*words, after))

    def _ask(self, *words: str) -> Any:
        self._connection.send_command(*words, check_health=False)
        asked_at = time.monotonic()
        while True:
            try:
                return self._connection.read_response(
                    timeout=_LOOK_UP_SECONDS, disconnect_on_error=False
                )
            except exceptions.TimeoutError:
                if self._stopping.is_set() or time.monotonic() - asked_at > _DEAD_AFTER_SECONDS:
                    raise


def order(entry_id: str) -> tuple[int, int]:
    """What ids are compared by; the first part is in milliseconds."""
    milliseconds, _, number = entry_id.partition("-")
    return int(milliseconds), int(number)


def _entries(reply: Any) -> list[Entry]:
    if not reply:
        return []
    entries = []
    for entry_id, words in reply[0][1]:
        fields = dict(zip(words[::2], words[1::2], strict=False))
        entries.append((entry_id.decode(), fields.get(FIELD.encode())))
    return entries
