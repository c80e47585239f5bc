"""The sections of a document at the left of its text, each with its tone."""

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop_app.ui import tables, texts
from desktop_app.ui.columns import AnyIndex, Kind
from desktop_app.ui.columns import Column as Look
from desktop_app.views.documents import tone, wording
from desktop_app.views.documents.sections import Row

WHOLE = "Whole document"
_TOP = QModelIndex()


# How wide the outline must be for more than its names.
_BAR_FROM = 196


class Column(IntEnum):
    NAME, BAR = range(2)


class OutlineModel(QAbstractTableModel):
    """The whole document, then its sections in reading order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[Row] = ()
        self._whole: float | None = None

    def set_rows(self, rows: Sequence[Row], whole: float | None) -> None:
        self.beginResetModel()
        self._rows, self._whole = rows, whole
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = _TOP) -> int:
        return 0 if parent.isValid() else len(self._rows) + 1

    def columnCount(self, parent: AnyIndex = _TOP) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return ("Section", "Tone")[section]
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() > len(self._rows):
            return None
        row = self._rows[index.row() - 1] if index.row() else None
        mean = self._whole if row is None else row.score.mean if row.score else None
        match role:
            case Qt.ItemDataRole.DisplayRole if index.column() == Column.BAR:
                return mean
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                named = _named(row)
                return texts.tip(named) if role == Qt.ItemDataRole.ToolTipRole else named
            case Qt.ItemDataRole.AccessibleTextRole:
                if index.column() == Column.BAR:
                    return "not scored" if mean is None else wording.tone_word(mean)
                return _named(row)
        return None

    def by_reference(self, place: int) -> bool:
        return place > 0 and self._rows[place - 1].section.by_reference


def _named(row: Row | None) -> str:
    if row is None:
        return WHOLE
    named = f"{wording.section_name(row.section.name)}  {row.section.title}".strip()
    return f"{named} (by reference)" if row.section.by_reference else named


def _ink(index: AnyIndex) -> str | None:
    model = index.model()
    elsewhere = isinstance(model, OutlineModel) and model.by_reference(index.row())
    return "text_muted" if elsewhere else None


class Outline(tables.Table):
    """A click or Return goes to a section; its place counts from 1, and 0 is all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._means = tone.Means()
        self._scored = False
        looks = (
            Look(stretch=True, ink=_ink),
            Look(Kind.DRAWN, 56, draw=self._means.draw),
        )
        super().__init__("Outline", looks, parent)
        self.outline = OutlineModel(self)
        self.setSelectionMode(tables.Table.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setModel(self.outline)

    def set_rows(self, rows: Sequence[Row], whole: float | None) -> None:
        scores = [row.score for row in rows if row.score]
        self._means.scale = max(tone.scale_of(scores), abs(whole or 0.0))
        self._scored = bool(scores) or whole is not None
        self.setColumnHidden(Column.BAR, not self._scored or self.width() < _BAR_FROM)
        self.outline.set_rows(rows, whole)

    def resizeEvent(self, event: QResizeEvent) -> None:
        # The names say more; the tone of each section stands among the findings too.
        self.setColumnHidden(Column.BAR, not self._scored or self.width() < _BAR_FROM)
        super().resizeEvent(event)

    def choose(self, place: int) -> None:
        self.selectRow(place)
        self.scrollTo(self.outline.index(place, 0))
