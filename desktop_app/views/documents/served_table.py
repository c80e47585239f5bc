"""One's own documents as the server lists them."""

import time
from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop_app.qt_models.keyed_table import Cell, RowRole
from desktop_app.qt_models.listed_table import ListedTableModel
from desktop_app.qt_models.words import clean
from desktop_app.ui import formats, texts
from desktop_app.ui.columns import AnyIndex, Column, Kind
from desktop_app.ui.tables import Table
from desktop_app.views.documents.wording import STATUS_WORDS
from worker_core.operations.remote.document_answers import Document


def _added(row: Document) -> str:
    return formats.moment(row.added_at.timestamp(), time.time())


def _status_ink(index: AnyIndex) -> str:
    row: Document = index.data(RowRole)
    return "danger" if row.status == "failed" else "text_muted"


_CELLS: Sequence[Cell[Document]] = (
    Cell(
        "Document",
        lambda row: clean(row.filename),
        lambda row: texts.tip(clean(row.error or "")) or None,
    ),
    Cell("Company", lambda row: clean(row.company or row.ticker or "")),
    Cell("Type", lambda row: clean(row.document_type or "")),
    Cell("Status", lambda row: STATUS_WORDS.get(row.status, clean(row.status))),
    Cell("Handed in", _added),
)
_LOOKS = (
    Column(stretch=True),
    Column(width=120),
    Column(width=72, ink="text_muted"),
    Column(width=92, ink=_status_ink),
    Column(Kind.NUMBER, 96, ink="text_muted"),
)


_WIDE_FROM = 560
_ONLY_WHERE_WIDE = (1, 2)


class ServedTable(Table):
    """Newest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Your documents", _LOOKS, parent)
        self.rows: ListedTableModel[Document] = ListedTableModel(
            _CELLS, lambda row: row.document, self
        )
        self.setModel(self.rows)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Beside an open document the name is what is looked for.
        for column in _ONLY_WHERE_WIDE:
            self.setColumnHidden(column, self.viewport().width() < _WIDE_FROM)

    def take(self, page: Sequence[Document], *, anew: bool) -> None:
        """Show a page: behind what is there, or ``anew`` from the newest on."""
        self.rows.show(list(page) if anew else [*self.rows.rows, *page])
