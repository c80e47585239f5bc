"""The header of a table: quiet words over a hairline, and an arrow where it is sorted."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from desktop_app.ui import fonts, icons, theme
from desktop_app.ui.columns import Column
from desktop_app.ui.delegate import FIRST_INSET
from desktop_app.ui.tokens import Size, Space

_ARROW = 12


class Header(QHeaderView):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.columns: Sequence[Column] = ()
        self.held = False
        """Whether the mouse has hold of it."""
        self.setHighlightSections(False)
        self.setSectionsMovable(True)
        self.setMinimumSectionSize(40)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setFixedHeight(Size.HEADER)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.held = True
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.held = False

    def sectionSizeFromContents(self, section: int) -> QSize:
        hint = super().sectionSizeFromContents(section)
        return QSize(hint.width() + Space.S, Size.HEADER)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        t = theme.tokens()
        painter.fillRect(rect, t.surface)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, t.hairline)
        text = str(self.model().headerData(section, self.orientation()) or "")
        known = section < len(self.columns)
        column = self.columns[section] if known else Column()
        inset = FIRST_INSET if self.sectionPosition(section) == 0 else Space.S
        inner = rect.adjusted(inset, 0, -Space.S, 0)
        is_sorted = self.isSortIndicatorShown() and self.sortIndicatorSection() == section
        painter.setFont(fonts.medium(11))
        painter.setPen(t.text if is_sorted else t.text_muted)
        if is_sorted:
            inner = self._paint_arrow(painter, inner, column.alignment)
        words = painter.fontMetrics().elidedText(text, self.textElideMode(), inner.width())
        painter.drawText(inner, int(column.alignment), words)

    def _paint_arrow(self, painter: QPainter, rect: QRect, alignment: Qt.AlignmentFlag) -> QRect:
        """Draws the arrow at the side of the words that is free, and returns what is left."""
        up = self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        arrow = icons.pixmap(
            "arrow-up" if up else "arrow-down",
            theme.tokens().text,
            _ARROW,
            self.devicePixelRatioF(),
        )
        top = rect.center().y() - _ARROW // 2 + 1
        if alignment & Qt.AlignmentFlag.AlignRight:
            painter.drawPixmap(rect.left(), top, arrow)
            return rect.adjusted(_ARROW + 2, 0, 0, 0)
        painter.drawPixmap(rect.right() - _ARROW, top, arrow)
        return rect.adjusted(0, 0, -_ARROW - 2, 0)
