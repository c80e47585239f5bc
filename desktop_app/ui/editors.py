"""Editors that the toolkit's own do not cover: a choice and several lines."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QPlainTextEdit

from desktop_app.ui import fonts
from desktop_app.ui.picker import Picker
from desktop_app.ui.tokens import Space

_FRAME = 2


class Choice(Picker):
    """Turning the wheel over it scrolls the form, unless it has the focus."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Lines(QPlainTextEdit):
    """Several lines of text; Tab leaves it."""

    def __init__(self, lines: int, *, code: bool) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setFont(fonts.mono() if code else fonts.sans())
        self.document().setDocumentMargin(Space.S)
        text = lines * self.fontMetrics().lineSpacing()
        self.setFixedHeight(text + 2 * (Space.S + _FRAME))
