"""The page under test with its surroundings, and filings of an invented company."""

import asyncio
import hashlib
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractItemView, QWidget

from desktop_app.services.documents import Documents
from desktop_app.services.tray import Phase, TrayItem
from desktop_app.ui.background import Background
from desktop_app.ui.messages import Messages
from desktop_app.views.documents import DocumentsPage
from tests.ui.surroundings import Surroundings
from worker_core.storage import (
    DocumentRecord,
    Section,
    SentimentScore,
    SentimentSentence,
    Storage,
    SummarySentence,
)

BOUND = 90.0

# Characters beyond U+FFFF count twice in Qt and once in Python.
COVER = "Harrow Vale Instruments 📈📈\nAnnual report for 2024\n"
GOOD = "Orders grew strongly and margins improved in every region."
BAD = "A dispute with a supplier caused a loss and may cause further losses."
PLAIN = "The company makes balances and gauges."
PADDING = "\n".join(f"Paragraph {n} says nothing that would matter here." for n in range(1200))
BUSINESS = f"Item 1. Business\n{PLAIN}\n{GOOD}\n"
RISKS = f"Item 1A. Risk Factors\n{PADDING}\n{BAD}\n"
PROXY = "Item 10. Directors\n"
TEXT = COVER + BUSINESS + RISKS + PROXY


async def until(condition: Callable[[], object], what: str = "it came to pass") -> None:
    """Wait for a condition, generously."""
    end = time.monotonic() + BOUND
    while not condition():
        assert time.monotonic() < end, f"waited {BOUND:.0f} s in vain until {what}"
        await asyncio.sleep(0.005)


def sections() -> list[Section]:
    start = len(COVER)
    risks, proxy = start + len(BUSINESS), start + len(BUSINESS) + len(RISKS)
    return [
        Section("Item 1", "Business", start, risks),
        Section("Item 1A", "Risk Factors", risks, proxy),
        Section("Item 10", "Directors", proxy, proxy, by_reference=True),
    ]


def place_of(sentence: str) -> tuple[int, int]:
    start = TEXT.index(sentence)
    return start, start + len(sentence)


def register(storage: Storage, name: str) -> DocumentRecord:
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    return storage.documents.register(sha256, name, 120_000, "text/html", f"task-{name}")


def parsed(storage: Storage, name: str = "harrow-vale-10k.html", **facts: Any) -> DocumentRecord:
    """A filing that has been read, and not yet scored."""
    record = register(storage, name)
    told: dict[str, Any] = {
        "company": "Harrow Vale Instruments",
        "ticker": "HVI",
        "document_type": "10-K",
        "period": "2024-12-31",
        "filing_date": date(2025, 2, 14),
    }
    return storage.documents.save_parsed(
        record.sha256, text=TEXT, sections=sections(), parser_version="1", **(told | facts)
    )


def scored(storage: Storage, name: str = "harrow-vale-10k.html", **facts: Any) -> DocumentRecord:
    """A filing with summary and sentiment."""
    record = parsed(storage, name, **facts)
    good, bad = place_of(GOOD), place_of(BAD)
    storage.documents.save_sentiment(
        record.id,
        "vader-test",
        [
            SentimentScore("", "", 0.5, 0.25, 0.25, 0.12, 4),
            SentimentScore("Item 1", "", 0.5, 0.5, 0.0, 0.4, 2),
            SentimentScore("Item 1A", "", 0.5, 0.0, 0.5, -0.16, 2),
        ],
        [
            SentimentSentence(*good, 0.8, "positive"),
            SentimentSentence(*bad, -0.7, "negative"),
            SentimentSentence(*place_of(PLAIN), 0.0, "neutral"),
        ],
    )
    storage.documents.save_summary(
        record.id,
        "lead-test",
        [SummarySentence(*good, GOOD, 0.9), SummarySentence(*bad, BAD, 0.7)],
    )
    return record


class Desk(Surroundings):
    """Builds the page, feeds its tray, and takes it down."""

    def __init__(self, documents: Documents, background: Background, messages: Messages) -> None:
        self.documents = documents
        self.background = background
        self.messages = messages
        self._page: DocumentsPage | None = None

    async def open(self, width: int = 1400, height: int = 800) -> DocumentsPage:
        """The page, on show, with its library read."""
        page = self._page = DocumentsPage(self.documents, self.background, self.messages)
        self.documents.changed = page.tray_changed
        page.resize(width, height)
        page.show()
        page.shown()
        await self.quiet()
        return page

    async def quiet(self) -> None:
        """Until nothing is under way."""
        page = self._page

        def timers() -> bool:
            return page is not None and any(t.isActive() for t in page.findChildren(QTimer))

        await until(lambda: not self.background.busy and not timers(), "nothing was under way")

    def drop(self, name: str, **values: Any) -> TrayItem:
        """A file in the tray, in any phase of its way."""
        tray = self.documents.tray
        item = tray.add(Path("/dropped") / name, name)
        if values:
            item = tray.change(item.key, **values)
        self._tell(item)
        return item

    def change(self, item: TrayItem, **values: Any) -> TrayItem:
        changed = self.documents.tray.change(item.key, **values)
        self._tell(changed)
        return changed

    def _tell(self, item: TrayItem) -> None:
        self.documents.changed(item)
        if self._page is not None:
            self._page.tray.flush()

    def finished(self, record: DocumentRecord) -> dict[str, Any]:
        return {
            "phase": Phase.DONE,
            "stage": "Done",
            "fraction": 1.0,
            "sha256": record.sha256,
            "document_id": record.id,
        }

    async def close(self) -> None:
        """A hidden page comes to rest; then it goes."""
        page = self._page
        if page is not None:
            page.hidden()
            await self.quiet()
            self.documents.changed = lambda _item: None
            self._page = None
            page.close()
            page.deleteLater()
        await self.background.close()


def settle_layout(widget: QWidget) -> None:
    """Views lay their rows out when they are next asked to."""
    for view in widget.findChildren(QAbstractItemView):
        view.doItemsLayout()
