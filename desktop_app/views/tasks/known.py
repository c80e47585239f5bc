"""Names, queues and workers that have been seen, to be offered while one types."""

from desktop_app.monitor.query import Vocabulary
from desktop_app.monitor.rows import Batch


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
        self._names.update([row.name for row in batch.tasks])
        self._queues.update([row.queue for row in batch.tasks])
        self._queues.update([row.name for row in batch.queues or ()])
        self._workers.update([row.worker for row in batch.tasks if row.worker is not None])
        self._workers.update([row.hostname for row in batch.workers or ()])

    def vocabulary(self) -> Vocabulary:
        return Vocabulary(
            names=sorted(filter(None, self._names)),
            queues=sorted(filter(None, self._queues)),
            workers=sorted(filter(None, self._workers)),
        )
