"""The table of workers."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QAbstractItemModel, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QResizeEvent

from desktop_app.qt_models.fleet_table import Column as Place
from desktop_app.qt_models.fleet_table import FleetTableModel
from desktop_app.ui import fonts, formats, theme
from desktop_app.ui.columns import AnyIndex, Column, Kind
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.tables import Table
from desktop_app.ui.tokens import Size

_LATE_SECONDS: Final = 5.0
_SMALL_LINE: Final = 13.0
_ROOMY: Final = 1250
"""Below, columns that say little give way to the queues."""


def _late(index: AnyIndex) -> str | None:
    age = index.data()
    return "warning" if age is not None and age > _LATE_SECONDS else None


def in_two_lines(names: str, line: Callable[[str], float], room: float) -> list[str]:
    """Names as lists of at most two lines, the first as long as there is room for; what does not
    fit is cut where it is painted."""
    if line(names) <= room:
        return [names]
    parts = names.split(", ")
    kept = max(
        (n for n in range(1, len(parts)) if line(", ".join(parts[:n]) + ",") <= room), default=0
    )
    if not kept:
        return [names]
    return [", ".join(parts[:kept]) + ",", ", ".join(parts[kept:])]


def _draw_queues(painter: QPainter, box: QRectF, names: str) -> None:
    """The queues on one line or, where they need more, on two of small print."""
    font = fonts.sans()
    if QFontMetricsF(font).horizontalAdvance(names) > box.width():
        font = fonts.sans(11)
    metrics = QFontMetricsF(font)
    lines = in_two_lines(names, metrics.horizontalAdvance, box.width())
    painter.setFont(font)
    painter.setPen(theme.tokens().text)
    high = box.height() / len(lines) if len(lines) == 1 else _SMALL_LINE
    top = box.center().y() - high * len(lines) / 2
    for place, line in enumerate(lines):
        shown = metrics.elidedText(line, Qt.TextElideMode.ElideRight, box.width())
        at = QRectF(box.left(), top + place * high, box.width(), high)
        painter.drawText(at, int(Qt.AlignmentFlag.AlignVCenter), shown)


_COLUMNS: Final = {
    Place.STATE: Column(Kind.STATE, 92),
    Place.NAME: Column(width=190),
    Place.HEARD: Column(Kind.NUMBER, 62, format=formats.age, ink=_late),
    Place.POOL: Column(width=78),
    Place.SLOTS: Column(Kind.NUMBER, 58),
    Place.RATE: Column(Kind.NUMBER, 68, format=formats.compact),
    Place.PROCESSED: Column(Kind.NUMBER, 84, format=formats.compact),
    Place.MEMORY: Column(Kind.NUMBER, 78, format=formats.size),
    Place.LOAD: Column(Kind.NUMBER, 54, format=lambda load: f"{load:.2f}"),
    Place.CLOCK: Column(
        Kind.NUMBER, 62, format=lambda ahead: f"{ahead:+.0f} s", ink=lambda _: "warning"
    ),
    Place.VERSION: Column(width=64),
    Place.QUEUES: Column(Kind.DRAWN, stretch=True, draw=_draw_queues),
}


class FleetTable(Table):
    def __init__(self, to_cluster: Callable[[], object]) -> None:
        super().__init__("Workers", [_COLUMNS[place] for place in Place])
        self.setMinimumHeight(Size.HEADER + 3 * Size.ROW)
        self.set_empty(
            EmptyState(
                "workers",
                "No worker has been heard of",
                "Start one on the Local cluster page, or anywhere with: afi worker",
                "Local cluster",
                to_cluster,
            )
        )

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        if isinstance(model, FleetTableModel):
            for changed in (model.modelReset, model.rowsInserted, model.dataChanged):
                changed.connect(self._make_room)
            self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._make_room()
        super().resizeEvent(event)

    def _make_room(self) -> None:
        """Versions are told below too; a clock is told where one is wrong."""
        narrow = self.width() < _ROOMY
        model = self.model()
        wrong = isinstance(model, FleetTableModel) and model.has_wrong_clock
        for place, hide in ((Place.VERSION, narrow), (Place.CLOCK, narrow and not wrong)):
            if self.isColumnHidden(place) is not hide:
                self.setColumnHidden(place, hide)
