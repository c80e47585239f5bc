"""The page under test with its surroundings."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QTimer

from desktop_app.monitor.rows import Batch, Connection, Counters, QueueRow, WorkerRow
from desktop_app.qt_models.bridge import Bridge
from desktop_app.services.blocking import Blocking
from desktop_app.services.workers import OnAnswer, Workers
from desktop_app.ui.background import Background
from desktop_app.ui.messages import Messages
from desktop_app.views.workers import WorkersPage
from tests.ui.surroundings import Surroundings
from worker_core.operations.errors import OperationError
from worker_core.operations.worker_answers import Answer
from worker_core.operations.worker_facts import Job, Registered, Served, Stats
from worker_core.operations.worker_survey import Details, Glance

BOUND = 90.0


async def until(condition: Callable[[], object], what: str = "it came to pass") -> None:
    """Wait for a condition, generously."""
    end = time.monotonic() + BOUND
    while not condition():
        assert time.monotonic() < end, f"waited {BOUND:.0f} s in vain until {what}"
        await asyncio.sleep(0.005)


def worker(name: str, **fields: Any) -> WorkerRow:
    told: dict[str, Any] = {"last_heartbeat": time.time(), "sw_ver": "5.7.0"}
    return WorkerRow(name, **(told | fields))


def job(task_id: str, *, queue: str = "q", pid: int | None = None, **fields: Any) -> Job:
    return Job(task_id, "a.task", routing_key=queue, pid=pid, **fields)


def glance(
    name: str,
    *,
    pool: str = "prefork",
    slots: int = 2,
    active: Sequence[Job] = (),
    reserved: Sequence[Job] = (),
    queues: Sequence[str] = ("q",),
    autoscale: tuple[int, int] | None = None,
) -> Glance:
    return Glance(
        name,
        stats=Stats(
            pool=pool,
            slots=slots,
            processes=tuple(range(100, 100 + slots)),
            autoscale=autoscale,
            raw={"pool": {"max-concurrency": slots}},
        ),
        active=tuple(active),
        reserved=tuple(reserved),
        queues=tuple(Served(queue) for queue in queues),
        memory=1_000_000,
    )


def whole(seen: Glance, **parts: Any) -> Details:
    """Details that go with a glance."""
    told: dict[str, Any] = {
        "stats": seen.stats,
        "active": seen.active,
        "reserved": seen.reserved,
        "scheduled": [],
        "registered": [Registered("a.task", "10/m"), Registered("b.task")],
        "revoked": [],
        "active_queues": seen.queues,
        "conf": {"task_acks_late": True},
    }
    return Details(seen.node, told | parts)


class Answering(Workers):
    """Workers that reach no broker: they tell what a test says, and note what they are told."""

    def __init__(self) -> None:
        self.glances: dict[str, Glance] = {}
        self.told: dict[str, Details] = {}
        self.given: list[tuple[str, dict[str, object], list[str]]] = []
        self.answers: dict[str, Answer] = {}
        self.gates: dict[str, asyncio.Event] = {}
        self.failure: OperationError | None = None
        self.surveys = 0

    async def survey(self) -> Mapping[str, Glance]:
        self.surveys += 1
        if self.failure is not None:
            raise self.failure
        return dict(self.glances)

    async def details(self, node: str) -> Details:
        if self.failure is not None:
            raise self.failure
        return self.told.get(node) or whole(self.glances.get(node) or glance(node))

    async def ask(
        self,
        command: str,
        arguments: Mapping[str, object],
        nodes: Sequence[str],
        on_answer: OnAnswer,
    ) -> None:
        self.given.append((command, dict(arguments), list(nodes)))
        for node in nodes:
            if node in self.gates:
                await self.gates[node].wait()
            if self.failure is not None:
                raise self.failure
            on_answer(self.answers.get(node) or Answer(node, "ok", "done."))


class Desk(Surroundings):
    """Builds the page and takes it down."""

    def __init__(self) -> None:
        self.messages = Messages()
        self.background = Background(self.messages)
        self.blocking = Blocking(1, "unused")
        self.workers = Answering()
        self.bridge = Bridge(self, interval_ms=10)
        self.dismissed: list[str] = []
        self.rows: list[WorkerRow] = []
        self.status = "live"
        self._fresh = True
        self._page: WorkersPage | None = None

    # What a monitor does

    def take(self) -> Batch | None:
        if not self._fresh:
            return None
        self._fresh = False
        return self.snapshot()

    def snapshot(self) -> Batch:
        connection = Connection(self.status, "redis://here", time.time())  # type: ignore[arg-type]
        queues = [QueueRow("q", 3, {}, 1, time.time())]
        return Batch(connection, Counters(), workers=list(self.rows), queues=queues)

    def set_rows(self, rows: Iterable[WorkerRow]) -> None:
        self.rows = list(rows)
        self._fresh = True

    def dismiss(self, names: Iterable[str]) -> None:
        gone = list(names)
        self.dismissed += gone
        self.set_rows(row for row in self.rows if row.hostname not in gone)

    async def open(self, *seen: Glance, width: int = 1084, height: int = 756) -> WorkersPage:
        """The page over workers that were seen, on show; each is there and answers."""
        for one in seen:
            self.workers.glances[one.node] = one
            if one.node not in {row.hostname for row in self.rows}:
                self.rows.append(worker(one.node))
        page = WorkersPage(self.bridge, self.workers, self.dismiss, self.background, self.messages)
        self._page = page
        page.resize(width, height)
        page.show()
        page.shown()
        page.activateWindow()
        self.bridge.start()
        await until(
            lambda: self.workers.surveys and not self.background.busy and page.isActiveWindow(),
            "the workers had been asked",
        )
        return page

    async def settle(self) -> None:
        """Until nothing is under way, and no question is about to be put."""
        page = self._page
        assert page is not None

        def rest() -> bool:
            timers = page.findChildren(QTimer)
            return not self.background.busy and not any(
                timer.isActive() and timer.isSingleShot() for timer in timers
            )

        await until(rest, "nothing was under way")

    async def close(self) -> None:
        page = self._page
        if page is not None:
            page.hidden()
            assert not [timer for timer in page.findChildren(QTimer) if timer.isActive()]
            await self.background.close()
            self._page = None
            page.close()
            page.deleteLater()
        self.bridge.stop()
        await self.background.close()
        self.blocking.close()
