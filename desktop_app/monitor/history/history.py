"""The keeping of one broker's tasks: a file, and the thread that writes it."""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from desktop_app.monitor.history import schema, tables, trouble
from desktop_app.monitor.history.pending import Pending, Work
from desktop_app.monitor.history.reader import HistoryReader
from desktop_app.monitor.history.retention import Limits, Retention, size
from desktop_app.monitor.history.tables import Tables
from desktop_app.monitor.journal import Position
from desktop_app.monitor.rows import Gap, HistoryStatus, TaskRow
from worker_core.operations.files import locked

BATCH: Final = 5000
_LOCK_PATIENCE_S: Final = 2.5
# In large batches a task is written once or twice, and its texts are merged less often. What a
# crash would cost in that time is read from the journal again.
_LOOK_S: Final = 1.0
_RETRY_S: Final = 2.0
_INDEX_AFTER_S: Final = 5.0
_ALIVE_EVERY_S: Final = 10.0
_RETAIN_EVERY_S: Final = 60.0
_READ: Final = "journal-read"
_HEARD: Final = "heard"

_log = logging.getLogger(__name__)

Kind = TypeVar("Kind")


class Before(msgspec.Struct, frozen=True):
    """What an earlier session left: how far it had read the journal, when it last listened, and
    the number for the next task."""

    position: Position | None = None
    heard: float | None = None
    next_seq: int = 0
    succeeded: int = 0
    failed: int = 0


class History:
    """``open`` it, then ``start``; ``put`` what changes. Nothing here raises because of the file:
    ``status`` says what is wrong with it, and what was put waits in memory, as far as it goes.

    ``held`` tells all tasks in memory, with which a new file begins when one turns out damaged.
    """

    def __init__(
        self,
        path: Path,
        limits: Limits,
        held: Callable[[], list[TaskRow]],
        now: Callable[[], float] = time.time,
    ) -> None:
        self.path = path
        self.reader = HistoryReader(path, now)
        self._limits = limits
        self._held = held
        self._now = now
        self._pending = Pending()
        self._status = HistoryStatus("opening")
        self._written = 0
        self._note = ""
        self._lock = ExitStack()
        self._holding = False
        self._connection: sqlite3.Connection | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="afi-history", daemon=True)

    @property
    def status(self) -> HistoryStatus:
        return self._status

    def open(self, limit: int) -> tuple[Before, Iterator[list[TaskRow]]]:
        """What an earlier session left, and the newest ``limit`` of its tasks in slices. Takes
        seconds where the file is large or somebody else has it."""
        try:
            connection = self._connect()
            before = self._read_before(connection)
        except TimeoutError:
            self._status = HistoryStatus("elsewhere", trouble.ELSEWHERE)
            return self._unknown(), iter(())
        except (sqlite3.Error, OSError, schema.TooNewError) as error:
            self._failed(error)
            return self._unknown(), iter(())
        return before, self._restore(connection, limit)

    def start(self) -> None:
        if self._status.state != "elsewhere":
            self._thread.start()

    def stop(self) -> None:
        """Write what waits and end; returns at once."""
        self._stopping.set()
        self._pending.close()

    def join(self, timeout: float) -> bool:
        if self._thread.ident is None:
            self._leave()
        else:
            self._thread.join(timeout)
        self.reader.close()
        return not self._thread.is_alive()

    def put(self, rows: Iterable[TaskRow], gaps: Iterable[Gap] = ()) -> None:
        """Have the latest versions written soon."""
        state = self._status.state
        if state != "elsewhere":
            self._pending.put(rows, gaps, failing=state == "failing")

    def read_up_to(self, position: Position) -> None:
        """Remember how far the journal was read, together with all that was put before."""
        self._pending.mark(_READ, msgspec.msgpack.encode(position))

    def _unknown(self) -> Before:
        # Above every number in a file that cannot be read now but may be written later.
        return Before(next_seq=int(self._now() * 1e6))

    def _read_before(self, connection: sqlite3.Connection) -> Before:
        marks = tables.read_marks(connection)
        states = dict(connection.execute("SELECT state, count(*) FROM tasks GROUP BY state"))
        read, heard = marks.get(_READ), marks.get(_HEARD)
        return Before(
            position=None if read is None else _decode(read, Position),
            heard=None if heard is None else _decode(heard, float),
            next_seq=tables.last_seq(connection) + 1,
            succeeded=states.get("SUCCESS", 0),
            failed=states.get("FAILURE", 0),
        )

    def _restore(self, connection: sqlite3.Connection, limit: int) -> Iterator[list[TaskRow]]:
        try:
            yield from tables.restored(connection, limit)
        except sqlite3.Error as error:
            self._failed(error)

    def _connect(self) -> sqlite3.Connection:
        """The open file; a damaged one makes way for a new one first."""
        if self._connection is None:
            self._hold()
            try:
                self._use(schema.open_writer(self.path))
            except sqlite3.Error as error:
                if not trouble.beyond_use(error):
                    raise
                self._begin_anew(error)
                self._use(schema.open_writer(self.path))
        assert self._connection is not None  # noqa: S101 - just opened
        return self._connection

    def _hold(self) -> None:
        """Make sure that no other window writes the file.

        Raises:
            TimeoutError: one does.
        """
        if not self._holding:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.enter_context(locked(self.path.with_suffix(".lock"), _LOCK_PATIENCE_S))
            self._holding = True

    def _use(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._tables = Tables(connection)
        self._retention = Retention(connection, self._tables, self._limits)
        self._show(connection)

    def _begin_anew(self, error: Exception) -> None:
        _log.error("The history %s cannot be read: %s", self.path.name, error)
        self._close()
        self.reader.forget()
        self._note = trouble.set_aside(self.path)
        self._pending.put(self._held(), failing=False)

    def _run(self) -> None:
        try:
            self._keep()
        finally:
            self._leave()

    def _keep(self) -> None:
        alive_due = retain_due = 0.0
        while True:
            ending = self._stopping.is_set()
            work = self._pending.take(0.0 if ending else _LOOK_S)
            clock = time.monotonic()
            if clock >= alive_due or ending:
                work.marks.setdefault(_HEARD, msgspec.msgpack.encode(self._now()))
            try:
                self._write(work)
                if work.marks:
                    alive_due = clock + _ALIVE_EVERY_S
                if not ending and clock >= retain_due:
                    more = self._retention.step(self._now())
                    retain_due = clock if more else clock + _RETAIN_EVERY_S
            except (sqlite3.Error, OSError, schema.TooNewError) as error:
                self._pending.give_back(work)
                self._failed(error)
                if not ending:
                    self._stopping.wait(_RETRY_S)
            if ending:
                return

    def _write(self, work: Work) -> None:
        """Write ``work``, and take out of it what has been written."""
        connection = self._connect()
        while len(work.rows) > BATCH:
            self._tables.write(work.rows[:BATCH], [], {})
            self._written += BATCH
            del work.rows[:BATCH]
        if work.rows or work.gaps or work.marks:
            self._tables.write(work.rows, work.gaps, work.marks)
            self._written += len(work.rows)
            work.rows, work.gaps, work.marks = [], [], {}
        self._tables.index_waiting(self._now() - _INDEX_AFTER_S)
        self._show(connection)

    def _show(self, connection: sqlite3.Connection) -> None:
        megabytes = round(size(connection) / 1e6, 1)
        self._status = HistoryStatus(
            "keeping", self._note, self._written, self._pending.lost, megabytes
        )

    def _failed(self, error: Exception) -> None:
        if trouble.beyond_use(error) and self._connection is not None:
            try:
                self._begin_anew(error)
            except OSError as also:
                error = also
            else:
                return
        if self._status.state != "failing":
            _log.warning("The history cannot be written: %s", error)
        self._close()
        message = trouble.explain(error, self.path)
        self._status = HistoryStatus("failing", message, self._written, self._pending.lost)

    def _leave(self) -> None:
        self._close()
        self._lock.close()

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()


def _decode(stored: bytes, kind: type[Kind]) -> Kind | None:
    """A mark, None if something else has written it."""
    try:
        return msgspec.msgpack.decode(stored, type=kind)
    except (msgspec.DecodeError, TypeError):
        return None
