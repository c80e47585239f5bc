"""Paints one file of the tray: its name, how far it is, and what to do when it went wrong."""

from dataclasses import dataclass

from PySide6.QtCore import QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_app.services.tray import Phase, TrayItem
from desktop_app.ui import fonts, formats, icons, theme
from desktop_app.ui.columns import AnyIndex
from desktop_app.ui.tokens import Size, Space, Tokens, Tone
from desktop_app.views.documents import wording
from desktop_app.views.documents.tray_model import ItemRole
from desktop_app.views.documents.wrapped import Wrapped

# An error of a task may be a page long; its beginning and end say what happened.
MESSAGE_LIMIT = 480

_ONE_LINE_FROM = 620
_LINE = 20
_LOOKS = {
    Phase.COPYING: ("state-starting", Tone.RUNNING),
    Phase.WAITING: ("state-waiting", Tone.WAITING),
    Phase.RUNNING: ("state-progress", Tone.RUNNING),
    Phase.DONE: ("state-ok", Tone.OK),
    Phase.FAILED: ("state-failed", Tone.DANGER),
}
_MIDDLE_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_MIDDLE_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the parts of a row stand. Wide rows need one line, narrow ones two."""

    icon: QPoint
    name: QRect
    size: QRect
    stage: QRect
    bar: QRect
    share: QRect
    below: int

    @classmethod
    def of(cls, rect: QRect) -> "_Places":
        inner = rect.adjusted(Space.M, Space.XS + 1, -Space.M, 0)
        text = inner.left() + Size.STATE_ICON + Space.S
        icon = QPoint(inner.left(), inner.top() + (_LINE - Size.STATE_ICON) // 2)
        right = inner.right() + 1
        if inner.width() >= _ONE_LINE_FROM:
            share = QRect(right - 44, inner.top(), 44, _LINE)
            bar = QRect(share.left() - 120, inner.top(), 120, _LINE)
            stage = QRect(bar.left() - Space.L - 168, inner.top(), 168, _LINE)
            size = QRect(stage.left() - Space.L - 72, inner.top(), 72, _LINE)
            name = QRect(text, inner.top(), size.left() - Space.M - text, _LINE)
            return cls(icon, name, size, stage, bar, share, inner.top() + _LINE)
        second = inner.top() + _LINE
        size = QRect(right - 72, inner.top(), 72, _LINE)
        name = QRect(text, inner.top(), size.left() - Space.M - text, _LINE)
        share = QRect(right - 44, second, 44, _LINE)
        bar = QRect(share.left() - 84, second, 84, _LINE)
        stage = QRect(text, second, bar.left() - Space.M - text, _LINE)
        return cls(icon, name, size, stage, bar, share, second + _LINE)


class TrayCell(QStyledItemDelegate):
    """The delegate of the tray's list, which it asks for the width that words may take."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view
        self.hovered = QPersistentModelIndex()

    def sizeHint(self, _option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(0, self.height(index.data(ItemRole)))

    def height(self, item: TrayItem) -> int:
        """What a file's row needs at the present width."""
        wide = self._view.viewport().width()
        if not item.message and not item.remedy:
            return _Places.of(QRect(0, 0, wide, _LINE)).below + Space.XS + 2
        height: float = _Places.of(QRect(0, 0, wide, _LINE)).below
        for paragraph, _ in self._paragraphs(item, wide):
            height += paragraph.height
        return round(height) + Space.XS + 2

    @staticmethod
    def _paragraphs(item: TrayItem, wide: int) -> list[tuple[Wrapped, str]]:
        """What happened, and what to do, each with the token of its ink."""
        places = _Places.of(QRect(0, 0, wide, _LINE))
        room = wide - places.name.left() - Space.M
        font = fonts.sans(12)
        told = "text" if item.phase is Phase.FAILED else "text_muted"
        said = ((item.message, told), (item.remedy, "text_muted"))
        return [
            (Wrapped(formats.shorten(text, MESSAGE_LIMIT), font, room), ink)
            for text, ink in said
            if text
        ]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        t = theme.tokens()
        rect: QRect = option.rect
        item: TrayItem = index.data(ItemRole)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, t.selected)
        elif self.hovered == index:
            painter.fillRect(rect, t.hover)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, t.hairline)
        places = _Places.of(rect)
        picture, tone = _LOOKS[item.phase]
        shape = icons.pixmap(
            picture, t.ink(tone), Size.STATE_ICON, painter.device().devicePixelRatioF()
        )
        painter.drawPixmap(places.icon, shape)
        self._paint_words(painter, places, item, t)
        if item.phase is not Phase.FAILED:
            self._paint_bar(painter, places.bar, item, t)
        top: float = places.below
        for paragraph, ink in self._paragraphs(item, rect.width()):
            paragraph.draw(painter, places.name.left(), top, t.ink(ink))
            top += paragraph.height

    @staticmethod
    def _paint_words(painter: QPainter, places: _Places, item: TrayItem, t: Tokens) -> None:
        painter.setFont(fonts.medium())
        painter.setPen(t.text)
        name = painter.fontMetrics().elidedText(
            item.name, Qt.TextElideMode.ElideMiddle, places.name.width()
        )
        painter.drawText(places.name, _MIDDLE_LEFT, name)
        painter.setFont(fonts.sans(12))
        painter.setPen(t.text_muted)
        painter.drawText(places.size, _MIDDLE_RIGHT, formats.size(item.size))
        stage = painter.fontMetrics().elidedText(
            item.stage, Qt.TextElideMode.ElideRight, places.stage.width()
        )
        painter.setPen(t.danger if item.phase is Phase.FAILED else t.text_muted)
        painter.drawText(places.stage, _MIDDLE_LEFT, stage)
        painter.setPen(t.text_muted)
        painter.drawText(places.share, _MIDDLE_RIGHT, wording.tray_outcome(item))

    @staticmethod
    def _paint_bar(painter: QPainter, rect: QRect, item: TrayItem, t: Tokens) -> None:
        track = QRectF(rect.left(), rect.center().y() - 1, rect.width(), 4)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.soft(Tone.WAITING))
        painter.drawRoundedRect(track, 2, 2)
        track.setWidth(track.width() * min(max(item.fraction, 0.0), 1.0))
        painter.setBrush(t.ink(Tone.OK if item.phase is Phase.DONE else Tone.RUNNING))
        painter.drawRoundedRect(track, 2, 2)
        painter.restore()
