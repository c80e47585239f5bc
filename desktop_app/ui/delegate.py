"""Paints the cells of a table. Everything is drawn here, without a style and without a stylesheet:
that is several times cheaper than an ``::item`` rule."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_app.ui import fonts, pills, sparkline, states, theme
from desktop_app.ui.columns import AnyIndex, Column, Kind
from desktop_app.ui.tokens import Size, Space, Tokens, Tone

_SELECTED = QStyle.StateFlag.State_Selected


class CellDelegate(QStyledItemDelegate):
    """One delegate for a whole table."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns: Sequence[Column] = ()
        self.hovered_row = -1
        self.stale = False

    def column(self, index: AnyIndex) -> Column:
        place = index.column()
        return self.columns[place] if place < len(self.columns) else Column()

    def displayText(self, value: Any, _locale: object) -> str:
        return "" if value is None else str(value)

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        column = self.column(index)
        if column.kind is Kind.STATE:
            name = str(index.data(column.role) or "")
            return QSize(pills.width(states.of(name)) + 2 * Space.S, Size.ROW)
        text = column.text(index.data(column.role))
        wide = option.fontMetrics.horizontalAdvance(text)
        return QSize(wide + 2 * Space.S + 2, Size.ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        t = theme.tokens()
        rect: QRect = option.rect
        selected = bool(option.state & _SELECTED)
        self._paint_ground(painter, rect, t, selected=selected, row=index.row())
        column = self.column(index)
        value = index.data(column.role)
        if value is None:
            return
        inner = rect.adjusted(Space.S, 0, -Space.S, 0)
        match column.kind:
            case Kind.STATE:
                pills.paint(painter, inner, states.of(str(value)), self._ratio(painter))
            case Kind.PROGRESS:
                self._paint_progress(painter, inner, float(value), t)
            case Kind.SPARK:
                box = QRectF(inner.adjusted(0, 6, 0, -6))
                sparkline.paint(painter, box, value, t.ink(Tone.ACCENT))
            case _:
                self._paint_text(painter, inner, column, column.text(value), index, t)

    @staticmethod
    def _ratio(painter: QPainter) -> float:
        return painter.device().devicePixelRatioF()

    def _paint_ground(
        self, painter: QPainter, rect: QRect, t: Tokens, *, selected: bool, row: int
    ) -> None:
        if selected:
            painter.fillRect(rect, t.selected)
        elif row == self.hovered_row:
            painter.fillRect(rect, t.hover)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, t.hairline)

    def _paint_text(
        self,
        painter: QPainter,
        rect: QRect,
        column: Column,
        text: str,
        index: AnyIndex,
        t: Tokens,
    ) -> None:
        font: QFont = fonts.mono() if column.kind is Kind.MONO else fonts.sans()
        painter.setFont(font)
        special = column.ink(index) if column.ink is not None else None
        usual = "text_muted" if column.kind is Kind.MONO else "text"
        painter.setPen(t.ink("text_faint" if self.stale else special or usual))
        metrics = painter.fontMetrics()
        if len(text) > 6 and metrics.horizontalAdvance(text) > rect.width():
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(column.alignment), text)

    def _paint_progress(self, painter: QPainter, rect: QRect, value: float, t: Tokens) -> None:
        value = min(max(value, 0.0), 1.0)
        words = 44
        bar = QRectF(rect.left(), rect.center().y() - 1, max(rect.width() - words, 8), 4)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.soft(Tone.WAITING))
        painter.drawRoundedRect(bar, 2, 2)
        bar.setWidth(bar.width() * value)
        painter.setBrush(t.ink(Tone.OK if value >= 1 else Tone.RUNNING))
        painter.drawRoundedRect(bar, 2, 2)
        painter.restore()
        painter.setFont(fonts.sans(12))
        painter.setPen(t.text_muted)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect, int(right), f"{value * 100:.0f} %")

    def initStyleOption(self, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Only for editors and accessibility: painting does not pass here."""
        super().initStyleOption(option, index)
        palette: QPalette = option.palette
        palette.setColor(QPalette.ColorRole.HighlightedText, theme.tokens().text)
