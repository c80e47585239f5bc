"""What was removed from queues and can be put back."""

import time
from enum import IntEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QTableView, QVBoxLayout, QWidget

from desktop_app.qt_models.keyed_table import Cell
from desktop_app.qt_models.listed_table import ListedTableModel
from desktop_app.services.queues import QueueCommands
from desktop_app.ui import fonts, formats, tables
from desktop_app.ui.background import Background
from desktop_app.ui.columns import AnyIndex, Column, Kind
from desktop_app.ui.controls import Hairline, Label, button
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.one_at_a_time import READ_ONLY
from desktop_app.ui.tokens import Space
from desktop_app.views.queues import wording
from desktop_app.views.queues.acts import Acts
from worker_core.operations.removed import KEPT_BYTES, Batch


class _Part(IntEnum):
    WHEN = 0
    QUEUE = 1
    HOW = 2
    COUNT = 3
    SIZE = 4


_WORDS = {"deleted": "Deleted by choice", "purged": "Purged"}


def _moment(at: float) -> str:
    return formats.moment(at, time.time())


class RemovedPane(QWidget):
    counted = Signal(int)

    def __init__(
        self,
        commands: QueueCommands,
        background: Background,
        acts: Acts,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._commands = commands
        self._background = background
        self._acts = acts
        self._looking = self._read_only = self._in_sight = False
        cells = {
            _Part.WHEN: Cell[Batch]("When", lambda row: row.at),
            _Part.QUEUE: Cell[Batch]("Queue", lambda row: wording.queue_name(row.queue)),
            _Part.HOW: Cell[Batch]("How", lambda row: _WORDS[row.verb]),
            _Part.COUNT: Cell[Batch]("Messages", lambda row: row.count),
            _Part.SIZE: Cell[Batch]("Size", lambda row: row.size),
        }
        looks = {
            _Part.WHEN: Column(width=110, format=_moment),
            _Part.QUEUE: Column(width=200, stretch=True),
            _Part.HOW: Column(width=150),
            _Part.COUNT: Column(Kind.NUMBER, 90, format=formats.count),
            _Part.SIZE: Column(Kind.NUMBER, 90, format=formats.size),
        }
        self.model = ListedTableModel([cells[one] for one in _Part], lambda row: row.id, self)
        self.table = tables.Table("Removed messages", [looks[one] for one in _Part])
        self.table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.table.setModel(self.model)
        self.table.set_empty(
            EmptyState("undo", "Nothing to put back", "What is removed is kept for a day.")
        )
        self.put_back = button("Put back", self._put_back, icon="undo")
        what = Label(
            "Put back, messages stand where they stood. The broker keeps them for a day, "
            f"{KEPT_BYTES >> 20} MB of them at most.",
            font=fonts.sans(12),
            ink="text_muted",
        )
        what.setWordWrap(True)
        head = QHBoxLayout()
        head.setContentsMargins(Space.M, Space.S, Space.S, Space.S)
        head.addWidget(what, 1)
        head.addWidget(self.put_back)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(Hairline())
        layout.addWidget(self.table, 1)
        self.setFocusProxy(self.table)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._offer())
        self.table.opened.connect(self._opened)
        acts.changed.connect(self.look)
        acts.busy_changed.connect(lambda _: self._offer())
        self._offer()

    def shown(self) -> None:
        self._in_sight = True
        self.look()

    def hidden(self) -> None:
        self._in_sight = False

    def set_read_only(self, read_only: bool) -> None:
        self._read_only = read_only
        self._offer()

    def look(self) -> None:
        if self._looking or not self._in_sight:
            return
        self._looking = True

        def ended() -> None:
            self._looking = False

        self._background.run(
            self._commands.removed(),
            "read what was removed",
            on_success=self._take,
            on_failure=lambda _: None,
            on_end=ended,
            owner=self,
        )

    def _take(self, batches: list[Batch]) -> None:
        self.model.show(batches)
        self.counted.emit(len(batches))
        self._offer()

    def _offer(self) -> None:
        chosen = bool(self.table.selected_rows())
        self.put_back.setEnabled(chosen and not self._acts.busy and not self._read_only)
        self.put_back.setToolTip(
            READ_ONLY if self._read_only else "" if chosen else "Choose what to put back"
        )

    def _opened(self, _index: AnyIndex) -> None:
        if self.put_back.isEnabled():
            self._put_back()

    def _put_back(self) -> None:
        rows = self.table.selected_rows()
        if rows:
            self._acts.undo(self.model.row_at(rows[0]).id)
