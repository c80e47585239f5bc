"""The table of the messages that wait in one queue."""

import time

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop_app.qt_models.message_table import Column
from desktop_app.ui import formats, tables
from desktop_app.ui.columns import Column as Appearance
from desktop_app.ui.columns import Kind


def _waited(at: float) -> str:
    return formats.age(max(0.0, time.time() - at))


_LOOKS = {
    Column.TASK: Appearance(width=300),
    Column.ARGUMENTS: Appearance(width=200, stretch=True, ink="text_muted"),
    Column.WAITED: Appearance(Kind.NUMBER, 76, format=_waited),
    Column.PRIORITY: Appearance(Kind.NUMBER, 66, ink="text_muted"),
    Column.SIZE: Appearance(Kind.NUMBER, 76, format=formats.size, ink="text_muted"),
    Column.ID: Appearance(Kind.MONO, 92, format=lambda uuid: str(uuid)[:8]),
}
_NEEDS = {Column.WAITED: 480, Column.SIZE: 560, Column.PRIORITY: 640, Column.ID: 760}


class MessagesTable(tables.Table):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Waiting messages", [_LOOKS[column] for column in Column], parent)

    def resizeEvent(self, event: QResizeEvent) -> None:
        for column, needed in _NEEDS.items():
            self.setColumnHidden(column, self.width() < needed)
        super().resizeEvent(event)
