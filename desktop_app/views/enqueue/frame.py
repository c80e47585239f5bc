"""The Enqueue page's widgets, and where they stand."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from desktop_app.ui.controls import Hairline, Label, Surface
from desktop_app.ui.title_row import TitleRow
from desktop_app.ui.tokens import Space
from desktop_app.views.enqueue.chooser import Chooser
from desktop_app.views.enqueue.foot import Foot
from desktop_app.views.enqueue.head import TaskHead
from desktop_app.views.enqueue.preview import Preview

_LIST_WIDTH = 300


class EnqueueFrame(QWidget):
    """The tasks at the left; at the right the chosen one, its form and what will be sent."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chooser = Chooser()
        self.head = TaskHead()
        self.preview = Preview()
        self.foot = Foot()

    def _lay_out(self, form: QWidget, naming: QWidget, summary: Label) -> None:
        """``naming`` is a row above the foot."""
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(form, 3)
        self._room = QWidget()
        body.addWidget(self._room, 2)
        self._line = Hairline(Qt.Orientation.Vertical)
        body.addWidget(self._line)
        body.addWidget(self.preview, 2)
        right = Surface()
        column = QVBoxLayout(right)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(Hairline())
        column.addLayout(body, 1)
        column.addWidget(naming)
        column.addWidget(Hairline())
        column.addWidget(self.foot)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(Space.M)
        halves.setStyleSheet("QSplitter::handle { background: transparent; }")
        halves.addWidget(self.chooser)
        halves.addWidget(right)
        halves.setStretchFactor(1, 1)
        halves.setSizes([_LIST_WIDTH, 3 * _LIST_WIDTH])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        layout.setSpacing(Space.M)
        layout.addWidget(TitleRow("Enqueue a task", summary))
        layout.addWidget(halves, 1)

    def _show_sendable(self, sendable: bool) -> None:
        """Whether there is a place for what will be sent; else room is left for it."""
        self.preview.setVisible(sendable)
        self._line.setVisible(sendable)
        self._room.setVisible(not sendable)
