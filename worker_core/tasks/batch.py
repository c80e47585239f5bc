"""What the tasks share that are given many things: each becomes a task of its own.

The task that was given them ends when all are handed over: waiting for them would hold one of the
processes that are to do the work. How far they are is found by its id (`operations.batches`).
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from worker_core.operations import batches
from worker_core.operations.batches import Item
from worker_core.tasks.base import Run

log = logging.getLogger(__name__)

PROGRESS_EVERY = 20


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The tasks of the items that were handed over, and the keys of those that were done before.

    Of items with one key there is one task. A second delivery of the whole answers the same tasks.
    """

    tasks: list[str]
    done: list[str]


def hand_over(run: Run, items: Sequence[Item], is_done: Callable[[Item], bool]) -> HandedOver:
    """Hand over the items that are not done.

    Raises:
        BrokerUnreachable: the task is tried again later, and goes on where it was.
    """
    total = len(items)
    handed: list[str] = []
    done: list[str] = []
    for number, item in enumerate(items):
        if number % PROGRESS_EVERY == 0:
            run.progress(f"Handing over, {number:,} of {total:,}", number / total)
        if is_done(item):
            done.append(item.key)
        else:
            handed.append(batches.hand_over(run.task_id, item))
    log.info("Handed over %d of %d; %d were done before.", len(handed), total, len(done))
    return HandedOver(list(dict.fromkeys(handed)), list(dict.fromkeys(done)))
