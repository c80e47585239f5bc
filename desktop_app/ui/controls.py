"""Labels and buttons with the house's type and colours. Each has an accessible name."""

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from desktop_app.ui import fonts, icons, texts, theme
from desktop_app.ui.tokens import Size

Kind = Literal["normal", "primary", "danger", "quiet"]


class Label(QLabel):
    """Text in a font and the colour of a token; follows the theme.

    With ``elide`` a text that does not fit is cut with an ellipsis and stands whole in the tooltip.
    """

    def __init__(
        self,
        text: str = "",
        *,
        font: QFont | None = None,
        ink: str = "text",
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideNone,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._ink = ink
        self._elide = elide
        self.setFont(font or fonts.sans())
        self.setTextFormat(Qt.TextFormat.PlainText)
        if elide != Qt.TextElideMode.ElideNone:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        theme.follow(self, self._recolour)

    def set_ink(self, ink: str) -> None:
        """Changes the token the text is coloured with."""
        if ink != self._ink:
            self._ink = ink
            self._recolour()

    def _recolour(self) -> None:
        colours = self.palette()
        colours.setColor(QPalette.ColorRole.WindowText, theme.tokens().ink(self._ink))
        self.setPalette(colours)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._elide != Qt.TextElideMode.ElideNone:
            self.setToolTip(texts.tip(self.text()) if self._is_cut() else "")

    def _is_cut(self) -> bool:
        return self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._elide == Qt.TextElideMode.ElideNone or not self._is_cut():
            super().paintEvent(event)
            return
        rect = self.contentsRect()
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        cut = self.fontMetrics().elidedText(self.text(), self._elide, rect.width())
        painter.drawText(rect, int(self.alignment()), cut)


def heading(text: str) -> Label:
    return Label(text, font=fonts.strong(15))


def muted(text: str = "", *, wrap: bool = False) -> Label:
    label = Label(text, ink="text_muted")
    label.setWordWrap(wrap)
    return label


def caption(text: str = "") -> Label:
    return Label(text, font=fonts.medium(11), ink="text_muted")


def _connect(control: QAbstractButton, on_click: Callable[[], object] | None) -> None:
    if on_click is None:
        return

    def clicked() -> None:  # without the signal's ``checked``, which a callback may not expect
        on_click()

    control.clicked.connect(clicked)


class _Button(QPushButton):
    """Greyed while its command is under way, it has the keys again afterwards: Qt hands them to the
    next button, and whoever presses a key once more would press that."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._keys_went_to: QWidget | None = None

    def setEnabled(self, enabled: bool) -> None:
        had_keys = self.isEnabled() and self.hasFocus()
        super().setEnabled(enabled)
        if not enabled:
            if had_keys:
                self._keys_went_to = QApplication.focusWidget()
            return
        there, self._keys_went_to = self._keys_went_to, None
        # What else takes keys may have been used meanwhile.
        if isinstance(there, QAbstractButton) and there is QApplication.focusWidget():
            self.setFocus()


def button(
    text: str,
    on_click: Callable[[], object] | None = None,
    *,
    kind: Kind = "normal",
    icon: str | None = None,
    tip: str = "",
) -> QPushButton:
    """A push button. One place has at most one primary button: the next step."""
    result = _Button(text)
    result.setProperty("kind", kind)
    result.setToolTip(tip)
    result.setCursor(Qt.CursorShape.PointingHandCursor)
    if icon is not None:
        inks = {"primary": "on_accent", "danger": "danger"}
        icons.bind(result, icon, inks.get(kind, "text_muted"))
    _connect(result, on_click)
    return result


def icon_button(icon: str, name: str, on_click: Callable[[], object] | None = None) -> QToolButton:
    """A square button without a word; ``name`` is its tooltip and its accessible name."""
    result = QToolButton()
    result.setFixedSize(QSize(Size.CONTROL, Size.CONTROL))
    result.setIconSize(QSize(Size.ICON, Size.ICON))
    result.setToolTip(name)
    result.setAccessibleName(name)
    result.setCursor(Qt.CursorShape.PointingHandCursor)
    result.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    icons.bind(result, icon)
    _connect(result, on_click)
    return result


class Hairline(QFrame):
    """A line of one pixel between two areas."""

    def __init__(self, orientation: Qt.Orientation = Qt.Orientation.Horizontal) -> None:
        super().__init__()
        if orientation == Qt.Orientation.Horizontal:
            self.setFixedHeight(1)
        else:
            self.setFixedWidth(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.tokens().hairline)


class Surface(QFrame):
    """A ground with a hairline around it, on which the parts of a page stand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
