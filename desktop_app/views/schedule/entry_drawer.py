"""One entry with all that is known of it."""

import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.qt_models.schedule_table import condition
from desktop_app.ui import drawer, pretty, texts
from desktop_app.ui.controls import Label
from desktop_app.ui.details import CodeBlock, KeyValues
from desktop_app.ui.tokens import Space
from desktop_app.views.schedule import wording
from desktop_app.views.schedule.hands import Hands
from worker_core.operations.schedule import ScheduleEntry


class EntryDrawer(drawer.Drawer):
    """Closed until it is opened; shows the entry that it was given last."""

    def __init__(self, hands: Hands, parent: QWidget | None = None) -> None:
        super().__init__("Entry of the schedule", parent)
        self.row: ScheduleEntry | None = None
        self.set_actions(
            [
                hands.button("run"),
                hands.button("edit"),
                hands.button("switch"),
                hands.icon_button("reset"),
                hands.icon_button("remove"),
            ]
        )
        self.problem = Label(ink="warning")
        self.problem.setWordWrap(True)
        self._problem_section = self.add_section("Why it is not started", self.problem)
        self.missed = Label(ink="warning")
        self.missed.setWordWrap(True)
        self.seen = hands.button("seen")
        self._missed_section = self.add_section("Missed", _column(self.missed, self.seen))
        self.facts = KeyValues()
        self.last = hands.button("task")
        self.add_section("Details", _column(self.facts, self.last))
        self.arguments = CodeBlock("Arguments", lines=14)
        self._arguments_section = self.add_section("Arguments", self.arguments)

    def show_entry(self, row: ScheduleEntry | None) -> None:
        """None closes it."""
        self.row = row
        if row is None:
            self.close_drawer()
            return
        now = time.time()
        self.set_head(row.name, row.task, condition(row))
        self.problem.setText(texts.breakable(row.problem or ""))
        self._problem_section.setVisible(row.enabled and row.problem is not None)
        self.missed.setText(wording.missed_span(row, now))
        self._missed_section.setVisible(bool(row.missed))
        self.facts.set_rows([(name, texts.breakable(v)) for name, v in wording.facts(row, now)])
        text, _ = pretty.as_json(row.arguments) if row.arguments else ("", False)
        self.arguments.set_text(text)
        self._arguments_section.setVisible(bool(row.arguments))


def _column(*widgets: QWidget) -> QWidget:
    column = QWidget()
    column.setProperty("role", "plain")
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(Space.S)
    for widget in widgets[:-1]:
        layout.addWidget(widget)
    layout.addWidget(widgets[-1], alignment=Qt.AlignmentFlag.AlignLeft)
    return column
