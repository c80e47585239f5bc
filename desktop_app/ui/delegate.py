"""How wide the cells of a table are, and how its rows are painted.

A table paints whole rows itself: no style, no stylesheet (an ``::item`` rule alone costs 4 ms a
painting), and no way through C++ and back for each value. What a table has to paint ten times a
second is text, and little else should be paid for."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Protocol, runtime_checkable

from PySide6.QtCore import QAbstractItemModel, QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from desktop_app.ui import fonts, pills, sparkline, states, theme
from desktop_app.ui.columns import AnyIndex, Column, Kind
from desktop_app.ui.tokens import Size, Space, Tokens, Tone

FIRST_INSET = Space.M
"""What is above a table in its card begins at the same edge."""

_WIDEST_LETTER = 14
"""Pixels: a text of the body font that has so many for each letter is not cut."""


@runtime_checkable
class WholeRows(Protocol):
    """A model that hands out what is painted in one row at once."""

    def row_values(self, row: int, wanted: Sequence[tuple[int, int]]) -> Sequence[Any]:
        """What ``data`` gives for each column and role of ``wanted``."""


class CellDelegate(QStyledItemDelegate):
    """One delegate for a whole table, which paints its rows through :meth:`paint_rows`."""

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
            return QSize(pills.width(states.of(name)) + FIRST_INSET + Space.S, Size.ROW)
        text = column.text(index.data(column.role))
        wide = option.fontMetrics.horizontalAdvance(text)
        return QSize(wide + FIRST_INSET + Space.S + 2, Size.ROW)

    def paint_rows(
        self,
        painter: QPainter,
        model: QAbstractItemModel,
        rows: Iterable[tuple[int, QRect, bool]],
        spans: Sequence[tuple[int, int, int]],
    ) -> None:
        """Draws rows of a model.

        :param rows: of each its number, its rectangle, and whether it is selected
        :param spans: of each column in sight its number, its left edge and its width
        """
        t = theme.tokens()
        looks = [(place, self.columns[place], left, wide) for place, left, wide in spans]
        wanted = [(place, look.role) for place, look, _, _ in looks]
        outermost = min((left for _, left, _ in spans), default=0)
        for row, rect, selected in rows:
            if selected:
                painter.fillRect(rect, t.selected)
            elif row == self.hovered_row:
                painter.fillRect(rect, t.hover)
            painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, t.hairline)
            if isinstance(model, WholeRows):
                values = model.row_values(row, wanted)
            else:
                values = [model.data(model.index(row, place), role) for place, role in wanted]
            for (place, look, left, wide), value in zip(looks, values, strict=True):
                if value is not None:
                    inset = FIRST_INSET if left == outermost else Space.S
                    inner = QRect(left + inset, rect.top(), wide - inset - Space.S, rect.height())
                    self._paint_cell(painter, inner, look, value, model, row, place, t)

    def _paint_cell(
        self,
        painter: QPainter,
        inner: QRect,
        look: Column,
        value: Any,
        model: QAbstractItemModel,
        row: int,
        place: int,
        t: Tokens,
    ) -> None:
        match look.kind:
            case Kind.STATE:
                ratio = painter.device().devicePixelRatioF()
                pills.paint(painter, inner, states.of(str(value)), ratio)
            case Kind.PROGRESS:
                self._paint_progress(painter, inner, float(value), t)
            case Kind.SPARK:
                box = QRectF(inner.adjusted(0, 6, 0, -6))
                sparkline.paint(painter, box, value, t.ink(Tone.ACCENT))
            case Kind.DRAWN if look.draw is not None:
                look.draw(painter, QRectF(inner), value)
            case _:
                ink = look.ink
                if callable(ink):
                    ink = ink(model.index(row, place))
                usual = "text_muted" if look.kind is Kind.MONO else "text"
                painter.setPen(t.ink("text_faint" if self.stale else ink or usual))
                _paint_text(painter, inner, look.kind, look.text(value))

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


def _paint_text(painter: QPainter, rect: QRect, kind: Kind, text: str) -> None:
    """One line in the middle of a rectangle's height, at the side where its kind belongs."""
    font = fonts.mono() if kind is Kind.MONO else fonts.sans()
    metrics, rise = _metrics(font)
    left, wide = rect.left(), rect.width()
    to_the_right = kind is Kind.NUMBER
    if to_the_right or len(text) * _WIDEST_LETTER > wide:
        needed = metrics.horizontalAdvance(text)
        if needed > wide:
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, wide)
        elif to_the_right:
            left = rect.right() + 1 - needed
    painter.setFont(font)
    painter.drawText(left, rect.top() + (rect.height() + rise) // 2, text)


@lru_cache(maxsize=8)
def _metrics(font: QFont) -> tuple[QFontMetrics, int]:
    """A font's metrics, and how far its letters rise above the baseline less how far they fall."""
    metrics = QFontMetrics(font)
    return metrics, metrics.ascent() - metrics.descent()
