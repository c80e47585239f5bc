"""Pages that give way to others for a while."""

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tests.ui.toolkit.conftest import Window


def test_a_page_gives_way_and_comes_back_as_it_was(window: Window, qtbot: QtBot) -> None:
    shell = window.shell
    tasks = shell.show_page("tasks")
    window.calls.clear()
    shell.stand_in({"tasks": lambda: QLabel("not here")})
    instead = shell.show_page("tasks")
    assert isinstance(instead, QLabel)
    assert instead.isVisibleTo(shell)
    assert not tasks.isVisibleTo(shell)
    assert shell.current_page == "tasks"
    assert window.calls == ["tasks hidden"]
    shell.stand_in({})
    assert shell.show_page("tasks") is tasks
    assert window.calls == ["tasks hidden", "tasks shown"]
    qtbot.waitUntil(lambda: not isValid(instead))


def test_what_stands_in_is_built_when_it_is_first_shown(window: Window) -> None:
    built: list[str] = []

    def build() -> QLabel:
        built.append("built")
        return QLabel("not here")

    window.shell.show_page("overview")
    window.shell.stand_in({"tasks": build})
    assert built == []
    first = window.shell.show_page("tasks")
    window.shell.show_page("overview")
    assert window.shell.show_page("tasks") is first
    assert built == ["built"]
    assert "tasks" not in window.pages
