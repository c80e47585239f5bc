"""The documents of the store as a table, newest first, read page by page as one scrolls."""

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from desktop_app.ui import formats, texts
from desktop_app.ui.columns import AnyIndex
from desktop_app.views.documents import wording
from worker_core.storage import DocumentRecord

RecordRole = int(Qt.ItemDataRole.UserRole) + 1
_TOP = QModelIndex()


class Column(IntEnum):
    NAME, COMPANY, TICKER, TYPE, PERIOD, FILED, EXTENT, STATUS, WHEN = range(9)


TITLES = ("Document", "Company", "Ticker", "Type", "Period", "Filed", "Length", "Status", "Arrived")


_FIELDS = {
    Column.NAME: "filename",
    Column.COMPANY: "company",
    Column.TICKER: "ticker",
    Column.TYPE: "document_type",
    Column.PERIOD: "period",
    Column.FILED: "filing_date",
}


class LibraryModel(QAbstractTableModel):
    """Rows are ordered by falling id, which is also the key of a page.

    :param now: seconds since 1970, for the words of a time
    """

    page_wanted = Signal()
    """Rows after the last are about to be seen; answer with :meth:`append`."""

    def __init__(self, now: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._rows: list[DocumentRecord] = []
        self._complete = False

    def rowCount(self, parent: AnyIndex = _TOP) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = _TOP) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return TITLES[section]
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        record = self._rows[index.row()]
        match role:
            case _ if role == RecordRole:
                return record
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return self._text(record, Column(index.column()))
            case Qt.ItemDataRole.ToolTipRole:
                return texts.tip(record.error_message or record.filename)
        return None

    def _text(self, record: DocumentRecord, column: Column) -> str:
        match column:
            case Column.EXTENT:
                return wording.extent(record)
            case Column.STATUS:
                return wording.STATUS_WORDS[record.status]
            case Column.WHEN:
                return formats.moment(record.created_at.timestamp(), self._now())
        return str(getattr(record, _FIELDS[column]) or "")

    def canFetchMore(self, parent: AnyIndex) -> bool:
        return not parent.isValid() and bool(self._rows) and not self._complete

    def fetchMore(self, parent: AnyIndex) -> None:
        if not parent.isValid():
            self.page_wanted.emit()

    @property
    def last_id(self) -> int | None:
        """The key of the page that follows."""
        return self._rows[-1].id if self._rows else None

    @property
    def records(self) -> Sequence[DocumentRecord]:
        return self._rows

    def row_of(self, document_id: int) -> int | None:
        places = (row for row, record in enumerate(self._rows) if record.id == document_id)
        return next(places, None)

    def change(self, record: DocumentRecord) -> None:
        """Take in what is known of a document now, where it stands."""
        row = self.row_of(record.id)
        if row is not None and self._rows[row] != record:
            self._rows[row] = record
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))

    def append(self, page: Sequence[DocumentRecord], limit: int) -> None:
        """Take in the page after the last row; one shorter than ``limit`` is the last."""
        last = self.last_id
        fresh = [record for record in page if last is None or record.id < last]
        self._complete = len(page) < limit
        if fresh:
            first = len(self._rows)
            self.beginInsertRows(_TOP, first, first + len(fresh) - 1)
            self._rows += fresh
            self.endInsertRows()

    def begin(self, page: Sequence[DocumentRecord], limit: int) -> None:
        """Take in the first page of another list."""
        self.beginResetModel()
        self._rows = list(page)
        self._complete = len(page) < limit
        self.endResetModel()

    def refresh(self, page: Sequence[DocumentRecord], limit: int) -> None:
        """Take in the first page again: new rows come on top, known ones change where they stand.

        Where the rows in between do not agree (some were deleted, or more came than a page holds)
        the table starts anew with this page.
        """
        new = 0
        known = self._rows[0].id if self._rows else None
        while known is not None and new < len(page) and page[new].id > known:
            new += 1
        again = page[new:]
        held = self._rows[: len(again)]
        if not again or [record.id for record in held] != [record.id for record in again]:
            self.begin(page, limit)
            return
        for row, record in enumerate(again):
            if self._rows[row] != record:
                self._rows[row] = record
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))
        if new:
            self.beginInsertRows(_TOP, 0, new - 1)
            self._rows[:0] = page[:new]
            self.endInsertRows()
