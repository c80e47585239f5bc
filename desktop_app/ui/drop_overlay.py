"""What lies over the whole window while files are held above it."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop_app.ui import fonts, icons, theme
from desktop_app.ui.tokens import Radius, Space

PICTURE = 48


class DropOverlay(QWidget):
    """Says that the files may be let go, anywhere."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Drop the files to process them")
        self.hide()

    def cover(self) -> None:
        self.setGeometry(self._over.rect())
        self.raise_()
        self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), t.scrim)
        box = QRect(0, 0, 420, 190)
        box.moveCenter(self.rect().center())
        painter.setPen(QPen(t.accent, 2, Qt.PenStyle.DashLine))
        painter.setBrush(t.raised)
        painter.drawRoundedRect(box, Radius.LARGE, Radius.LARGE)
        shape = icons.pixmap("drop", t.accent, PICTURE, self.devicePixelRatioF())
        painter.drawPixmap(box.center().x() - PICTURE // 2, box.top() + Space.XXL, shape)
        centre = int(Qt.AlignmentFlag.AlignHCenter)
        painter.setPen(t.text)
        painter.setFont(fonts.strong(15))
        painter.drawText(box.adjusted(0, 104, 0, 0), centre, "Drop to process")
        painter.setPen(t.text_muted)
        painter.setFont(fonts.sans())
        words = "Filings, releases and reports: HTML, PDF, text, DOCX"
        painter.drawText(box.adjusted(0, 132, 0, 0), centre, words)
