"""Files that are dropped anywhere on the window."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop_app.ui import fonts, icons, theme
from desktop_app.ui.tokens import Radius, Space, Type


def local_paths(data: QMimeData) -> list[Path]:
    """The files and folders of this computer among what is dragged, in its order."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class DropOverlay(QWidget):
    """Says over the whole window what a drop would do. The window itself takes the drop."""

    def __init__(self, window: QWidget, text: str) -> None:
        super().__init__(window)
        self._text = text
        self.setAccessibleName(text)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def open(self) -> None:
        self.setGeometry(self.parentWidget().rect())
        self.show()
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = t.canvas
        ground.setAlphaF(0.92)
        painter.fillRect(self.rect(), ground)
        box = QRectF(self.rect()).adjusted(Space.XL, Space.XL, -Space.XL, -Space.XL)
        painter.setPen(QPen(t.accent, 2, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, Radius.LARGE, Radius.LARGE)
        middle = self.rect().center()
        picture = icons.pixmap("drop", t.accent, 48, self.devicePixelRatioF())
        painter.drawPixmap(middle.x() - 24, middle.y() - 60, picture)
        painter.setFont(fonts.strong(Type.TITLE))
        painter.setPen(t.text)
        words = self.rect().adjusted(0, middle.y() + Space.S, 0, 0)
        place = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(words, int(place), self._text)
