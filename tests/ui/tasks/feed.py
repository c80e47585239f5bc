"""A Celery system that is told what happens, and the monitor's own reducer behind it."""

from typing import Any

import msgspec
from msgspec.structs import replace

from desktop_app.monitor.events import Event
from desktop_app.monitor.outbox import Outbox
from desktop_app.monitor.rows import Batch, Connection, Gap, HistoryStatus, QueueRow, TaskRow
from desktop_app.monitor.state import State

URL = "redis://127.0.0.1:6391/0"
PROCESS = "document_processing.process_document"


class Feed:
    """The ``Source`` of a ``Bridge``: events as Celery writes them go in, batches come out."""

    def __init__(self, now: float, *, capacity: int = 100_000) -> None:
        self.now = now
        self.state = State(capacity=capacity, now=now)
        self.connection = Connection("live", URL, now)
        self._outbox = Outbox(reset=True)
        self.history: HistoryStatus | None = None
        self.gaps: list[Gap] = []
        self._queues: list[QueueRow] | None = None

    def event(self, kind: str, uuid: str, hostname: str = "w1@host", **fields: Any) -> None:
        told = {"type": kind, "uuid": uuid, "hostname": hostname, "timestamp": self.now, **fields}
        self.state.apply(msgspec.convert(told, Event), self.now)

    def heartbeat(self, hostname: str = "w1@host") -> None:
        told = {"type": "worker-heartbeat", "hostname": hostname, "timestamp": self.now}
        self.state.apply(msgspec.convert(told, Event), self.now)

    def poll(self, *queues: str) -> None:
        self._queues = [QueueRow(name, 0, {}, 1, self.now) for name in queues]

    def send(self, uuid: str, name: str = PROCESS, **fields: Any) -> None:
        queue = name.partition(".")[0]
        told = {"root_id": uuid, "args": "()", "kwargs": "{}"} | fields
        self.event("task-sent", uuid, "gen1@client", name=name, queue=queue, **told)

    def start(self, uuid: str, name: str = PROCESS, **fields: Any) -> None:
        """Sent, received a second later and started another second later."""
        self.send(uuid, name, **fields)
        self.now += 1
        self.event("task-received", uuid, name=name, **fields)
        self.now += 1
        self.event("task-started", uuid)

    def succeed(self, uuid: str, name: str = PROCESS, result: str = "'ok'", **fields: Any) -> None:
        self.start(uuid, name, **fields)
        self.now += 3
        self.event("task-succeeded", uuid, result=result, runtime=3.0)

    def fail(
        self,
        uuid: str,
        name: str = PROCESS,
        exception: str = "ValueError('no text in this file')",
        traceback: str = 'Traceback (most recent call last):\n  File "x.py", line 1\nValueError',
        **fields: Any,
    ) -> None:
        self.start(uuid, name, **fields)
        self.now += 1
        self.event("task-failed", uuid, exception=exception, traceback=traceback)

    def task(self, uuid: str) -> TaskRow:
        row = self.state.task(uuid)
        assert row is not None
        return row

    def disconnect(self, message: str) -> None:
        self.connection = replace(self.connection, status="lost", since=self.now, message=message)

    def _publish(self) -> None:
        self._outbox.publish(
            self.state.take_changes(),
            self.state.counters(),
            workers=self.state.workers.take_changed(),
            queues=self._queues,
            gaps=self.gaps,
            series=None,
            history=self.history,
        )

    def take(self) -> Batch | None:
        self._publish()
        return self._outbox.take(self.connection)

    def snapshot(self) -> Batch:
        self._publish()
        return self._outbox.snapshot(self.connection, self.state.rows, self.gaps)
