"""What the workers of a seeded system answer."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

from desktop_app.services.workers import OnAnswer, Workers
from tests.seeded import KINDS, NOW, WORKERS
from worker_core import catalog
from worker_core.operations import worker_answers, worker_survey
from worker_core.operations.worker_facts import Job, Registered, Served, Stats
from worker_core.operations.worker_survey import Details, Glance

QUEUES = (
    ("document_processing", "sentiment_analysis", "monitoring"),
    ("document_processing", "sentiment_analysis", "forecasting"),
    (),
    ("model_training", "forecasting"),
)
MEMORY = (412_000_000, 388_400_000, 0, 918_000_000)


def job(worker: int, number: int, *, held: bool = False) -> Job:
    name, mean, _ = KINDS[(worker + number) % len(KINDS)]
    if held:
        name = "forecasting.generate_stock_forecast"
    digest = f"{random.Random(worker * 100 + number).getrandbits(128):032x}"
    return Job(
        task_id="-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:])),
        name=name,
        arguments=f"document='{digest}'" if "document" in name else "ticker='AAPL'",
        started=None if held else NOW - mean * (number + 1),
        pid=None if held else 4200 + 10 * worker + number,
        routing_key=catalog.task(name).queue,
        priority=5,
        redelivered=held and number == 2,
    )


def glance(worker: int) -> Glance:
    running, held = ((3, 0), (4, 12), (0, 0), (1, 0))[worker]
    slots = 4
    processes = tuple(4200 + 10 * worker + number for number in range(slots))
    raw = {
        "broker": {"hostname": "127.0.0.1", "port": 21000, "transport": "redis"},
        "pid": 4100 + worker,
        "pool": {"implementation": "celery.concurrency.prefork:TaskPool", "processes": processes},
        "prefetch_count": slots * 4,
        "uptime": 5400,
    }
    return Glance(
        WORKERS[worker],
        stats=Stats(
            pool="prefork",
            slots=slots,
            processes=processes,
            prefetch=slots * 4,
            pid=4100 + worker,
            uptime=5400.0,
            raw=raw,
        ),
        active=tuple(job(worker, number) for number in range(running)),
        reserved=tuple(job(worker, number, held=True) for number in range(held)),
        queues=tuple(Served(name, "", name) for name in QUEUES[worker]),
        memory=MEMORY[worker],
    )


class SeededWorkers(Workers):
    """Three workers that answer and one that is silent."""

    async def survey(self) -> Mapping[str, Glance]:
        return {WORKERS[worker]: glance(worker) for worker in (0, 1, 3)}

    async def details(self, node: str) -> Details:
        seen = glance(WORKERS.index(node))
        parts: dict[str, Any] = {
            "stats": seen.stats,
            "active": seen.active,
            "reserved": seen.reserved,
            "scheduled": [],
            "registered": [
                Registered(task.name, getattr(task, "rate_limit", None) or "")
                for task in catalog.TASKS.values()
            ],
            "revoked": [],
            "active_queues": seen.queues,
            "conf": worker_survey.masked(
                {"broker_url": "redis://desk:secret@10.0.0.5:6379/0", "task_acks_late": True}
            ),
        }
        return Details(node, parts)

    async def ask(
        self,
        command: str,
        arguments: Mapping[str, object],
        nodes: Sequence[str],
        on_answer: OnAnswer,
    ) -> None:
        for node in nodes:
            silent = node == WORKERS[2]
            told = worker_answers.read(command, arguments, node, {"ok": "done"})
            on_answer(worker_answers.silent(node) if silent else told)
