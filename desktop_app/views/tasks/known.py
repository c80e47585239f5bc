"""Names, queues and workers that have been seen, to be offered while one types."""

from collections.abc import Iterable
from typing import Final

from desktop_app.monitor.query import Vocabulary
from desktop_app.monitor.rows import Batch

MOST: Final = 1_000
"""Of each kind: an application may make up a name for every task."""


class Known:
    def __init__(self) -> None:
        self._names: set[str] = set()
        self._queues: set[str] = set()
        self._workers: set[str] = set()

    def take(self, batch: Batch) -> None:
        """Learn from a batch; one that resets is of another system, or of the same anew."""
        if batch.reset:
            for seen in (self._names, self._queues, self._workers):
                seen.clear()
        # What is polled comes first: it is there now.
        _learn(self._queues, [row.name for row in batch.queues or ()])
        _learn(self._workers, [row.hostname for row in batch.workers or ()])
        _learn(self._names, [row.name for row in batch.tasks])
        _learn(self._queues, [row.queue for row in batch.tasks])
        _learn(self._workers, [row.worker for row in batch.tasks if row.worker is not None])

    def remember(self, vocabulary: Vocabulary) -> None:
        """Learn what tasks of earlier days have had."""
        _learn(self._names, vocabulary.names)
        _learn(self._queues, vocabulary.queues)
        _learn(self._workers, vocabulary.workers)

    def vocabulary(self) -> Vocabulary:
        return Vocabulary(
            names=sorted(self._names), queues=sorted(self._queues), workers=sorted(self._workers)
        )


def _learn(known: set[str], words: Iterable[str]) -> None:
    new = {word for word in words if word and word.isprintable()} - known
    known.update(sorted(new)[: max(MOST - len(known), 0)])
