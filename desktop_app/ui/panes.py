"""Widgets beside or below each other, with room between them that can be moved."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent, QResizeEvent
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
        self._fitted: tuple[int, float] | None = None
        self._moved = False
        self.splitterMoved.connect(self.leave_to_user)

    def createHandle(self) -> QSplitterHandle:
        return _Gap(self.orientation(), self)

    def fit_first(self, wanted: int, most: float) -> None:
        """As much for the first as it wants, up to that share of all, until someone moves the
        border; the others share what is left."""
        self._fitted = wanted, most
        self._fit()

    def _fit(self) -> None:
        if self._moved or self._fitted is None:
            return
        wanted, most = self._fitted
        whole = self.height() if self.orientation() == Qt.Orientation.Vertical else self.width()
        first = min(wanted, int(whole * most))
        if self.sizes()[0] != first:
            self.setSizes([first, *[whole - first] * (self.count() - 1)])

    def leave_to_user(self) -> None:
        """From now on the borders stand where the user has put them."""
        self._moved = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def share_evenly(self) -> None:
        # Only the proportions count; hidden widgets take no part.
        self.setSizes([1000] * self.count())
