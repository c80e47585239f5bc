"""The line below the table: how many tasks these are, and how fresh."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_app.monitor.rows import Connection, Counters
from desktop_app.qt_models.task_older import MOST
from desktop_app.qt_models.task_table import TaskTableModel
from desktop_app.services.history import Older
from desktop_app.ui import fonts, formats
from desktop_app.ui.controls import Label
from desktop_app.ui.tokens import Size, Space


class Footer(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(Size.CONTROL)
        self._count = Label(font=fonts.sans(12), ink="text_muted")
        self._fresh = Label(font=fonts.sans(12), ink="warning", elide=Qt.TextElideMode.ElideRight)
        self._fresh.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.M, 0, Space.M, 0)
        layout.setSpacing(Space.L)
        layout.addWidget(self._count)
        layout.addWidget(self._fresh, 1)

    def show_count(
        self, model: TaskTableModel, counters: Counters, older: Older, *, kept: bool, reading: bool
    ) -> None:
        total = formats.plural(model.total, "task")
        hits = "" if model.filter.everything else f"{formats.count(model.shown)} of "
        said = [hits + total]
        if older.total:
            said[0] += " in memory"
            least = "" if older.exact else "at least "
            said.append(f"{least}{formats.count(older.total)} older in the history")
        if model.scanning:
            said.append("looking through older ones…")
        elif reading:
            said.append("reading older ones…")
        if len(model.older) >= MOST:
            said.append(f"the first {formats.count(MOST)} of them are shown: narrow the search")
        if counters.evicted and not kept:
            said.append(f"{formats.count(counters.evicted)} older ones have left memory")
        self._count.setText(" · ".join(said))

    def show_freshness(self, connection: Connection, *, paused: bool, now: float) -> None:
        if paused:
            self._fresh.setText("Updates are paused. Press P to go on.")
        elif connection.status == "live":
            self._fresh.setText("")
        else:
            since = formats.moment(connection.since, now)
            said = connection.message or "No connection."
            self._fresh.setText(f"Not live since {since}. {said}")
