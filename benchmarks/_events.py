"""A stream of event messages as a busy Celery application sends them, the same at every run."""

import base64
import json
import random
import uuid
from collections.abc import Iterator
from typing import Any, Final

EPOCH: Final = 1_770_000_000.0
EVENTS_A_TASK: Final = 4
FAILING: Final = 0.03

_TASKS: Final = (
    ("document_processing.process_document", "document_processing"),
    ("document_processing.extract_tables", "document_processing"),
    ("sentiment_analysis.analyze_document", "sentiment_analysis"),
    ("sentiment_analysis.score_headlines", "sentiment_analysis"),
    ("forecasting.forecast_symbol", "forecasting"),
    ("anomaly_detection.detect_anomalies", "anomaly_detection"),
    ("data_processing.refresh_prices", "data_processing"),
    ("monitoring.check_health", "monitoring"),
)
_SYMBOLS: Final = tuple(f"{a}{b}{c}" for a in "ABCDE" for b in "FGHIJ" for c in "KLMNO")
_WORKERS: Final = tuple(f"worker{number}@node{number % 3}" for number in range(8))
# Celery sends what has gathered in one turn of its loop, which is about two events.
_BATCH: Final = 2

Event = dict[str, Any]


def tasks(count: int, seed: int = 7) -> Iterator[list[Event]]:
    """For each of ``count`` tasks its four events; a task of 20 ms to 2 s starts each 2 ms."""
    draw = random.Random(seed)  # noqa: S311 - nothing is kept secret
    for number in range(count):
        name, queue = draw.choice(_TASKS)
        symbol, worker = draw.choice(_SYMBOLS), draw.choice(_WORKERS)
        task_id = str(uuid.UUID(int=draw.getrandbits(128), version=4))
        digest = f"{draw.getrandbits(256):064x}"
        sent = EPOCH + number * 0.002
        received = sent + draw.uniform(0.002, 0.05)
        started = received + draw.uniform(0.001, 0.2)
        runtime = draw.lognormvariate(-2.0, 0.8)
        described = {
            "name": name,
            "args": "()",
            "kwargs": f"{{'document': '{digest}', 'symbol': '{symbol}', "
            f"'window': {draw.randrange(5, 250)}, 'force': False}}",
            "root_id": task_id,
            "parent_id": None,
            "retries": 0,
            "eta": None,
            "expires": None,
        }
        route = {"queue": queue, "exchange": queue, "routing_key": queue}
        ended: Event
        if draw.random() < FAILING:
            trace = "".join(
                f'  File "/srv/app/{name.replace(".", "/")}.py", line {line}, in step\n'
                for line in range(10, 22)
            )
            error = f"ValueError('no prices of {symbol} before {number}')"
            ended = {"type": "task-failed", "exception": error}
            ended["traceback"] = f"Traceback (most recent call last):\n{trace}{error}\n"
        else:
            result = f"{{'status': 'done', 'symbol': '{symbol}', 'rows': {draw.randrange(9000)}}}"
            ended = {"type": "task-succeeded", "result": result, "runtime": runtime}
        publisher = {"hostname": "gen1@api", "pid": 811, "utcoffset": 0, "clock": number}
        own = {"hostname": worker, "pid": 4711, "utcoffset": 0, "clock": number, "uuid": task_id}
        yield [
            {"type": "task-sent", "timestamp": sent, "uuid": task_id}
            | publisher
            | described
            | route,
            {"type": "task-received", "timestamp": received} | own | described,
            {"type": "task-started", "timestamp": started} | own,
            ended | {"timestamp": started + runtime} | own,
        ]


def in_order(count: int, seed: int = 7) -> list[Event]:
    """The events of ``count`` tasks by their time."""
    events = [event for task in tasks(count, seed) for event in task]
    return sorted(events, key=lambda event: float(event["timestamp"]))


def messages(events: list[Event]) -> list[bytes]:
    """Messages as kombu writes them to Redis: what is sent is one, what workers tell are batches
    of two."""
    found: list[bytes] = []
    waiting: dict[str, list[Event]] = {}
    for event in events:
        if event["type"] == "task-sent":
            found.append(message(event))
            continue
        batch = waiting.setdefault(event["hostname"], [])
        batch.append(event)
        if len(batch) == _BATCH:
            found.append(message(waiting.pop(event["hostname"])))
    return found + [message(batch) for batch in waiting.values()]


def message(body: Event | list[Event]) -> bytes:
    properties = {"delivery_mode": 1, "body_encoding": "base64", "priority": 0}
    return json.dumps(
        {
            "body": base64.b64encode(json.dumps(body).encode()).decode(),
            "content-encoding": "utf-8",
            "content-type": "application/json",
            "headers": {"hostname": "worker@node"},
            "properties": properties,
        }
    ).encode()
