import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QTableView,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.ui.counters import COUNTERS
from desktop_app.ui.keys import KeyHelp
from desktop_app.ui.messages import MessageAction
from desktop_app.ui.shell import Shell
from tests.ui import accessibility
from tests.ui.toolkit.conftest import TITLES, part


def test_everything_in_the_window_that_is_operated_has_a_name(shell: Shell) -> None:
    shell.messages.error("It failed", "Start it.", MessageAction("Start", lambda: None))
    shell.open_palette()
    for page in TITLES:
        shell.show_page(page)
    names = {accessibility.name(widget) for widget in accessibility.interactive(shell)}
    assert accessibility.nameless(shell) == []
    assert {*TITLES.values(), "Start", "Dismiss this message", "Search commands"} <= names
    assert {f"{title}: not known" for title, *_ in COUNTERS.values()} <= names


def test_the_list_of_keys_can_be_closed_by_name(shell: Shell) -> None:
    QTest.keyClick(shell, Qt.Key.Key_Question)
    operated = accessibility.interactive(part(shell, KeyHelp))
    assert [accessibility.name(widget) for widget in operated] == ["Close"]


@pytest.mark.parametrize("make", [QLineEdit, QToolButton, QComboBox, QSpinBox, QTableView])
def test_what_has_no_name_is_told_with_its_place(qtbot: QtBot, make: type[QWidget]) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    QVBoxLayout(page).addWidget(make())
    assert accessibility.nameless(page) == [f"{make.__name__} in QWidget"]
    for widget in page.findChildren(make):
        widget.setAccessibleName("Name")
    assert accessibility.nameless(page) == []


def test_a_place_that_is_scrolled_with_the_keyboard_needs_a_name_too(qtbot: QtBot) -> None:
    area = QScrollArea()
    qtbot.addWidget(area)
    assert accessibility.nameless(area) == ["QScrollArea"]


def test_a_button_is_called_by_its_word_and_a_label_need_not_be(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    layout = QVBoxLayout(page)
    layout.addWidget(QPushButton("&Retry"))
    layout.addWidget(QLabel())
    assert [accessibility.name(widget) for widget in accessibility.interactive(page)] == ["Retry"]


def test_parts_of_a_control_are_told_with_it(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    layout = QVBoxLayout(page)
    combo, spin, tabs = QComboBox(), QSpinBox(), QTabWidget()
    combo.setEditable(True)
    tabs.addTab(QWidget(), "Log")
    for widget in (combo, spin, tabs):
        layout.addWidget(widget)
        widget.setAccessibleName("Name")
    tabs.tabBar().setAccessibleName("Logs")
    assert accessibility.nameless(page) == []
