"""A combo box whose text is cut where it does not fit, with the house's chevron."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from desktop_app.ui import icons, theme
from desktop_app.ui.tokens import Space

_CHEVRON = 12


class Picker(QComboBox):
    """Chooses one of a few words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        inner = self.rect().adjusted(Space.S + 2, 0, -Space.S - _CHEVRON - Space.XS, 0)
        painter.setPen(t.text if self.isEnabled() else t.text_disabled)
        words = self.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, inner.width()
        )
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter), words)
        chevron = icons.pixmap("chevron-down", t.text_muted, _CHEVRON, self.devicePixelRatioF())
        painter.drawPixmap(
            self.width() - Space.S - _CHEVRON, (self.height() - _CHEVRON) // 2, chevron
        )
