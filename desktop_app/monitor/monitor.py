"""The monitor as the window knows it."""

import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from desktop_app.monitor.findings import Answers
from desktop_app.monitor.history import History, HistoryReader, Limits, file_of
from desktop_app.monitor.journal import Position
from desktop_app.monitor.link import Link
from desktop_app.monitor.rows import Batch, Connection, Counters, Gap, TaskRow
from desktop_app.monitor.session import Session
from desktop_app.monitor.stats import TaskStats


class Positions(Protocol):
    """Remembers positions by a journal's name. Neither method raises when it cannot;
    ``write`` is called from a thread of the monitor's."""

    def read(self, journal: str) -> Position | None: ...
    def write(self, journal: str, position: Position) -> None: ...


class Held(Protocol):
    """The tasks that are held, and figures by name."""

    def task(self, uuid: str) -> TaskRow | None: ...
    def rows(self) -> list[TaskRow]: ...
    def stats(self) -> Sequence[Any]: ...


class Watching(Protocol):
    """One connection's worth of watching, whatever it goes to."""

    @property
    def state(self) -> Held: ...
    @property
    def history(self) -> History | None: ...
    @property
    def gaps(self) -> Iterable[Gap]: ...

    def start(self) -> None: ...
    def stop(self) -> bool: ...
    def take(self) -> Batch | None: ...
    def snapshot(self) -> Batch: ...
    def dismiss(self, hostnames: Iterable[str]) -> None: ...


class Monitor:
    """Watches one Celery system at a time. All methods belong to one thread, the window's.

    ``history_tasks`` tasks are held at most. ``queue_names`` are polled even before any worker
    has declared them. ``ask(url)`` tells what each worker that answers runs; it is called in a
    thread of its own after each (re)connection. ``positions`` remembers, from one run of the
    program to the next, how far each broker's journal was read. In ``history_dir`` the tasks of
    each broker are kept within ``limits``, and go on from there at the next start.
    """

    def __init__(
        self,
        *,
        history_tasks: int = 100_000,
        queue_names: Sequence[str] = (),
        ask: Callable[[str], Answers] | None = None,
        ask_queues: Callable[[str], Answers] | None = None,
        positions: Positions | None = None,
        history_dir: Path | None = None,
        limits: Limits | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._history_tasks = history_tasks
        self._queue_names = tuple(queue_names)
        self._ask = ask
        self._ask_queues = ask_queues
        self._positions = positions
        self._history_dir = history_dir
        self._limits = limits or Limits()
        self._now = now
        self._session: Watching | None = None
        self._created = now()

    def start(self, url: str, prefix: str = "", results_url: str | None = None) -> None:
        """Watch the broker at ``url``, whose keys begin with ``prefix``; stored results are looked
        up at ``results_url``, else at the broker. Returns at once, whether it answers or not.

        Raises:
            ValueError: an address cannot be used; the text says why, without its password.
        """
        link = Link(url, prefix)
        results = Link(results_url, prefix) if results_url else link
        self.stop()
        folder = self._history_dir
        positions, journal = self._positions, f"{link.label} {link.journal_key()}"
        session = Session(
            link,
            results,
            history_tasks=self._history_tasks,
            queue_names=self._queue_names,
            ask=None if self._ask is None else partial(self._ask, url),
            ask_queues=None if self._ask_queues is None else partial(self._ask_queues, url),
            read_before=None if positions is None else positions.read(journal),
            keep_read=None if positions is None else partial(positions.write, journal),
            keep_in=None if folder is None else (file_of(folder, journal), self._limits),
            now=self._now,
        )
        self._begin(session)

    def follow(self, session: Watching) -> None:
        """Watch by this session, which has not been started, instead of what was watched."""
        self.stop()
        self._begin(session)

    def _begin(self, session: Watching) -> None:
        self._session = session
        session.start()

    def stop(self) -> None:
        """End all threads, within two seconds also while nothing answers. What was told so far
        stays readable until the next start."""
        if self._session is not None:
            self._session.stop()

    def take(self) -> Batch | None:
        """What changed since the last call, None if nothing did. Takes time in proportion to the
        changes, never to what is held."""
        return None if self._session is None else self._session.take()

    def snapshot(self) -> Batch:
        """All there is, for someone who starts to listen; ``take`` goes on as if not called."""
        if self._session is None:
            return Batch(Connection("idle", "", self._created), Counters(), reset=True)
        return self._session.snapshot()

    def task(self, uuid: str) -> TaskRow | None:
        """The task as last told, None if it is not (or no longer) held."""
        return None if self._session is None else self._session.state.task(uuid)

    def rows(self) -> list[TaskRow]:
        """All tasks that are held, by ``seq``."""
        return [] if self._session is None else self._session.state.rows()

    def dismiss(self, hostnames: Iterable[str]) -> None:
        """Forget those of these workers that are gone; the next batch is without them."""
        if self._session is not None:
            self._session.dismiss(hostnames)

    @property
    def history(self) -> HistoryReader | None:
        """What is kept of the broker that is watched, for any thread to ask; None where nothing
        is kept, or before the first start."""
        session = self._session
        return None if session is None or session.history is None else session.history.reader

    def stats(self) -> list[TaskStats]:
        """Figures by task name, since the start, by name."""
        if self._session is None:
            return []
        collected = [stats.freeze() for stats in self._session.state.stats()]
        return sorted(collected, key=lambda stats: stats.name)

    def gaps(self) -> list[Gap]:
        """The spans in which events were missed, oldest first; the last thousand."""
        return [] if self._session is None else list(self._session.gaps)
