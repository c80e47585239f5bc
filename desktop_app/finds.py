"""What Ctrl+K finds beside the pages: what the system has, by its name."""

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from desktop_app.monitor.rows import Batch
from desktop_app.qt_models.words import clean
from desktop_app.services.connection import Connections
from desktop_app.services.documents import Documents
from desktop_app.services.insights import Insights, Known
from desktop_app.services.preferences import label_of
from desktop_app.ui.background import Background
from desktop_app.ui.command_palette import Action
from worker_core.catalog import TASKS
from worker_core.settings.declared import declarations
from worker_core.storage import DocumentRecord, display_name

Go = Callable[[str, Any], object]

LATEST_DOCUMENTS = 500
UPDATE = "data_processing.update_market_data"

log = logging.getLogger(__name__)


class Finds:
    """Tasks of the catalog, queues, workers, documents, symbols, connections and settings, each a
    way to its page.

    :param use: looks at the connection of that name
    """

    def __init__(
        self,
        go: Go,
        use: Callable[[str | None], object],
        *,
        connections: Connections,
        documents: Documents,
        insights: Insights,
        background: Background,
    ) -> None:
        self._go, self._use = go, use
        self._connections = connections
        self._stored_documents, self._insights = documents, insights
        self._background = background
        # Another one each time that what is stored comes within reach; None while it is not.
        self._asks: object = None
        self._queues: Sequence[str] = ()
        self._workers: Sequence[str] = ()
        self._documents: Sequence[DocumentRecord] = ()
        self._symbols: Sequence[Known] = ()

    def begin(self) -> None:
        """What is stored is within reach: find it too."""
        self._asks = object()
        self.look_for_documents()
        self._look_for_symbols()

    def end(self) -> None:
        """What is stored is out of reach."""
        self._asks = None
        self._documents, self._symbols = (), ()

    def take(self, batch: Batch) -> None:
        """Note which queues and workers there are."""
        if batch.queues is not None:
            self._queues = [row.name for row in batch.queues]
        if batch.workers is not None:
            self._workers = [row.hostname for row in batch.workers]
        if any(row.name == UPDATE and row.state == "SUCCESS" for row in batch.tasks):
            self._look_for_symbols()

    def look_for_documents(self) -> None:
        """The latest of them."""
        if (asks := self._asks) is None:
            return

        def found(records: tuple[DocumentRecord, ...]) -> None:
            if asks is self._asks:
                self._documents = records

        self._background.run(
            self._stored_documents.library(LATEST_DOCUMENTS),
            "list the documents",
            on_success=found,
        )

    def _look_for_symbols(self) -> None:
        if (asks := self._asks) is None:
            return

        def found(known: tuple[Known, ...]) -> None:
            if asks is self._asks:
                self._symbols = known

        self._background.run(
            self._insights.known(),
            "list the symbols",
            on_success=found,
            # Without a database it does without them.
            on_failure=lambda error: log.info("The symbols are not known: %s", error),
        )

    def actions(self) -> Iterator[Action]:
        for queue in self._queues:
            yield self._to("Queue", clean(queue), "queues", {"queue": queue})
        for worker in self._workers:
            yield self._to("Worker", clean(worker), "workers", {"worker": worker})
        for spec in TASKS.values():
            if spec.unavailable is None:
                yield self._to("Enqueue", spec.title, "enqueue", {"name": spec.name})
            yield self._to("Tasks of", spec.title, "tasks", {"name": spec.name})
        for record in self._documents:
            detail = {"sha256": record.sha256}
            yield self._to("Document", clean(_called(record)), "documents", detail)
        for known in self._symbols:
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
