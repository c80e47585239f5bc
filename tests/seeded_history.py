"""A week of tasks in a history of its own, always the same."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from desktop_app.monitor.history import HistoryReader
from desktop_app.monitor.history.schema import open_writer
from desktop_app.monitor.history.tables import Tables
from desktop_app.monitor.rows import Gap, TaskRow
from tests.seeded import HISTORY_S, KINDS, NOW, PROBLEMS, WORKERS
from worker_core import catalog

DAY_S = 86_400


def seeded_history(
    path: Path, held: Sequence[TaskRow] = (), now: float = NOW, tasks: int = 24_000
) -> HistoryReader:
    """A file with tasks of the week before those ``held`` in memory, more of them lately, and a
    gap; and with those held."""
    connection = open_writer(path)
    gap = Gap(now - 1_900, now - 1_869, "overflow", 312, "312 event messages were left out.")
    Tables(connection).write([*_tasks(tasks, now - HISTORY_S), *held], [gap], {})
    connection.close()
    return HistoryReader(path, lambda: now)


def _tasks(number: int, now: float) -> Iterator[TaskRow]:
    chance = random.Random(11)
    ages = sorted((7 * DAY_S * chance.random() ** 2 for _ in range(number)), reverse=True)
    for seq, age in enumerate(ages):
        yield _task(seq, now - age, chance)


def _task(seq: int, sent: float, chance: random.Random) -> TaskRow:
    name, mean, _ = chance.choices(KINDS, weights=[kind[2] for kind in KINDS])[0]
    uuid = f"{chance.getrandbits(128):032x}"
    waited, ran = chance.expovariate(1 / 0.8), chance.lognormvariate(0, 0.7) * mean
    worker = chance.choice(WORKERS[:2])
    failed = chance.random() < (0.08 if "forecast" in name else 0.012)
    return TaskRow(
        seq,
        uuid,
        sent,
        sent + waited + ran,
        name=name,
        queue=catalog.task(name).queue,
        state="FAILURE" if failed else "SUCCESS",
        args="()",
        kwargs="{}",
        worker=worker,
        sent=sent,
        received=sent + waited * 0.8,
        started=sent + waited,
        finished=sent + waited + ran,
        runtime=ran,
        root_id=uuid,
        result=None if failed else "{'document_id': 12}",
        exception=chance.choice(PROBLEMS) if failed else None,
    )
