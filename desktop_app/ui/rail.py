"""The rail at the left: the pages, each with its key."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
)

from desktop_app.ui import fonts, icons, theme
from desktop_app.ui.controls import Label
from desktop_app.ui.tokens import Radius, Size, Space, Type

ENTRY = 34
BRAND = 22


class RailButton(QAbstractButton):
    """An icon, a word and, at the right, the key that leads there."""

    def __init__(self, icon: str, title: str, key: str) -> None:
        super().__init__()
        self._icon = icon
        self._key = key
        self._compact = False
        self.setText(title)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        # A click leaves the focus where it was: on the page.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(title)
        self.setToolTip(f"{title} ({key})" if key else title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_compact(self, compact: bool) -> None:
        self._compact = compact
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(ENTRY, ENTRY)

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
            painter.setPen(t.accent)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            box = self.rect().adjusted(0, 0, -1, -1)
            painter.drawRoundedRect(box, Radius.MEDIUM, Radius.MEDIUM)
        ink = t.accent if chosen else t.text_muted
        left = (self.width() - Size.ICON) // 2 if self._compact else Space.S + Space.XXS
        top = (self.height() - Size.ICON) // 2
        shape = icons.pixmap(self._icon, ink, Size.ICON, self.devicePixelRatioF())
        painter.drawPixmap(left, top, shape)
        if not self._compact:
            self._paint_words(painter, left + Size.ICON + Space.S + Space.XXS)

    def _paint_words(self, painter: QPainter, left: int) -> None:
        t = theme.tokens()
        words = QRect(left, 0, self.width() - left - Space.S, self.height())
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(t.text if self.isChecked() else t.text_muted)
        painter.setFont(fonts.medium())
        painter.drawText(words, middle, self.text())
        key = self._key.removeprefix("Ctrl+")
        # A comma as small and faint as a figure would be taken for a speck.
        told = key.isalnum()
        painter.setPen(t.text_faint if told else t.text_muted)
        painter.setFont(fonts.sans(Type.CAPTION) if told else fonts.strong(Type.HEADING))
        painter.drawText(words, middle | int(Qt.AlignmentFlag.AlignRight), key)


class Rail(QFrame):
    """The pages as buttons, one of them chosen, between the name and the version."""

    chosen = Signal(str)

    def __init__(self, version: str = "") -> None:
        super().__init__()
        self.setAccessibleName("Pages")
        self._buttons: dict[str, RailButton] = {}
        self._group = QButtonGroup(self)
        self._compact = False
        self._name = Label("AFI Desk", font=fonts.strong(Type.HEADING))
        self._version = Label(
            f"Version {version}" if version else "", font=fonts.sans(Type.CAPTION), ink="text_faint"
        )
        self._version.setContentsMargins(Space.S + Space.XXS, 0, 0, 0)
        brand = QHBoxLayout()
        brand.setContentsMargins(Space.S - 1, 0, 0, Space.S)
        brand.setSpacing(Space.S - 1)
        brand.addWidget(self._picture())
        brand.addWidget(self._name, 1)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(Space.S, Space.S + Space.XXS, Space.S, Space.S)
        self._layout.setSpacing(Space.XXS)
        self._layout.addLayout(brand)
        self._layout.addStretch(1)
        self._layout.addWidget(self._version)
        self.setFixedWidth(Size.RAIL)

    def _picture(self) -> QLabel:
        label = QLabel()
        label.setFixedSize(BRAND, BRAND)
        size = QSize(BRAND, BRAND)
        label.setPixmap(icons.application_icon().pixmap(size, self.devicePixelRatioF()))
        return label

    def add(self, page: str, title: str, icon: str, key: str) -> None:
        button = RailButton(icon, title, key)
        button.set_compact(self._compact)
        self._buttons[page] = button
        self._group.addButton(button)
        button.clicked.connect(lambda: self.chosen.emit(page))
        self._layout.insertWidget(self._layout.count() - 2, button)

    def button(self, page: str) -> RailButton:
        """The button of a page.

        :raises KeyError: it has none
        """
        return self._buttons[page]

    def choose(self, page: str | None) -> None:
        """Mark a page as the one that is shown; one that has no button leaves none marked."""
        button = self._buttons.get(page or "")
        if button is not None:
            button.setChecked(True)
            return
        self._group.setExclusive(False)
        for other in self._buttons.values():
            other.setChecked(False)
        self._group.setExclusive(True)

    def set_compact(self, compact: bool) -> None:
        """Icons alone, for a narrow window."""
        if compact == self._compact:
            return
        self._compact = compact
        self._name.setVisible(not compact)
        self._version.setVisible(not compact)
        self.setFixedWidth(Size.RAIL_COMPACT if compact else Size.RAIL)
        for button in self._buttons.values():
            button.set_compact(compact)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.sunken)
        painter.fillRect(self.width() - 1, 0, 1, self.height(), t.hairline)
