"""A system in the middle of its work, always the same: for screenshots and for tests of pages.

The events are such as workers send, and go through the monitor's own reducer.
"""

import random
from collections.abc import Iterator
from typing import Any

import msgspec

from desktop_app.monitor import events as e
from desktop_app.monitor.rows import Batch, Connection, Gap, QueueRow, TaskRow
from desktop_app.monitor.state import State
from worker_core import catalog

NOW = 1_764_000_000.0
HISTORY_S = 900
FIRST_SEQ = 1_000_000
"""The number of the first task; those of a history are below."""
WORKERS = ("local@desk", "documents@rack-1", "documents@rack-2", "training@rack-3")
PACES = (22, 19, 4, 0)
"""Tasks a minute."""
DEPTHS = {
    "document_processing": 14,
    "sentiment_analysis": 3,
    "forecasting": 41,
    "model_training": 2,
    "data_processing": 0,
    "anomaly_detection": 0,
    "monitoring": 1,
}
PROBLEMS = (
    "PermanentFailure('q3_results.pdf is locked with a password. Save it without one.')",
    "ConnectionError('The provider did not answer within 10 s.')",
)
KINDS = (
    ("document_processing.process_document", 1.8, 5),
    ("sentiment_analysis.analyze_document_sentiment", 0.4, 5),
    ("document_processing.generate_document_summary", 0.3, 5),
    ("forecasting.generate_stock_forecast", 2.6, 3),
    ("data_processing.update_market_data", 0.9, 2),
    ("anomaly_detection.detect_metric_anomalies", 1.1, 1),
)
_DECODE = msgspec.json.Decoder(e.Event)


class SeededMonitor:
    """Stands where the monitor stands, with one batch to give."""

    def __init__(self, tasks: int = 900, now: float = NOW) -> None:
        self._now = now
        self._state = State(100_000, now - HISTORY_S)
        self._state.begin_at(FIRST_SEQ, succeeded=0, failed=0)
        self._batch = self._fill(tasks)
        self._given = False

    def take(self) -> Batch | None:
        if self._given:
            return None
        self._given = True
        return self._batch

    def snapshot(self) -> Batch:
        return self._batch

    def task(self, uuid: str) -> TaskRow | None:
        return self._state.task(uuid)

    def gaps(self) -> list[Gap]:
        return []

    def _fill(self, tasks: int) -> Batch:
        second = self._now - HISTORY_S
        for raw in sorted(_events(tasks, self._now), key=lambda event: event["timestamp"]):
            while raw["timestamp"] > second + 1:
                second += 1
                self._state.series.advance(second, live=True)
                self._state.series.depth(_waiting(second, self._now))
            self._state.apply(_DECODE.decode(msgspec.json.encode(raw)), raw["timestamp"])
        self._state.series.advance(self._now, live=True)
        queues = [_queue(name, depth, self._now) for name, depth in DEPTHS.items()]
        self._state.workers.tick(self._now, self._now - HISTORY_S)
        counters = msgspec.structs.replace(
            self._state.counters(), waiting=sum(DEPTHS.values()), unacknowledged=6
        )
        return Batch(
            Connection("live", "redis://127.0.0.1:21000/0", self._now - HISTORY_S, self._now),
            counters,
            tasks=sorted(self._state.rows(), key=lambda row: row.seq),
            workers=self._state.workers.take_changed() or [],
            queues=queues,
            series=self._state.series.snapshot(),
            reset=True,
        )


def _waiting(second: float, now: float) -> int:
    """Comes to what the queues hold at the end."""
    grown = sum(DEPTHS.values()) * (1 - (now - second) / 3 / HISTORY_S)
    noise = random.Random(int(second)).gauss(0, 1.2) if now - second > 10 else 0.0
    return round(grown + noise)


def _queue(name: str, depth: int, now: float) -> QueueRow:
    chance = random.Random(name)
    high = depth > 10
    course = [
        max(0, round(depth * (0.4 + step / 100) + chance.gauss(0, depth / 20)))
        for step in range(60)
    ]
    out = {"forecasting": 0.7, "document_processing": 1.4, "model_training": 0.0}
    drain = {"document_processing": 28.0, "sentiment_analysis": 100.0, "monitoring": 33.0}
    return QueueRow(
        name,
        depth,
        {0: 3, 3: depth - 3} if high else {3: depth},
        0 if name == "model_training" else 2 if depth else 1,
        now,
        oldest=now - 5.2 * depth if depth else None,
        oldest_exact=name != "monitoring",
        in_rate=0.9 if high else 0.12 if depth else 0.0,
        out_rate=out.get(name, 0.15 if depth else 0.0),
        drain_s=drain.get(name),
        course=(*course, depth) if depth else (0,) * 60,
    )


def _events(tasks: int, now: float) -> Iterator[dict[str, Any]]:
    chance = random.Random(7)
    for number, worker in enumerate(WORKERS):
        for beat in range(HISTORY_S // 60):
            silent = number == 2 and beat > 8
            if not silent:
                yield _worker(worker, now - HISTORY_S + beat * 60 + number, number, now)
        if number != 2:
            yield _worker(worker, now - 1, number, now)
    for number in range(tasks):
        yield from seeded_task(number, now - HISTORY_S * (1 - number / tasks), now, chance)
    for number in range(6):
        yield from seeded_task(tasks + number, now - 1.0 - number / 5, now, chance, longer=12.0)


def _worker(name: str, at: float, number: int, now: float) -> dict[str, Any]:
    return {
        "type": "worker-heartbeat",
        "hostname": name,
        "timestamp": at,
        "pid": 4100 + number,
        "freq": 2.0,
        "active": (3, 4, 0, 1)[number],
        "processed": (412, 388, 97, 3)[number] - int((now - at) / 60 * PACES[number]),
        "loadavg": [0.8, 0.7, 0.6],
        "sw_ident": "py-celery",
        "sw_ver": "5.7.0",
        "sw_sys": "Linux",
    }


def seeded_task(
    number: int, sent: float, now: float, chance: random.Random, *, longer: float = 0.0
) -> Iterator[dict[str, Any]]:
    """The events of one task up to ``now``, by their time."""
    name, mean, _ = chance.choices(KINDS, weights=[kind[2] for kind in KINDS])[0]
    uuid = f"{chance.getrandbits(128):032x}"
    uuid = "-".join((uuid[:8], uuid[8:12], uuid[12:16], uuid[16:20], uuid[20:]))
    worker = chance.choice(WORKERS[:2])
    waited, ran = chance.expovariate(1 / 0.6), chance.expovariate(1 / mean) + 0.05 + longer
    common = {"uuid": uuid, "hostname": worker, "pid": 4100, "clock": number}

    def event(kind: str, at: float, **more: Any) -> dict[str, Any]:
        return common | {"type": kind, "timestamp": at} | more

    queue = catalog.task(name).queue
    what = {"name": name, "args": "()", "kwargs": f"{{'document': '{uuid.replace('-', '')}'}}"}
    yield event("task-sent", sent, queue=queue, retries=0, root_id=uuid, **what)
    if (begun := sent + waited) > now:
        return
    yield event("task-received", sent + waited * 0.8, retries=0, root_id=uuid, **what)
    yield event("task-started", begun)
    if (over := begun + ran) > now:
        yield event("task-progress", min(now, begun + 0.1), stage="Reading", fraction=0.4)
        return
    luck = chance.random()
    if luck < 0.02:
        trouble = {"exception": chance.choice(PROBLEMS), "traceback": "Traceback …"}
        yield event("task-failed", over, **trouble)
    elif luck < 0.03:
        yield event("task-retried", over, exception=PROBLEMS[1], traceback="Traceback …")
    else:
        yield event("task-succeeded", over, result="{'document_id': 12}", runtime=ran)
