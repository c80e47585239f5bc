"""What Ctrl+K finds beside the pages: what the system has, by its name."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from desktop_app.monitor.rows import Batch
from desktop_app.qt_models.words import clean
from desktop_app.services.connection import Connections
from desktop_app.services.insights import Known
from desktop_app.services.preferences import label_of
from desktop_app.ui.command_palette import Action
from worker_core.catalog import TASKS
from worker_core.settings.declared import declarations
from worker_core.storage import DocumentRecord, display_name

Go = Callable[[str, Any], object]


class Finds:
    """Tasks of the catalog, queues, workers, documents, symbols, connections and settings, each a
    way to its page."""

    def __init__(
        self, go: Go, connections: Connections, use: Callable[[str | None], object]
    ) -> None:
        self._go = go
        self._connections = connections
        self._use = use
        self._queues: Sequence[str] = ()
        self._workers: Sequence[str] = ()
        self.documents: Sequence[DocumentRecord] = ()
        self.symbols: Sequence[Known] = ()

    def take(self, batch: Batch) -> None:
        """Note which queues and workers there are."""
        if batch.queues is not None:
            self._queues = [row.name for row in batch.queues]
        if batch.workers is not None:
            self._workers = [row.hostname for row in batch.workers]

    def actions(self) -> Iterator[Action]:
        for queue in self._queues:
            yield self._to("Queue", clean(queue), "queues", {"queue": queue})
        for worker in self._workers:
            yield self._to("Worker", clean(worker), "workers", {"worker": worker})
        for spec in TASKS.values():
            if spec.unavailable is None:
                yield self._to("Enqueue", spec.title, "enqueue", {"name": spec.name})
            yield self._to("Tasks of", spec.title, "tasks", {"name": spec.name})
        for record in self.documents:
            detail = {"sha256": record.sha256}
            yield self._to("Document", clean(_called(record)), "documents", detail)
        for known in self.symbols:
            title = clean(" · ".join(filter(None, (known.symbol, known.name))))
            yield self._to("Symbol", title, "insights", {"symbol": known.symbol})
        for name in (None, *(one.name for one in self._connections.profiles)):
            title = self._connections.settings_name if name is None else name
            yield Action(f"Look at {clean(title)}", "Connection", partial(self._use, name))

        for one in declarations():
            yield self._to("Setting", label_of(one.name), "settings", {"search": one.variable})

    def search(self, words: str) -> Action:
        """All documents may be searched, not only the latest by their names."""
        title = f"Search all documents for “{clean(words)}”"
        return self._to("Document", title, "documents", {"words": words})

    def _to(self, group: str, title: str, page: str, detail: dict[str, Any]) -> Action:
        return Action(title, group, partial(self._go, page, detail))


def _called(record: DocumentRecord) -> str:
    return " · ".join(filter(None, (record.company, display_name(record.filename))))
