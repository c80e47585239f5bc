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
from desktop_app.monitor.journal_source import (
    BEGINNING,
    BITE,
    Absent,
    Entry,
    Extent,
    JournalSource,
    order,
)
from desktop_app.monitor.link import Link
from desktop_app.monitor.rows import Gap

LOOK_FOR_SECONDS: Final = 2.0
_RETRY_SECONDS: Final = 0.5
# Between two reads: a busy journal is read in a few large bites instead of a thousand small ones.
_PAUSE_SECONDS: Final = 0.05
_KEEP_EVERY_SECONDS: Final = 5.0
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
        self._inbox = inbox
        self._on_caught_up = on_caught_up
        self._before = before
        self._keep = keep
        self._keep_due = 0.0
        self._now = now
        self._position: Position | None = None
        self._following = False
        self._stopping = threading.Event()
        self._source: JournalSource | None = None
        self._thread = threading.Thread(target=self._run, name="afi-journal", daemon=True)

    @property
    def following(self) -> bool:
        """Whether new entries arrive by this way now. May be asked from any thread."""
        return self._following

    @property
    def covers(self) -> bool:
        """Whether a break will be made up for, as far as the journal goes. From any thread."""
        return self._position is not None

    def start(self, after: Position | None = None) -> None:
        """Begin to read: behind ``after``, where everything up to it is known, else all there
        is."""
        self._position = after
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end; returns at once."""
        self._stopping.set()

    def join(self, timeout: float) -> bool:
        """Wait up to ``timeout`` seconds for the end of the thread; whether it has ended."""
        if self._thread.ident is None:
            return True
        self._thread.join(timeout / 2)
        source = self._source
        if self._thread.is_alive() and source is not None:
            source.close()
        self._thread.join(timeout / 2)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            delay = _RETRY_SECONDS
            try:
                source = self._source = JournalSource(self._link, self._stopping)
                source.open(self._now)
                self._follow(source)
            except Absent as absent:
                self._lose(absent)
                delay = LOOK_FOR_SECONDS
            except _FAILURES as error:
                # The event stream, whose connection goes to the same server, tells the user.
                _log.debug("The journal could not be read: %s", error)
            finally:
                self._following = False
                if self._source is not None:
                    self._source.close()
                    self._source = None
            self._stopping.wait(delay)
        self._remember(at_once=True)

    def _follow(self, source: JournalSource) -> None:
        """Read until the connection breaks or the journal is gone."""
        caught_up, exactly = False, True
        while not self._stopping.is_set():
            extent: Extent | None = None
            after = BEGINNING if self._position is None else self._position.id
            if exactly:
                extent, entries = source.look(after)
                if not self._following:
                    if not self._resume(source, extent):
                        continue
                    self._following = True
                elif self._position is not None:
                    self._note_cut(source, extent, self._position)
            else:
                entries = source.wait(after)
            self._take(source, entries, extent)
            if len(entries) < BITE and not caught_up:
                caught_up = True
                self._on_caught_up()
            self._remember()
            # After a full bite there is more, of which some may be cut off by now; after a second
            # of nothing the journal may be gone.
            exactly = len(entries) == BITE or (not entries and extent is None)
            self._wait_for_room(_PAUSE_SECONDS if 0 < len(entries) < BITE else 0.0)

    def _resume(self, source: JournalSource, extent: Extent) -> bool:
        """Find out what was missed since the last connection, or the session before. False if
        what was read must be read again, for it followed a position of another journal."""
        last, self._before = self._position or self._before, None
        begun = self._beginning(source, extent)
        if last is not None and _began_anew(source, last, extent):
            message = "The broker lost what it held, and with it events that nobody had read."
            self._inbox.note(Gap(last.at, max(last.at, begun), "trimmed", None, message))
            if self._position is not None:
                self._position = None
                return False
        elif last is not None:
            self._note_cut(source, extent, last)
        known_from = begun
        if self._position is None:
            self._position = Position(BEGINNING, extent.cut_off, self._now())
        else:
            known_from = max(begun, self._position.at)
        self._inbox.note(Span(known_from, self._now()))
        return True

    def _note_cut(self, source: JournalSource, extent: Extent, last: Position) -> None:
        """Record what was cut off the journal after ``last`` and before it was read."""
        if extent.cut_off is not None and last.added is not None:
            lost: int | None = extent.cut_off - last.added
        else:
            moved = extent.first_id is not None and order(extent.first_id) > order(last.id)
            lost = None if moved and last.id != BEGINNING else 0
        if lost is not None and lost <= 0:
            return
        counted = "Event messages" if lost is None else f"{lost} event messages"
        message = (
            f"{counted} were no longer in the broker's journal when it was read. "
            "It keeps more with a larger AFI_JOURNAL_EVENTS."
        )
        end = max(last.at, self._beginning(source, extent))
        self._inbox.note(Gap(last.at, end, "trimmed", lost, message))

    def _take(self, source: JournalSource, entries: Sequence[Entry], extent: Extent | None) -> None:
        """Hand ``entries`` on and move behind them. ``extent`` is that of the same moment."""
        at = self._now()
        for entry_id, body in entries:
            if body is not None:
                self._inbox.put(Message(min(at, source.time_of(entry_id)), body, bare=True))
        position = self._position or Position(BEGINNING, None, at)
        last_id = entries[-1][0] if entries else position.id
        added = position.added
        if extent is not None and len(entries) < BITE:
            added = extent.added  # this was all there is
        elif added is not None:
            cut_off = extent.cut_off if extent is not None else None
            added = max(added, cut_off or 0) + len(entries)
        self._position = Position(last_id, added, at)

    def _beginning(self, source: JournalSource, extent: Extent) -> float:
        """When the oldest entry that is left was made."""
        return self._now() if extent.first_id is None else source.time_of(extent.first_id)

    def _wait_for_room(self, pause: float) -> None:
        """The journal waits where a subscription would be cut off, so nothing need be dropped."""
        self._stopping.wait(pause)
        while not self._inbox.has_room() and not self._stopping.is_set():
            self._stopping.wait(_PAUSE_SECONDS)

    def _lose(self, absent: Absent) -> None:
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


def _began_anew(source: JournalSource, last: Position, extent: Extent) -> bool:
    """Whether this is another journal than the one that ``last`` is a position of."""
    if last.id == BEGINNING:
        return False
    if extent.added is not None and last.added is not None:
        if extent.added < last.added:
            return True
        if last.added <= (extent.cut_off or 0):
            return False
    elif extent.first_id is not None and order(extent.first_id) > order(last.id):
        return False
    return not source.holds(last.id)
