"""A Celery system that is told what happens and hands on what its monitor would."""

from itertools import count
from typing import Any

import msgspec
from msgspec.structs import replace

from desktop_app.monitor.events import Event
from desktop_app.monitor.outbox import Outbox
from desktop_app.monitor.rows import Batch, Connection, Gap, Loss, QueueRow
from desktop_app.monitor.state import State
from worker_core.catalog import QUEUES

URL = "redis://127.0.0.1:6391/0"
PROCESS = "document_processing.process_document"


class Feed:
    """The monitor's own reducer and outbox, without a broker and with a clock that is set.

    It is the ``Source`` of a ``Bridge``.
    """

    def __init__(self, now: float, *, since: float | None = None) -> None:
        self.now = now
        self.state = State(capacity=100_000, now=now)
        self.connection = Connection("live", URL, now if since is None else since)
        self._outbox = Outbox(reset=True)
        self._numbers = count()
        self._queues: list[QueueRow] | None = None
        self._gaps: list[Gap] = []
        self._loss: Loss | None = None

    def event(self, kind: str, *, hostname: str = "w1@host", **fields: Any) -> None:
        """An event as Celery writes it, at the time of the clock."""
        told = {"type": kind, "hostname": hostname, "timestamp": self.now, **fields}
        self.state.apply(msgspec.convert(told, Event), self.now)

    def heartbeat(self, *hostnames: str, active: int = 0, processed: int = 0) -> None:
        for hostname in hostnames or ("w1@host",):
            self.event(
                "worker-heartbeat",
                hostname=hostname,
                freq=2.0,
                active=active,
                processed=processed,
                pid=100,
            )

    def send(self, name: str = PROCESS, uuid: str | None = None) -> str:
        uuid = uuid or f"task-{next(self._numbers)}"
        queue = name.partition(".")[0]
        self.event("task-sent", hostname="gen1@client", uuid=uuid, name=name, queue=queue)
        return uuid

    def start(self, uuid: str | None = None, name: str = PROCESS, hostname: str = "w1@host") -> str:
        uuid = uuid or f"task-{next(self._numbers)}"
        self.event("task-received", hostname=hostname, uuid=uuid, name=name)
        self.event("task-started", hostname=hostname, uuid=uuid)
        return uuid

    def succeed(self, uuid: str | None = None, name: str = PROCESS) -> str:
        uuid = self.start(uuid, name)
        self.event("task-succeeded", uuid=uuid, result="'ok'", runtime=0.5)
        return uuid

    def fail(
        self, uuid: str | None = None, name: str = PROCESS, exception: str = "ValueError('no text')"
    ) -> str:
        uuid = self.start(uuid, name)
        self.event("task-failed", uuid=uuid, exception=exception, traceback="…")
        return uuid

    def poll(self, consumers: int | None = 1, **depths: int) -> None:
        """A count of all queues: those not named are empty."""
        names = [*QUEUES, *(depths.keys() - QUEUES.keys())]
        self._queues = [
            QueueRow(name, depths.get(name, 0), {0: depths.get(name, 0)}, consumers, self.now)
            for name in names
        ]
        self.state.series.depth(sum(depths.values()))

    def set_consumers(self, name: str, consumers: int) -> None:
        self._queues = [
            replace(row, consumers=consumers) if row.name == name else row
            for row in self._queues or []
        ]

    def gap(self, start: float, end: float, dropped: int | None = None) -> None:
        reason: Any = "disconnected" if dropped is None else "overflow"
        self._gaps.append(Gap(start, end, reason, dropped, "Events were missed."))

    def lose(self, counted: float, **waiting: int) -> None:
        """The broker is found empty now."""
        self._loss = Loss(self.now, counted, waiting)

    def advance(self, seconds: float, *, live: bool = True) -> None:
        """Moves the clock on, second by second."""
        end = self.now + seconds
        while self.now < end:
            self.now = min(self.now + 1, end)
            self.state.series.advance(self.now, live=live)
            self.state.workers.tick(self.now, self.connection.since if live else None)

    def connect(self, status: Any, message: str = "") -> None:
        self.connection = Connection(status, URL, self.now, message=message)

    def publish(self) -> None:
        """What the reducer does after each slice of its work."""
        queues = self._queues
        waiting = None if queues is None else sum(row.depth for row in queues)
        gaps, self._gaps = self._gaps, []
        loss, self._loss = self._loss, None
        self._outbox.publish(
            self.state.take_changes(),
            replace(self.state.counters(), waiting=waiting),
            workers=self.state.workers.take_changed(),
            queues=queues,
            gaps=gaps,
            series=self.state.series.snapshot(),
            loss=loss,
        )

    def take(self) -> Batch | None:
        self.publish()
        return self._outbox.take(self.connection)

    def snapshot(self) -> Batch:
        self.publish()
        return self._outbox.snapshot(self.connection, self.state.rows, [])
