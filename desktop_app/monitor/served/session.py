"""One server's worth of watching: lists of one's own tasks, streams of those that run."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from desktop_app.monitor.history import History
from desktop_app.monitor.outbox import Outbox
from desktop_app.monitor.rows import Batch, Connection, Gap, QueueRow, Status
from desktop_app.monitor.served.follower import Follower
from desktop_app.monitor.served.rows import ServedRows
from worker_core.operations.errors import OperationError
from worker_core.operations.remote.answers import Task
from worker_core.operations.remote.api import Api
from worker_core.operations.remote.errors import NotYours, ServerAway, SignInAgain

LOOK_S: Final = 2.0
QUEUES_S: Final = 5.0
LONGEST_PAUSE_S: Final = 30.0
STOP_S: Final = 2.0
PAGE: Final = 100
FIRST_PAGES: Final = 5
# The server lets a user have ten by default, and another window may be open.
STREAMS: Final = 4
LOOKS_AT_ONCE: Final = 10

log = logging.getLogger(__name__)


class ServedSession:
    """A thread that asks every two seconds, and one for each of a few running tasks. Holds what
    ``Session`` holds, as far as the server tells it."""

    # Neither is kept: what a server does not tell of, nobody knows.
    history: History | None = None

    def __init__(
        self, api: Api, *, capacity: int = 10_000, now: Callable[[], float] = time.time
    ) -> None:
        self._api = api
        self._now = now
        self.state = ServedRows(capacity)
        self.gaps: deque[Gap] = deque()
        self._outbox = Outbox(reset=True)
        self._publishing = threading.Lock()
        self._status: tuple[Status, float, str] = ("connecting", now(), "")
        self._heard_at: float | None = None
        self._waiting: int | None = None
        self._held: int | None = None
        self.who: str | None = None
        """Whose tasks these are; None before the server has said so."""
        self._followers: dict[str, Follower] = {}
        self._unstreamed: set[str] = set()
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="afi-served", daemon=True)
        # Whoever is refused first, the strip says it at once.
        api.line.on_refused = self._wake.set

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> bool:
        """End all threads; whether that was done in time. A request that is under way may take a
        little longer, and is left behind."""
        until = time.monotonic() + STOP_S
        self._stopping.set()
        self._wake.set()
        self._thread.join(STOP_S)
        followers = list(self._followers.values())
        for one in followers:
            one.stop()
        ended = [one.join(max(0.05, until - time.monotonic())) for one in followers]
        ended.append(not self._thread.is_alive())
        status, since, message = self._status
        self._status = ("idle", since, message if status == "lost" else "")
        return all(ended)

    @property
    def signed_out(self) -> bool:
        """Whether the token is not accepted any more: nothing is asked until it is renewed."""
        return self._api.line.refused is not None

    def look_soon(self) -> None:
        """Something was handed in: do not wait for the next turn."""
        self._wake.set()

    def take(self) -> Batch | None:
        return self._outbox.take(self.connection())

    def snapshot(self) -> Batch:
        return self._outbox.snapshot(self.connection(), self.state.rows, [])

    def dismiss(self, _hostnames: Iterable[str]) -> None:
        """Workers are not told of."""

    def connection(self) -> Connection:
        status, since, message = self._status
        return Connection(status, self._api.line.place.label, since, self._heard_at, message)

    # In the thread

    def _run(self) -> None:
        first, failures, queues_due = True, 0, 0.0
        while not self._stopping.is_set():
            pause = LOOK_S
            try:
                if self.who is None:
                    self.who = self._api.me().name
                self._look(pages=FIRST_PAGES if first else 1)
                first, failures = False, 0
                if time.monotonic() >= queues_due:
                    queues_due = time.monotonic() + QUEUES_S
                    self._count()
                self._came_up()
            except SignInAgain as error:
                self._wait_to_be_let_in(error)
                continue
            except OperationError as error:
                failures += 1
                pause = min(LOOK_S * 2 ** min(failures - 1, 4), LONGEST_PAUSE_S)
                if isinstance(error, ServerAway) and error.retry_s:
                    pause = max(pause, min(error.retry_s, LONGEST_PAUSE_S))
                self._set("lost", f"{error} It is tried again by itself.")
            except Exception:
                log.exception("Watching the server ended by a fault")
                self._set("lost", "Watching ended by a fault of this program. Start it again.")
                return
            self._publish()
            self._wake.wait(pause)
            self._wake.clear()

    def _wait_to_be_let_in(self, error: SignInAgain) -> None:
        self._set("lost", str(error))
        self._publish()
        while self.signed_out and not self._stopping.is_set():
            self._wake.wait()
            self._wake.clear()
        # What had no stream may have had none for want of a token.
        self._unstreamed.clear()

    def _look(self, *, pages: int) -> None:
        """The newest of one's own tasks, and those that are open but not among them."""
        found: list[Task] = []
        after: str | None = None
        for number in range(FIRST_PAGES):
            page = self._api.tasks(PAGE, after)
            found += page.tasks
            after = page.next
            all_new = all(self.state.task(one.task_id) is None for one in page.tasks)
            # Whoever hands in many at once fills more than a page between two looks.
            if after is None or (number + 1 >= pages and not all_new):
                break
        now = self._now()
        # Old ones first, so that they are numbered in the order in which they came.
        for task in reversed(found):
            self.state.take(task, now, listed=True)
        self._look_alone({one.task_id for one in found})
        self._follow()

    def _look_alone(self, listed: set[str]) -> None:
        rest = [one for one in self.state.open() if one not in listed]
        for task_id in rest[:LOOKS_AT_ONCE]:
            if self._stopping.is_set():
                return
            try:
                self.state.take(self._api.status(task_id), self._now())
            except NotYours:
                continue

    def _follow(self) -> None:
        for task_id, one in list(self._followers.items()):
            if one.over:
                del self._followers[task_id]
                if one.gave_up:
                    self._unstreamed.add(task_id)
        for task_id in self.state.open():
            if len(self._followers) >= STREAMS or self._stopping.is_set():
                return
            if task_id not in self._followers and task_id not in self._unstreamed:
                self._followers[task_id] = Follower(self._api, task_id, self._heard)

    def _heard(self, task: Task) -> None:
        """In a follower's thread."""
        self.state.take(task, self._now())
        if task.ended:
            # What follows it may begin.
            self._wake.set()
        self._publish()

    def _count(self) -> None:
        """What waits for everybody. That the server's broker is away hides nobody's tasks."""
        try:
            told = self._api.queues()
        except ServerAway as error:
            log.info("What waits is not known: %s", error)
            self._waiting = self._held = None
            self._publish([])
            return
        at = self._now()
        self._waiting, self._held = sum(told.queues.values()), told.held
        rows = [QueueRow(name, depth, {}, None, at) for name, depth in told.queues.items()]
        self._publish(rows)

    def _publish(self, queues: list[QueueRow] | None = None) -> None:
        # One after the other: what was taken first must not arrive last.
        with self._publishing:
            changes = self.state.take_changes()
            counters = self.state.counters(self._waiting, self._held)
            self._outbox.publish(changes, counters, queues=queues)

    def _came_up(self) -> None:
        self._heard_at = self._now()
        self._set("live", "")

    def _set(self, status: Status, message: str) -> None:
        before, since, _ = self._status
        self._status = (status, since if status == before else self._now(), message)
