"""A window with pages that note what is asked of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import pytest
from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.shell import PageSpec, Shell

TITLES = {"overview": "Overview", "tasks": "Tasks", "documents": "Documents"}


Part = TypeVar("Part", bound=QObject)


def part(whole: QObject, kind: type[Part]) -> Part:
    """The one thing of that kind in a widget."""
    found = whole.findChildren(kind)
    assert len(found) == 1, f"{len(found)} {kind.__name__}"
    return found[0]


class Page(QWidget):
    """A page with a search field."""

    def __init__(self, name: str, calls: list[str]) -> None:
        super().__init__()
        self._name = name
        self._calls = calls
        self.field = QLineEdit()
        self.field.setAccessibleName("Search")
        QVBoxLayout(self).addWidget(self.field)
        calls.append(f"{name} built")

    def shown(self) -> None:
        self._calls.append(f"{self._name} shown")

    def hidden(self) -> None:
        self._calls.append(f"{self._name} hidden")

    def search(self) -> None:
        self._calls.append(f"{self._name} searched")
        self.field.setFocus()


@dataclass
class Window:
    """A shell, its pages by name once they are built, and what was asked of them in order."""

    shell: Shell
    calls: list[str] = field(default_factory=list)
    pages: dict[str, Page] = field(default_factory=dict)

    def build(self, name: str) -> Callable[[], QWidget]:
        def factory() -> QWidget:
            self.pages[name] = Page(name, self.calls)
            return self.pages[name]

        return factory


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    """Shown, active, with three pages on the rail and one beside it, none of them open."""
    shell = Shell(version="1.2.3")
    window = Window(shell)
    for page, title in TITLES.items():
        shell.add_page(PageSpec(page, title, page, window.build(page)))
    shell.add_page(PageSpec("welcome", "Welcome", "", window.build("welcome")))
    qtbot.addWidget(shell, before_close_func=Shell.leave)
    QCursor.setPos(shell.mapToGlobal(QPoint(1, 1)))  # under it nothing is that reacts
    with qtbot.waitActive(shell):
        shell.show()
        shell.activateWindow()
    return window


@pytest.fixture
def shell(window: Window) -> Shell:
    """The same with its first page open."""
    window.shell.show_page("overview")
    return window.shell
