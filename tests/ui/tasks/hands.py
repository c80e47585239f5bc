"""How the table of tasks is worked."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_app.qt_models.task_table import Column
from desktop_app.views.tasks import TasksPage

KEY = Qt.Key


LEFT = Qt.MouseButton.LeftButton


def click_row(
    page: TasksPage, row: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    page.table.doItemsLayout()
    where = page.table.visualRect(page.model.index(row, Column.STATE)).center()
    QTest.mouseClick(page.table.viewport(), LEFT, modifier, where)
