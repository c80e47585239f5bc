"""A sentence of the document that leads to its place in the text."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop_app.ui import fonts, formats, theme
from desktop_app.ui.tokens import Radius, Space
from desktop_app.views.documents.wrapped import Wrapped

# A sentence that a parser could not end may be a whole table.
SENTENCE_LIMIT = 600

_USUAL_WIDTH = 400
_RULE = 3
_PLACE = 18


class Quote(QAbstractButton):
    """The sentence beside a rule in the colour of its tone, and below it where it stands."""

    def __init__(
        self, sentence: str, place: str, ink: str = "border", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._sentence = formats.shorten(sentence, SENTENCE_LIMIT)
        self._place = place
        self._ink = ink
        # Not as the button's own text, where an ampersand would make a shortcut.
        self.setAccessibleName(self._sentence)
        self.setAccessibleDescription(f"{place}. Shows the place in the text.")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def _wrapped(self, width: int) -> Wrapped:
        return Wrapped(self._sentence, fonts.sans(), width - _RULE - Space.M - Space.S)

    def heightForWidth(self, width: int) -> int:
        return round(self._wrapped(width).height) + _PLACE + 2 * Space.XS

    def sizeHint(self) -> QSize:
        return QSize(_USUAL_WIDTH, self.heightForWidth(_USUAL_WIDTH))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 0)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = QRectF(self.rect())
        if self.isDown() or self.underMouse():
            painter.setBrush(t.hover)
            painter.drawRoundedRect(ground, Radius.SMALL, Radius.SMALL)
        painter.setBrush(t.ink(self._ink))
        painter.drawRoundedRect(
            QRectF(0, Space.XS, _RULE, ground.height() - 2 * Space.XS), 1.5, 1.5
        )
        left = _RULE + Space.M
        words = self._wrapped(self.width())
        words.draw(painter, left, Space.XS, t.text)
        painter.setFont(fonts.sans(11))
        painter.setPen(t.text_muted)
        place = QRectF(left, Space.XS + words.height, self.width() - left - Space.S, _PLACE)
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), self._place)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(t.focus)
            painter.drawRoundedRect(
                ground.adjusted(0.5, 0.5, -0.5, -0.5), Radius.SMALL, Radius.SMALL
            )
