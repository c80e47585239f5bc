"""What the table of tasks has room for in a small window."""

from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from desktop_app.qt_models.task_table import Column, TaskTableModel
from desktop_app.ui import fonts
from desktop_app.ui.tokens import Space
from desktop_app.views.tasks.table import TaskTable
from worker_core import catalog


def test_names_of_tasks_and_queues_and_the_day_of_a_task_are_whole_in_a_small_window(
    qtbot: QtBot,
) -> None:
    table = TaskTable()
    qtbot.addWidget(table)
    table.setModel(TaskTableModel())
    table.resize(848, 600)  # what it has in a window of 1280
    table.show()
    metrics = QFontMetrics(fonts.sans())
    for column, words in {
        Column.TASK: [name.rpartition(".")[2] for name in catalog.TASKS],
        Column.QUEUE: list(catalog.QUEUES),
        Column.TIME: ["30 Nov 23:59", "23:59:59"],
    }.items():
        room = table.columnWidth(column) - 2 * Space.S
        assert [one for one in words if metrics.horizontalAdvance(one) > room] == []
    table.hide()
