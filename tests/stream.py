"""``python -m tests.stream URL EVENTS_A_SECOND``: what the workers of a busy team send, in real
time, until it is ended. Which tasks come, how long they take and which fail is always the same."""

import base64
import heapq
import random
import sys
import time
from collections.abc import Iterator
from typing import Any

import orjson
from redis import Redis

from tests.seeded import KINDS, WORKERS, seeded_task
from worker_core import catalog
from worker_core.operations import wire

BATCH = 24
HEARTBEAT_S = 2.0
WAITING = {"forecasting": 4100, "document_processing": 860, "model_training": 128}
EVENTS_A_TASK = 4
FASTER = 50
"""So much shorter are its tasks than those of the seeded picture: no more run than have a slot."""


def heartbeat(number: int, worker: str, processed: int) -> dict[str, Any]:
    return {
        "type": "worker-heartbeat",
        "hostname": worker,
        "timestamp": time.time(),
        "pid": 4100 + number,
        "freq": HEARTBEAT_S,
        "active": (3, 4, 0, 1)[number],
        "processed": processed,
        "loadavg": [6.8, 6.1, 5.7],
        "sw_ident": "py-celery",
        "sw_ver": "5.7.0",
        "sw_sys": "Linux",
    }


def fill_queues(redis: Redis) -> None:
    """Messages that no worker takes away."""
    chance = random.Random(5)
    for queue in catalog.QUEUES:
        redis.sadd(f"{wire.BINDINGS}{queue}", wire.SEPARATOR.join((queue, "", queue)))
    for queue, count in WAITING.items():
        names = [name for name, _, _ in KINDS if name.startswith(queue)]
        name = names[0] if names else f"{queue}.retrain_forecasting_models"
        pipe = redis.pipeline(transaction=False)
        for number in range(count):
            pipe.lpush(wire.step_key(queue, (0, 3, 6)[number % 3]), _message(name, queue, chance))
        pipe.execute()


def _message(name: str, queue: str, chance: random.Random) -> bytes:
    task_id = f"{chance.getrandbits(128):032x}"
    told = {"ticker": chance.choice(("AAPL", "MSFT", "NVDA", "JPM", "XOM")), "horizon": 30}
    body = orjson.dumps([[], told, {"callbacks": None, "errbacks": None, "chain": None}])
    return orjson.dumps(
        {
            "body": base64.b64encode(body).decode(),
            "content-encoding": "utf-8",
            "content-type": wire.JSON,
            "headers": {"task": name, "id": task_id, "retries": 0, "afi_enqueued_at": time.time()},
            "properties": {
                "body_encoding": "base64",
                "delivery_info": {"exchange": "", "routing_key": queue},
                "delivery_tag": task_id,
            },
        }
    )


def events(per_second: float) -> Iterator[dict[str, Any]]:
    """Events of tasks by their time, each not before it has come."""
    chance, number = random.Random(7), 0
    begun = time.time()
    due: list[tuple[float, int, dict[str, Any]]] = []
    told = 0
    while True:
        now = time.time()
        while number < (now - begun) * per_second / EVENTS_A_TASK:
            for event in seeded_task(number, now, float("inf"), chance):
                told += 1
                event["timestamp"] = now + (event["timestamp"] - now) / FASTER
                if "runtime" in event:
                    event["runtime"] /= FASTER
                heapq.heappush(due, (event["timestamp"], told, event))
            number += 1
        while due and due[0][0] <= now:
            yield heapq.heappop(due)[2]
        time.sleep(0.005)


def main() -> None:
    url, per_second = sys.argv[1], float(sys.argv[2])
    with Redis.from_url(url) as redis:
        fill_queues(redis)
        batch: list[dict[str, Any]] = []
        beat_due, processed = 0.0, 0
        for event in events(per_second):
            batch.append(event)
            processed += event["type"] == "task-succeeded"
            if len(batch) >= BATCH:
                _publish(redis, "task.multi", batch)
                batch = []
            if time.monotonic() >= beat_due:
                beat_due = time.monotonic() + HEARTBEAT_S
                for number, worker in enumerate(WORKERS):
                    share = processed * (52, 46, 2, 0)[number] // 100
                    _publish(redis, "worker.heartbeat", heartbeat(number, worker, share))


def _publish(redis: Redis, routing_key: str, body: object) -> None:
    redis.publish(
        f"/0.celeryev/{routing_key}",
        wire.envelope(body, exchange="celeryev", routing_key=routing_key, headers={}),
    )


if __name__ == "__main__":
    main()
