"""The parts of an overview: a number with its history, and the sentence that sums it up."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui import fonts, formats, icons, theme
from desktop_app.ui.controls import Label, Surface, button, caption
from desktop_app.ui.sparkline import Sparkline
from desktop_app.ui.tokens import Radius, Space, Tone, Type


class Figure(QWidget):
    """A large number and its unit on one baseline."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = formats.NOTHING
        self._unit = ""
        self._stale = False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_number(self, number: str, unit: str) -> None:
        self._number, self._unit = number, unit
        self.update()

    def set_stale(self, stale: bool) -> None:
        self._stale = stale
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(0, QFontMetrics(fonts.strong(Type.NUMBER)).height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setFont(fonts.strong(Type.NUMBER))
        painter.setPen(t.text_faint if self._stale else t.text)
        metrics = painter.fontMetrics()
        painter.drawText(0, metrics.ascent(), self._number)
        left = metrics.horizontalAdvance(self._number) + Space.XS
        baseline = metrics.ascent()
        painter.setFont(fonts.sans(Type.BODY))
        painter.setPen(t.text_muted)
        painter.drawText(left, baseline, self._unit)


class StatCard(Surface):
    """A label, a large number, what it compares to, and its recent course."""

    def __init__(self, label: str, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTip(hint)
        self.setAccessibleName(label)
        self.setMinimumHeight(92)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._label = caption(label)
        self._figure = Figure()
        self._detail = Label(
            "", font=fonts.sans(12), ink="text_muted", elide=Qt.TextElideMode.ElideRight
        )
        self._spark = Sparkline()
        self._spark.setFixedSize(96, 28)
        layout = QGridLayout(self)
        layout.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        layout.setVerticalSpacing(Space.XXS)
        layout.addWidget(self._label, 0, 0, 1, 2)
        layout.addWidget(self._figure, 1, 0)
        layout.addWidget(self._spark, 1, 1, alignment=Qt.AlignmentFlag.AlignRight)
        layout.addWidget(self._detail, 2, 0, 1, 2)
        layout.setColumnStretch(0, 1)

    def set_value(
        self,
        number: str,
        detail: str = "",
        *,
        unit: str = "",
        tone: Tone | None = None,
        history: Sequence[float] = (),
    ) -> None:
        """Shows a formatted number. ``tone`` colours the detail, which must say the same in words;
        ``history`` is oldest first and finite."""
        self._figure.set_number(number, unit)
        self._detail.setText(detail)
        self._detail.set_ink(tone or "text_muted")
        self._spark.set_tone(tone or Tone.ACCENT)
        self._spark.set_values(history)
        self._spark.setVisible(len(history) > 1)
        self.setAccessibleDescription(" ".join(filter(None, (number, unit, detail))))

    def set_stale(self, stale: bool) -> None:
        """Greys the number while it is old."""
        self._figure.set_stale(stale)


_VERDICT_ICONS = {
    Tone.DANGER: "state-crashed",
    Tone.WARNING: "state-silent",
    Tone.RUNNING: "state-starting",
    Tone.WAITING: "state-waiting",
    Tone.OK: "state-recovered",
    Tone.ACCENT: "info",
}


class VerdictBanner(QWidget):
    """Is it well? One sentence on the soft ground of its tone, a detail, and one step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = Tone.WAITING
        self._picture = QLabel()
        self._picture.setFixedWidth(20)
        self._sentence = Label("", font=fonts.strong(15))
        self._sentence.setWordWrap(True)
        self._detail = Label("", font=fonts.sans(12), ink="text_muted")
        self._detail.setWordWrap(True)
        self._button: QPushButton | None = None
        words = QVBoxLayout()
        words.setSpacing(Space.XXS)
        words.addWidget(self._sentence)
        words.addWidget(self._detail)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        self._layout.setSpacing(Space.M)
        self._layout.addWidget(self._picture, alignment=Qt.AlignmentFlag.AlignTop)
        self._layout.addLayout(words, 1)
        theme.follow(self, self._redraw)

    def set_verdict(
        self,
        tone: Tone,
        sentence: str,
        detail: str = "",
        action: str = "",
        on_action: Callable[[], object] | None = None,
    ) -> None:
        self._tone = tone
        self._sentence.setText(sentence)
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))
        self.setAccessibleName(sentence)
        self.setAccessibleDescription(detail)
        if self._button is not None:
            self._button.deleteLater()
            self._button = None
        if action:
            self._button = button(action, on_action)
            self._layout.addWidget(self._button)
        self._redraw()

    def _redraw(self) -> None:
        ink = theme.tokens().ink(self._tone)
        self._picture.setPixmap(icons.pixmap(_VERDICT_ICONS[self._tone], ink, 20))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(t.hairline)
        painter.setBrush(t.soft(self._tone))
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(rect, Radius.MEDIUM, Radius.MEDIUM)
