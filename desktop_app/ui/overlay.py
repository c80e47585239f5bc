"""A layer over the whole window, with a panel on it that has the keyboard until it is closed."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from desktop_app.ui import theme
from desktop_app.ui.tabbing import is_stop


class Overlay(QWidget):
    """Covers its window, dims what is below, and keeps the focus inside its panel.

    Escape and a click beside the panel close it for good; the focus returns to where it was.
    """

    def __init__(self, window: QWidget, name: str) -> None:
        super().__init__(window)
        self._over = window
        self._focus_before: QWidget | None = None
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.panel = QFrame(self)
        self.panel.setProperty("role", "raised")
        window.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        self._focus_before = QApplication.focusWidget()
        self._cover()
        self.show()
        self.raise_()
        self.setFocus()

    def close_overlay(self) -> None:
        if self.isHidden():
            return
        before, self._focus_before = self._focus_before, None
        self.hide()
        if before is not None and before.isVisible():
            before.setFocus()
        self.deleteLater()

    def place_panel(self) -> None:
        """Centres the panel; a subclass may place it elsewhere."""
        self.panel.adjustSize()
        self.panel.move(self.rect().center() - self.panel.rect().center())

    def _cover(self) -> None:
        self.setGeometry(self._over.rect())
        self.place_panel()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._cover()
        return False

    def focusNextPrevChild(self, forward: bool) -> bool:
        stops = [widget for widget in self.panel.findChildren(QWidget) if is_stop(widget)]
        if not stops:
            return True
        focused = QApplication.focusWidget()
        if focused in stops:
            place = stops.index(focused) + (1 if forward else -1)
        else:
            place = 0 if forward else -1
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        stops[place % len(stops)].setFocus(reason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys stay here: below, they would act on what is covered."""
        event.accept()
        if event.key() == Qt.Key.Key_Escape:
            self.close_overlay()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.panel.geometry().contains(event.position().toPoint()):
            self.close_overlay()

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.tokens().scrim)
