"""The figures of the strip: each counts something and leads to it."""

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from desktop_app.ui import fonts, formats, theme
from desktop_app.ui.tokens import Radius, Space, Type

# Title, the ink of a figure that is not zero, and what is counted.
COUNTERS: Final = {
    "waiting": ("Waiting", "text", "Messages in the queues that no worker has taken"),
    "running": ("Running", "running", "Tasks that a worker runs now"),
    "failed": ("Failed", "danger", "Tasks that failed, with those that the history keeps"),
    "retrying": ("Retrying", "warning", "Tasks that failed and will be tried again"),
    "workers": ("Workers", "text", "Workers that are online"),
    "alerts": ("Alerts", "danger", "Alerts that nobody has settled"),
}
HEIGHT = 38
_TITLE_LINE = 15
_FIGURE_LINE = 18


class Counter(QAbstractButton):
    """A figure under what it counts. Of the same width whatever it shows, so that none moves the
    others."""

    def __init__(self, title: str, ink: str, what: str) -> None:
        super().__init__()
        self._title = title
        self._ink = ink
        self._what = what
        self._value: int | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._write()

    def set_value(self, value: int | None) -> None:
        """Shows a number; None is one that is not known."""
        if value != self._value:
            self._value = value
            self._write()

    def _write(self) -> None:
        whole = "not known" if self._value is None else formats.count(self._value)
        self.setText(formats.compact(self._value))
        self.setAccessibleName(f"{self._title}: {whole}")
        self.setToolTip(f"{self._what}: {whole}. Click to see them.")
        self.update()

    def sizeHint(self) -> QSize:
        title = QFontMetrics(fonts.sans(Type.CAPTION)).horizontalAdvance(self._title)
        widest = QFontMetrics(fonts.strong()).horizontalAdvance("88.8M")
        return QSize(max(title, widest) + 2 * Space.S, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(t.accent if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(t.hover if self.underMouse() else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), Radius.SMALL, Radius.SMALL)
        top = (self.height() - _TITLE_LINE - _FIGURE_LINE) // 2
        line = self.rect().adjusted(Space.S, top, -Space.S, 0)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        line.setHeight(_TITLE_LINE)
        painter.setPen(t.text_muted)
        painter.setFont(fonts.sans(Type.CAPTION))
        painter.drawText(line, middle, self._title)
        line.translate(0, _TITLE_LINE)
        line.setHeight(_FIGURE_LINE)
        painter.setPen(t.ink(self._ink) if self._value else t.text_faint)
        painter.setFont(fonts.strong())
        painter.drawText(line, middle, self.text())
