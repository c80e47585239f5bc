"""Tasks that one busy worker has taken ahead while another one has nothing to do."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from worker_core.operations import worker_facts
from worker_core.operations.worker_facts import Job, Served


@dataclass(frozen=True, slots=True)
class Load:
    """What one worker has to do: ``slots`` at once, ``running`` of them taken, ``held`` taken
    from the broker and not begun."""

    node: str
    slots: int
    running: int
    held: Sequence[Job]
    queues: Sequence[Served]

    @property
    def free(self) -> int:
        """Slots that nothing held here will take."""
        return max(self.slots - self.running - len(self.held), 0)

    @property
    def waiting(self) -> int:
        """Held tasks that no free slot takes at once."""
        return max(len(self.held) - max(self.slots - self.running, 0), 0)


@dataclass(frozen=True, slots=True)
class HeldUp:
    """``tasks`` of ``queue`` wait in ``node`` while the workers ``idle`` could begin them: each is
    a name and its free slots."""

    node: str
    queue: str
    tasks: int
    idle: tuple[tuple[str, int], ...]


def held_up(loads: Iterable[Load]) -> list[HeldUp]:
    """Where tasks wait in one worker while another that serves their queue is free; the most
    tasks first."""
    everyone = list(loads)
    found = []
    for load in everyone:
        if not load.waiting:
            continue
        by_queue = Counter(worker_facts.queue_of(job, load.queues) for job in load.held)
        for queue, tasks in by_queue.items():
            idle = tuple(
                (other.node, other.free)
                for other in everyone
                if other is not load and other.free and _serves(other, queue)
            )
            if idle:
                found.append(HeldUp(load.node, queue, min(tasks, load.waiting), idle))
    return sorted(found, key=lambda entry: (-entry.tasks, entry.node, entry.queue))


def _serves(load: Load, queue: str) -> bool:
    return any(queue == served.name for served in load.queues)
