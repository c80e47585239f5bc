"""What is read off the Workers page, and how it is worked."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from desktop_app.qt_models.fleet_table import Column
from desktop_app.views.workers import WorkersPage
from desktop_app.views.workers.actions import ACTIONS, Action


def words(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def cell(page: WorkersPage, name: str, column: Column) -> object:
    place = page.model.place_of(name)
    assert place is not None
    return page.model.index(place, column).data()


def press(page: WorkersPage, keys: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    page.table.setFocus()
    QTest.keyClick(page.table, keys, modifier or Qt.KeyboardModifier.NoModifier)


def action(command: str) -> Action:
    return next(one for one in ACTIONS if one.command == command)


def choose(page: WorkersPage, *names: str) -> None:
    page.table.clearSelection()
    flags = page.table.selectionModel().SelectionFlag
    for name in names:
        index = page.model.index(page.model.place_of(name) or 0, 0)
        page.table.selectionModel().select(index, flags.Select | flags.Rows)
