"""The anomalies of a symbol as a list, and one of them in all detail."""

from collections.abc import Hashable, Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTableView, QVBoxLayout, QWidget

from desktop_app.qt_models.keyed_table import Cell
from desktop_app.qt_models.listed_table import ListedTableModel
from desktop_app.ui import fonts, texts
from desktop_app.ui.columns import Column
from desktop_app.ui.controls import Label, Surface, button, caption
from desktop_app.ui.drawer import Drawer
from desktop_app.ui.tables import Table
from desktop_app.ui.tokens import Space
from desktop_app.views.insights import wording
from desktop_app.views.insights.drawn import key_of
from worker_core.storage import AnomalyRecord

_NONE: Final = "None were found. “Find anomalies” looks for them."
_MOST_WINDOWS: Final = 5


class AnomalyList(Surface):
    """The latest first; Return, Space or a double click opens one, and so does a click."""

    opened = Signal(object)
    """The key of an anomaly."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heading = caption("Anomalies")
        self._none = Label(_NONE, font=fonts.sans(12), ink="text_muted")
        self._none.setWordWrap(True)
        self.model = ListedTableModel[AnomalyRecord](
            [
                Cell("Day", lambda one: wording.day(one.at.date())),
                Cell(
                    "What",
                    wording.what,
                    lambda one: texts.tip(wording.as_here(one.words)),
                ),
            ],
            key_of,
            self,
        )
        self.table = Table("Anomalies", [Column(width=104), Column(stretch=True)])
        self.table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.table.setModel(self.model)
        self.table.setMinimumHeight(120)
        self.table.opened.connect(lambda index: self._open(index.row()))
        self.table.clicked.connect(lambda index: self._open(index.row()))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, Space.M, 1, 1)
        layout.setSpacing(Space.S)
        for label in (self._heading, self._none):
            label.setContentsMargins(Space.M, 0, Space.M, 0)
            layout.addWidget(label)
        self._none.setContentsMargins(Space.M, 0, Space.M, Space.M)
        layout.addWidget(self.table, 1)

    def show_anomalies(self, records: Sequence[AnomalyRecord], chosen: Hashable) -> None:
        self._heading.setText(f"Anomalies: {len(records)}" if records else "Anomalies")
        self._none.setVisible(not records)
        self.table.setVisible(bool(records))
        self.model.show(records)
        self.choose(chosen)

    def choose(self, key: Hashable) -> None:
        keys = [key_of(one) for one in self.model.rows]
        if key in keys:
            row = keys.index(key)
            if self.table.selected_rows() != [row]:
                self.table.selectRow(row)
                self.table.scrollTo(self.model.index(row, 0))
        else:
            self.table.clearSelection()

    def _open(self, row: int) -> None:
        self.opened.emit(key_of(self.model.row_at(row)))


class AnomalyDrawer(Drawer):
    """Why it alarmed, which detector, how far from the usual, the past windows most like it, and
    the task that raised it."""

    task_wanted = Signal(str)
    window_wanted = Signal(str)
    """The first day of a past window, ISO 8601."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Anomaly", parent)
        self.words, self.detector, self.far, self.rare = (_wrapped() for _ in range(4))
        self.record: AnomalyRecord | None = None
        self._windows = QWidget()
        self._windows.setProperty("role", "plain")
        self._list = QVBoxLayout(self._windows)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(Space.XS)
        self.task = button("Show the task", self._show_task, icon="tasks")
        self.set_actions([self.task])
        self.add_section("Why", self.words)
        self.add_section("Detector", self.detector)
        self.add_section("How far from the usual", self.far)
        self.add_section("How rare", self.rare)
        self._nearest = self.add_section("Past windows most like it", self._windows)

    def show_anomaly(self, record: AnomalyRecord) -> None:
        self.record = record
        self.set_head(wording.KINDS[record.kind] + " anomaly", f"{record.subject}, "
                      f"{wording.day(record.at.date())}")  # fmt: skip
        self.words.setText(wording.as_here(record.words))
        self.detector.setText(wording.detector(record))
        self.far.setText(wording.strength(record))
        self.rare.setText(wording.rarity(record))
        self.task.setEnabled(bool(record.task_id))
        self.task.setToolTip("" if record.task_id else "Which task raised it was not kept.")
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for near in record.nearest[:_MOST_WINDOWS]:
            begun = str(near.get("start", ""))
            self._list.addWidget(
                button(
                    wording.window(near),
                    lambda begun=begun: self.window_wanted.emit(begun),  # type: ignore[misc]
                    kind="quiet",
                    tip="Show it in the chart",
                ),
                alignment=Qt.AlignmentFlag.AlignLeft,
            )
        self._nearest.setVisible(bool(record.nearest))
        self.open()

    def _show_task(self) -> None:
        if self.record is not None and self.record.task_id:
            self.task_wanted.emit(self.record.task_id)


def _wrapped() -> Label:
    label = Label()
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
