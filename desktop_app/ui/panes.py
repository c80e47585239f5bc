"""Widgets side by side or below each other, all of one size until a border is moved."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle

from desktop_app.ui.tokens import Space


class _Gap(QSplitterHandle):
    """A handle that is nothing but room."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ground of the page shows."""


class Panes(QSplitter):
    def __init__(self, orientation: Qt.Orientation = Qt.Orientation.Horizontal) -> None:
        super().__init__(orientation)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(Space.M)

    def createHandle(self) -> QSplitterHandle:
        return _Gap(self.orientation(), self)

    def share_evenly(self) -> None:
        # Only the proportions count; hidden widgets take no part.
        self.setSizes([1000] * self.count())
