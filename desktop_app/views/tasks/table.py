"""The table of tasks: which columns there is room for, and how their values are shown."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop_app.monitor.rows import Gap, TaskRow
from desktop_app.qt_models import gap_words
from desktop_app.qt_models.task_table import Column, RowRole, StateRole
from desktop_app.ui import fonts, formats, tables, theme
from desktop_app.ui.columns import AnyIndex, Kind
from desktop_app.ui.columns import Column as Look
from desktop_app.ui.tokens import Space, Type
from desktop_app.views.tasks import wording

_ID_SHOWN = 8
# Fits between the letters of two rows.
_CHIP = 14


def _time(at: float) -> str:
    return formats.moment(at, time.time())


def _task(row: TaskRow | Gap) -> str:
    return gap_words.title(row) if isinstance(row, Gap) else wording.label(row)


def _task_ink(index: AnyIndex) -> str:
    return "warning" if isinstance(index.data(RowRole), Gap) else "text"


def _retries(times: int) -> str:
    return formats.count(times) if times else ""


_LOOKS = {
    Column.STATE: Look(Kind.STATE, 116, role=StateRole),
    Column.TASK: Look(width=230, role=RowRole, ink=_task_ink, format=_task, stretch=True),
    Column.QUEUE: Look(width=152, ink="text_muted"),
    Column.WORKER: Look(width=110, most=230, ink="text_muted"),
    Column.TIME: Look(Kind.NUMBER, 102, format=_time),
    Column.WAITED: Look(Kind.NUMBER, 72, format=formats.duration, ink="text_muted"),
    Column.RUNTIME: Look(Kind.NUMBER, 72, format=formats.duration),
    Column.RETRIES: Look(Kind.NUMBER, 68, format=_retries),
    Column.ID: Look(Kind.MONO, 92, format=lambda uuid: str(uuid)[:_ID_SHOWN]),
}

# Columns that give way when the table is narrow, and the width that each needs it to have.
_NEEDS = {
    Column.TIME: 420,
    Column.WAITED: 520,
    Column.QUEUE: 680,
    Column.WORKER: 840,
    Column.RETRIES: 920,
    Column.ID: 1010,
}


@dataclass(frozen=True, slots=True)
class Mark:
    """What is said between two rows, in the ink of a token."""

    text: str
    ink: str


class TaskTable(tables.Table):
    """Between rows something may be said: a line with words on it, which takes no row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Tasks", [_LOOKS[column] for column in Column], parent)
        self._mark_above: Callable[[int], Mark | None] | None = None

    def set_marks(self, above: Callable[[int], Mark | None]) -> None:
        """``above`` tells what stands between a row and the one before it; it is asked for each
        row in sight at each painting."""
        self._mark_above = above

    def marks(self) -> list[str]:
        """What is said between the rows in sight, from the top."""
        return [mark.text for _, mark in self._marks_in_sight()]

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        marks = list(self._marks_in_sight())
        if marks:
            painter = QPainter(self.viewport())
            for row, mark in marks:
                self._paint_mark(painter, mark, max(self.rowViewportPosition(row), _CHIP // 2))

    def _marks_in_sight(self) -> Iterator[tuple[int, Mark]]:
        first, last = self.visible_rows()
        if self._mark_above is not None and first >= 0:
            for row in range(first, last + 1):
                mark = self._mark_above(row)
                if mark is not None:
                    yield row, mark

    def _paint_mark(self, painter: QPainter, mark: Mark, y: int) -> None:
        t = theme.tokens()
        wide = self.viewport().width()
        ink = t.ink(mark.ink)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.fillRect(0, y - 1, wide, 1, ink)
        painter.setFont(fonts.medium(Type.CAPTION))
        metrics = painter.fontMetrics()
        text = metrics.elidedText(mark.text, Qt.TextElideMode.ElideRight, wide - 6 * Space.S)
        chip = QRect(0, 0, metrics.horizontalAdvance(text) + 3 * Space.S, _CHIP)
        chip.moveCenter(QPoint(wide // 2, y))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(ink)
        painter.setBrush(t.surface)
        painter.drawRoundedRect(chip, _CHIP / 2, _CHIP / 2)
        painter.drawText(chip, int(Qt.AlignmentFlag.AlignCenter), text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        for column, needed in _NEEDS.items():
            self.setColumnHidden(column, self.width() < needed)
        super().resizeEvent(event)

    def visible_rows(self) -> tuple[int, int]:
        """The first and the last row in sight; the last is below the first where there is none."""
        first = self.rowAt(0)
        last = self.rowAt(self.viewport().height() - 1)
        if last < 0:
            last = self.model().rowCount() - 1
        return first, last
