"""What a view of one document wants to know and may do, wherever the documents are."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Protocol

from desktop_app.services.document_store import DocumentResult, Figures
from worker_core.operations.corrections import Corrected
from worker_core.operations.labels import LabelStatus
from worker_core.operations.submit import Submission
from worker_core.storage import DocumentRecord, LabelRecord, ToneLabel


class Readable(Protocol):
    """The database's documents (`DocumentStore`), or those of a user of the API
    (`ServedStore`). Errors are in words for the user."""

    async def result(self, document_id: int) -> DocumentResult | None: ...
    async def text(self, document_id: int, start: int, end: int) -> str: ...
    async def figures(self, document: DocumentRecord) -> Figures: ...
    async def place(
        self, document_id: int, source: str, label: str | None, value: Decimal | None, /
    ) -> tuple[int, int] | None: ...
    async def correct(
        self, document_id: int, values: Mapping[str, str | date | None], /
    ) -> Corrected: ...
    async def undo_corrections(self, document_id: int, fields: Iterable[str], /) -> Corrected: ...
    async def give_label(
        self, sha256: str, start: int, end: int, label: ToneLabel
    ) -> LabelRecord: ...
    async def undo_label(self, label_id: int) -> LabelRecord | None: ...
    async def label_status(self) -> LabelStatus: ...
    async def calculate_metrics(self, document: DocumentRecord) -> Submission: ...
