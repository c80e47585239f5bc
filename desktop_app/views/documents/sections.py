"""The parts of a document with their tone, as a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from desktop_app.ui import formats, tables, texts
from desktop_app.ui.columns import AnyIndex, Kind
from desktop_app.ui.columns import Column as Look
from desktop_app.ui.tokens import Size
from desktop_app.views.documents import tone, wording
from worker_core.storage import Section, SentimentScore

_TOP = QModelIndex()


class Column(IntEnum):
    NAME, TITLE, SENTENCES, MEAN, BAR = range(5)


_TITLES = {
    Column.NAME: "Section",
    Column.TITLE: "Title",
    Column.SENTENCES: "Sentences",
    Column.MEAN: "Mean",
    Column.BAR: "−  tone  +",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A section and its score over all entities, where it has one."""

    section: Section
    score: SentimentScore | None


def rows(sections: Iterable[Section], scores: Iterable[SentimentScore]) -> list[Row]:
    """The sections in reading order, each with its score."""
    found = {score.section: score for score in scores if score.section and not score.entity}
    return [Row(section, found.get(section.name)) for section in sections]


class SectionsModel(QAbstractTableModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[Row] = ()

    def set_rows(self, sections: Sequence[Row]) -> None:
        self.beginResetModel()
        self._rows = sections
        self.endResetModel()

    def row_at(self, row: int) -> Row:
        return self._rows[row]

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
            return _TITLES[Column(section)]
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row, column = self._rows[index.row()], Column(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._value(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return texts.tip(row.section.title)
            case Qt.ItemDataRole.AccessibleTextRole if column is Column.BAR:
                return wording.tone_word(row.score.mean) if row.score else "not scored"
        return None

    @staticmethod
    def _value(row: Row, column: Column) -> str | int | float | None:
        match column:
            case Column.NAME:
                return wording.section_name(row.section.name)
            case Column.TITLE if row.section.by_reference:
                return f"{row.section.title} (by reference: in another document)"
            case Column.TITLE:
                return row.section.title
            case Column.SENTENCES:
                return row.score.sentences if row.score else None
            case _:
                return row.score.mean if row.score else None


def _title_ink(index: AnyIndex) -> str | None:
    model = index.model()
    by_reference = (
        isinstance(model, SectionsModel) and model.row_at(index.row()).section.by_reference
    )
    return "text_muted" if by_reference else None


class SectionsTable(tables.Table):
    """As high as its rows: it stands in a page that scrolls."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._means = tone.Means()
        looks = (
            Look(width=92),
            Look(stretch=True, ink=_title_ink),
            Look(Kind.NUMBER, 76, format=formats.count),
            Look(Kind.NUMBER, 66, format=wording.signed),
            Look(Kind.DRAWN, 96, draw=self._means.draw),
        )
        super().__init__("Sections", looks, parent)
        self.sections = SectionsModel(self)
        self.setSelectionMode(tables.Table.SelectionMode.SingleSelection)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setModel(self.sections)

    def set_rows(self, found: Sequence[Row]) -> None:
        self._means.scale = tone.scale_of([row.score for row in found if row.score])
        scored = any(row.score for row in found)
        for column in (Column.SENTENCES, Column.MEAN, Column.BAR):
            self.setColumnHidden(column, not scored)
        self.sections.set_rows(found)
        self.setFixedHeight(Size.HEADER + Size.ROW * len(found) + 1)
