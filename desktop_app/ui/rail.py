"""The way around: one button a page at the left of the window."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui import fonts, formats, icons, theme
from desktop_app.ui.controls import Label
from desktop_app.ui.tokens import Radius, Size, Space, Tone

_ITEM = 34


class RailItem(QAbstractButton):
    """An icon, a word and, where something waits, a count."""

    def __init__(self, title: str, icon: str, shortcut: str) -> None:
        super().__init__()
        self._title = title
        self._icon = icon
        self._count = 0
        self._tone = Tone.WAITING
        self.compact = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(title)
        self.setToolTip(f"{title} ({shortcut})" if shortcut else title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        return QSize(_ITEM, _ITEM)

    def set_count(self, count: int, tone: Tone) -> None:
        self._count = count
        self._tone = tone
        self.setAccessibleDescription(formats.count(count) if count else "")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = t.selected if self.isChecked() else t.hover if self.underMouse() else None
        box = self.rect().adjusted(0, 1, 0, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if ground is not None:
            painter.setBrush(ground)
            painter.drawRoundedRect(box, Radius.SMALL, Radius.SMALL)
        if self.hasFocus():
            painter.setPen(t.focus)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0, 0, -1, -1), Radius.SMALL, Radius.SMALL)
        ink = t.accent if self.isChecked() else t.text_muted
        picture = icons.pixmap(self._icon, ink, 18, self.devicePixelRatioF())
        left = (self.width() - 18) // 2 if self.compact else Space.M - 2
        painter.drawPixmap(left, (self.height() - 18) // 2, picture)
        if not self.compact:
            painter.setFont(fonts.medium() if self.isChecked() else fonts.sans())
            painter.setPen(t.text if self.isChecked() else t.text_muted)
            words = self.rect().adjusted(left + 18 + Space.M - 2, 0, -Space.S, 0)
            painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), self._title)
        if self._count:
            self._paint_count(painter)

    def _paint_count(self, painter: QPainter) -> None:
        t = theme.tokens()
        painter.setFont(fonts.medium(11))
        text = formats.compact(self._count)
        wide = max(painter.fontMetrics().horizontalAdvance(text) + 10, 18)
        if self.compact:
            box = QRect(self.width() - wide + 2, 1, wide, 16)
        else:
            box = QRect(self.width() - wide - Space.S, (self.height() - 18) // 2, wide, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.soft(self._tone))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setPen(t.ink(self._tone))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)


class Rail(QWidget):
    """The list of pages. Up and Down move through it while it has the focus."""

    chosen = Signal(str)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Pages")
        self._items: dict[str, RailItem] = {}
        self._group = QButtonGroup(self)
        self._compact = False
        self._picture = QLabel()
        self._picture.setFixedSize(24, 24)
        self._picture.setPixmap(icons.application_icon().pixmap(24, 24))
        self._title = Label(title, font=fonts.strong(14))
        brand = QHBoxLayout()
        brand.setContentsMargins(Space.XS + 2, 0, 0, 0)
        brand.setSpacing(Space.S + 1)
        brand.addWidget(self._picture)
        brand.addWidget(self._title, 1)
        self._top = QVBoxLayout()
        self._bottom = QVBoxLayout()
        for part in (self._top, self._bottom):
            part.setSpacing(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.S, Space.S + 2, Space.S, Space.S)
        layout.setSpacing(Space.M + 2)
        layout.addLayout(brand)
        layout.addLayout(self._top)
        layout.addStretch(1)
        layout.addLayout(self._bottom)
        self.setFixedWidth(Size.RAIL)

    def add(
        self, page: str, title: str, icon: str, shortcut: str = "", *, bottom: bool = False
    ) -> None:
        item = RailItem(title, icon, shortcut)
        item.compact = self._compact
        item.clicked.connect(lambda: self.chosen.emit(page))
        self._items[page] = item
        self._group.addButton(item)
        (self._bottom if bottom else self._top).addWidget(item)

    def select(self, page: str) -> None:
        self._items[page].setChecked(True)

    def set_count(self, page: str, count: int, tone: Tone = Tone.WAITING) -> None:
        """The number beside a page; zero shows none."""
        self._items[page].set_count(count, tone)

    def set_compact(self, compact: bool) -> None:
        """Icons alone, for a narrow window."""
        if compact == self._compact:
            return
        self._compact = compact
        self._title.setVisible(not compact)
        self.setFixedWidth(Size.RAIL_COMPACT if compact else Size.RAIL)
        for item in self._items.values():
            item.compact = compact
            item.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        items = list(self._items.values())
        here = next((i for i, item in enumerate(items) if item.hasFocus()), None)
        if step is None or here is None:
            super().keyPressEvent(event)
            return
        items[(here + step) % len(items)].setFocus(Qt.FocusReason.TabFocusReason)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.sunken)
        painter.fillRect(self.width() - 1, 0, 1, self.height(), t.hairline)
