"""The thread that reads the broker's event journal, where the workers keep one.

The journal is a Redis stream that holds what was published while nobody listened. It is read from
its beginning, for the window starts with nothing in memory, and then from the last entry read,
over every break of the connection. What was cut off it before it was read is a recorded ``Gap``.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
from redis import exceptions

from desktop_app.monitor.inbox import Inbox, Message
from desktop_app.monitor.link import Link, Subscriber
from desktop_app.monitor.rows import Gap
from worker_core.operations.journal import FIELD

_LOOK_UP_SECONDS: Final = 0.2
_LOOK_FOR_SECONDS: Final = 2.0
_RETRY_SECONDS: Final = 0.5
_BLOCK_MS: Final = 1000
_DEAD_AFTER_SECONDS: Final = 12.0
# Between two reads: a busy journal is read in a few large bites instead of a thousand small ones.
_PAUSE_SECONDS: Final = 0.05
_KEEP_EVERY_SECONDS: Final = 5.0
_BITE: Final = 500
_BEGINNING: Final = "0-0"
# The last two are what redis-py runs into when its socket is taken away in the middle.
_FAILURES: Final = (exceptions.RedisError, OSError, ValueError, AttributeError)

_log = logging.getLogger(__name__)


class Position(msgspec.Struct, frozen=True):
    """How far a journal has been read: the id of the last entry, how many entries had been added
    up to it since the journal began (None where the server does not count), and when it was read,
    by this computer's clock."""

    id: str
    added: int | None
    at: float


class Span(msgspec.Struct, frozen=True):
    """All that the journal holds of the time from ``start`` to ``end`` has been read, or is
    about to be."""

    start: float
    end: float


class _Extent(msgspec.Struct, frozen=True):
    """What a stream says of itself; ``added`` counts what has been cut off as well."""

    length: int
    added: int | None
    first_id: str | None

    @property
    def cut_off(self) -> int | None:
        return None if self.added is None else self.added - self.length


class JournalReader:
    """Keeps reading the journal of ``link``, if there is one, into ``inbox``.

    ``before`` is where an earlier session ended: what has been cut off since then is a gap.
    ``keep`` is called now and then, and at the end, with where this one stands. ``on_caught_up``
    is called whenever everything there is has been read for the first time after a break. All of
    them are called from the reading thread.
    """

    def __init__(
        self,
        link: Link,
        inbox: Inbox[Any],
        on_caught_up: Callable[[], None],
        *,
        before: Position | None = None,
        keep: Callable[[Position], None] | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._link = link
        self._key = link.journal_key()
        self._inbox = inbox
        self._on_caught_up = on_caught_up
        self._before = before
        self._keep = keep
        self._keep_due = 0.0
        self._now = now
        self._position: Position | None = None
        self._following = False
        self._ahead = 0.0
        self._stopping = threading.Event()
        self._connection: Subscriber | None = None
        self._thread = threading.Thread(target=self._run, name="afi-journal", daemon=True)

    @property
    def following(self) -> bool:
        """Whether new entries arrive by this way now. May be asked from any thread."""
        return self._following

    @property
    def covers(self) -> bool:
        """Whether a break will be made up for, as far as the journal goes. From any thread."""
        return self._position is not None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end; returns at once."""
        self._stopping.set()

    def join(self, timeout: float) -> bool:
        """Wait up to ``timeout`` seconds for the end of the thread; whether it has ended."""
        self._thread.join(timeout / 2)
        connection = self._connection
        if self._thread.is_alive() and connection is not None:
            connection.disconnect()
        self._thread.join(timeout / 2)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            delay = _RETRY_SECONDS
            try:
                connection = self._connection = self._link.subscriber()
                connection.connect()
                self._ahead = self._measure_clock(connection)
                self._follow(connection)
            except _Absent as absent:
                self._lose(absent)
                delay = _LOOK_FOR_SECONDS
            except _FAILURES as error:
                # The event stream, whose connection goes to the same server, tells the user.
                _log.debug("The journal could not be read: %s", error)
            finally:
                self._following = False
                if self._connection is not None:
                    self._connection.disconnect()
                    self._connection = None
            self._stopping.wait(delay)
        self._remember(at_once=True)

    def _follow(self, connection: Subscriber) -> None:
        """Read until the connection breaks or the journal is gone."""
        caught_up, exactly = False, True
        while not self._stopping.is_set():
            extent: _Extent | None = None
            if exactly:
                extent, entries = self._read_exactly(connection)
                if not self._following:
                    if not self._resume(connection, extent):
                        continue
                    self._following = True
                else:
                    self._note_cut(extent)
            else:
                entries = self._wait_for_entries(connection)
            self._take(entries, extent)
            if len(entries) < _BITE and not caught_up:
                caught_up = True
                self._on_caught_up()
            self._remember()
            # After a full bite there is more, of which some may be cut off by now; after a second
            # of nothing the journal may be gone.
            exactly = len(entries) == _BITE or (not entries and extent is None)
            self._wait_for_room(_PAUSE_SECONDS if 0 < len(entries) < _BITE else 0.0)

    def _resume(self, connection: Subscriber, extent: _Extent) -> bool:
        """Find out what was missed since the last connection, or the session before. False if
        what was read must be read again, for it followed a position of another journal."""
        last, self._before = self._position or self._before, None
        begun = self._time(extent.first_id) if extent.first_id else self._now()
        if last is not None and self._began_anew(connection, last, extent):
            message = "The broker lost what it held, and with it events that nobody had read."
            self._inbox.note(Gap(last.at, max(last.at, begun), "trimmed", None, message))
            if self._position is not None:
                self._position = None
                return False
        elif last is not None:
            self._note_cut(extent, last)
        known_from = begun
        if self._position is None:
            self._position = Position(_BEGINNING, extent.cut_off, self._now())
        else:
            known_from = max(begun, self._position.at)
        self._inbox.note(Span(known_from, self._now()))
        return True

    def _began_anew(self, connection: Subscriber, last: Position, extent: _Extent) -> bool:
        if last.id == _BEGINNING:
            return False
        if extent.added is not None and last.added is not None:
            if extent.added < last.added:
                return True
            if last.added <= (extent.cut_off or 0):
                return False
        elif extent.first_id is not None and _order(extent.first_id) > _order(last.id):
            return False
        return not self._ask(connection, "XRANGE", self._key, last.id, last.id)

    def _note_cut(self, extent: _Extent, last: Position | None = None) -> None:
        """Record what was cut off the journal after ``last`` and before it was read."""
        last = last or self._position
        if last is None or extent.first_id is None:
            return
        if extent.cut_off is not None and last.added is not None:
            lost: int | None = extent.cut_off - last.added
        else:
            lost = None if _order(extent.first_id) > _order(last.id) else 0
        if lost is None or lost > 0:
            counted = "Event messages" if lost is None else f"{lost} event messages"
            self._inbox.note(
                Gap(
                    last.at,
                    max(last.at, self._time(extent.first_id)),
                    "trimmed",
                    lost,
                    f"{counted} were no longer in the broker's journal when it was read. "
                    "It keeps more with a larger AFI_JOURNAL_EVENTS.",
                )
            )

    def _take(self, entries: Sequence["_Entry"], extent: _Extent | None) -> None:
        """Hand ``entries`` on and move behind them. ``extent`` is that of the same moment."""
        at = self._now()
        for entry_id, body in entries:
            if body is not None:
                self._inbox.put(Message(min(at, self._time(entry_id)), body, bare=True))
        position = self._position or Position(_BEGINNING, 0, at)
        last_id = entries[-1][0] if entries else position.id
        added = position.added
        if extent is not None and len(entries) < _BITE:
            added = extent.added
        elif added is not None:
            added = max(added, extent.cut_off or 0 if extent else 0) + len(entries)
        self._position = Position(last_id, added, at)

    def _read_exactly(self, connection: Subscriber) -> tuple[_Extent, list["_Entry"]]:
        """The journal's extent and the next bite, as of one moment.

        Raises:
            _Absent: there is no journal, or none that may be read.
        """
        start = _BEGINNING if self._position is None else self._position.id
        read = ("XREAD", "COUNT", str(_BITE), "STREAMS", self._key, start)
        try:
            self._ask(connection, "MULTI")
            self._ask(connection, "XINFO", "STREAM", self._key)
            self._ask(connection, *read)
            about, found = self._ask(connection, "EXEC")
        except exceptions.ResponseError as error:
            raise _Absent(str(error)) from error
        if isinstance(about, Exception) or isinstance(found, Exception):
            raise _Absent(str(about))
        facts = dict(zip(about[::2], about[1::2], strict=False))
        first = facts.get(b"first-entry")
        extent = _Extent(
            facts[b"length"], facts.get(b"entries-added"), first[0].decode() if first else None
        )
        return extent, _entries(found)

    def _wait_for_entries(self, connection: Subscriber) -> list["_Entry"]:
        last_id = _BEGINNING if self._position is None else self._position.id
        words = ("XREAD", "COUNT", str(_BITE), "BLOCK", str(_BLOCK_MS), "STREAMS")
        return _entries(self._ask(connection, *words, self._key, last_id))

    def _ask(self, connection: Subscriber, *words: str) -> Any:
        connection.send_command(*words, check_health=False)
        asked_at = time.monotonic()
        while True:
            try:
                return connection.read_response(timeout=_LOOK_UP_SECONDS, disconnect_on_error=False)
            except exceptions.TimeoutError:
                if self._stopping.is_set() or time.monotonic() - asked_at > _DEAD_AFTER_SECONDS:
                    raise

    def _measure_clock(self, connection: Subscriber) -> float:
        """How far this computer's clock is ahead of the broker's, in seconds."""
        seconds, micros = self._ask(connection, "TIME")
        return self._now() - int(seconds) - int(micros) / 1e6

    def _time(self, entry_id: str) -> float:
        """When an entry was made, by this computer's clock."""
        return int(entry_id.partition("-")[0]) / 1000 + self._ahead

    def _wait_for_room(self, pause: float) -> None:
        """The journal waits where a subscription would be cut off, so nothing need be dropped."""
        self._stopping.wait(pause)
        while not self._inbox.has_room() and not self._stopping.is_set():
            self._stopping.wait(_PAUSE_SECONDS)

    def _lose(self, absent: "_Absent") -> None:
        last, self._position = self._position, None
        if last is not None:
            _log.info("The journal is gone: %s", absent)
            message = "The broker lost its journal of events; what it held unread is unknown."
            self._inbox.note(Gap(last.at, self._now(), "disconnected", None, message))

    def _remember(self, *, at_once: bool = False) -> None:
        if self._keep is None or self._position is None:
            return
        if at_once or time.monotonic() >= self._keep_due:
            self._keep(self._position)
            self._keep_due = time.monotonic() + _KEEP_EVERY_SECONDS


class _Absent(Exception):  # noqa: N818 - the usual case with applications of others
    """The broker has no journal."""


# The id, and the events as JSON; None for an entry that someone else has put there.
_Entry = tuple[str, bytes | None]


def _entries(reply: Any) -> list[_Entry]:
    if not reply:
        return []
    entries = []
    for entry_id, words in reply[0][1]:
        fields = dict(zip(words[::2], words[1::2], strict=False))
        entries.append((entry_id.decode(), fields.get(FIELD.encode())))
    return entries


def _order(entry_id: str) -> tuple[int, int]:
    milliseconds, _, number = entry_id.partition("-")
    return int(milliseconds), int(number)
