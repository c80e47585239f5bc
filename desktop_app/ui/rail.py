"""The rail at the left: the pages, each with its key."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QSizePolicy, QVBoxLayout

from desktop_app.ui import fonts, icons, theme
from desktop_app.ui.controls import Label
from desktop_app.ui.tokens import Radius, Size, Space

ENTRY = 34


class RailButton(QAbstractButton):
    """An icon, a word and, at the right, the key that leads there."""

    def __init__(self, icon: str, title: str, key: str) -> None:
        super().__init__()
        self._icon = icon
        self._key = key
        self.setText(title)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(title)
        self.setToolTip(f"{title} ({key})" if key else title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(Size.RAIL - 2 * Space.S, ENTRY)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen or self.underMouse():
            painter.setBrush(t.selected if chosen else t.hover)
            painter.drawRoundedRect(self.rect(), Radius.MEDIUM, Radius.MEDIUM)
        if self.hasFocus():
            painter.setPen(t.focus)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            box = self.rect().adjusted(0, 0, -1, -1)
            painter.drawRoundedRect(box, Radius.MEDIUM, Radius.MEDIUM)
        ink = t.accent if chosen else t.text_muted
        top = (self.height() - Size.ICON) // 2
        shape = icons.pixmap(self._icon, ink, Size.ICON, self.devicePixelRatioF())
        painter.drawPixmap(Space.S + Space.XXS, top, shape)
        left = Space.S + Space.XXS + Size.ICON + Space.S + Space.XXS
        words = QRect(left, 0, self.width() - left - Space.S, self.height())
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(t.text if chosen else t.text_muted)
        painter.setFont(fonts.medium())
        painter.drawText(words, middle, self.text())
        painter.setPen(t.text_faint)
        painter.setFont(fonts.sans(11))
        key = self._key.removeprefix("Ctrl+")
        painter.drawText(words, middle | int(Qt.AlignmentFlag.AlignRight), key)


class Rail(QFrame):
    """The pages as buttons, one of them chosen."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(Size.RAIL)
        self._buttons: dict[str, RailButton] = {}
        self._group = QButtonGroup(self)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(Space.S, Space.M, Space.S, Space.M)
        self._layout.setSpacing(Space.XXS)
        name = Label("AFI Desk", font=fonts.strong(15))
        name.setContentsMargins(Space.S + Space.XXS, 0, 0, Space.S)
        self._layout.addWidget(name)
        self._layout.addStretch(1)

    def add(self, page: str, title: str, icon: str, key: str) -> None:
        button = RailButton(icon, title, key)
        self._buttons[page] = button
        self._group.addButton(button)
        button.clicked.connect(lambda: self.chosen.emit(page))
        self._layout.insertWidget(self._layout.count() - 1, button)

    def choose(self, page: str) -> None:
        """Mark a page as the one that is shown; one that has no button leaves none marked."""
        button = self._buttons.get(page)
        if button is not None:
            button.setChecked(True)
            return
        self._group.setExclusive(False)
        for other in self._buttons.values():
            other.setChecked(False)
        self._group.setExclusive(True)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.sunken)
        painter.fillRect(self.width() - 1, 0, 1, self.height(), t.hairline)
