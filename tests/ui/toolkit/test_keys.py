from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from desktop_app.ui.caps import Caps, caps
from desktop_app.ui.keys import KEYS, KeyHelp
from desktop_app.ui.shell import Shell
from tests.ui.toolkit.conftest import part


def test_a_question_mark_shows_the_keys(shell: Shell) -> None:
    QTest.keyClick(shell, Qt.Key.Key_Question)
    keys = part(shell, KeyHelp)
    told = {label.text() for label in keys.findChildren(QLabel)}
    shown = [picture.accessibleName() for picture in keys.findChildren(Caps)]
    assert {"Everywhere", "In a table", "Pause or resume live updates"} <= told
    assert {"P", "Ctrl K", "Space or Return"} <= set(shown)
    assert len(shown) == sum(len(rows) for rows in KEYS.values())


def test_it_closes_with_escape_and_with_its_button(shell: Shell) -> None:
    for close in ("key", "button"):
        QTest.keyClick(shell, Qt.Key.Key_Question)
        (keys,) = [each for each in shell.findChildren(KeyHelp) if each.isVisible()]
        if close == "key":
            QTest.keyClick(keys, Qt.Key.Key_Escape)
        else:
            QTest.mouseClick(part(keys, QPushButton), Qt.MouseButton.LeftButton)
        assert not keys.isVisible()


def test_the_tabulator_reaches_its_button_and_return_presses_it(shell: Shell) -> None:
    QTest.keyClick(shell, Qt.Key.Key_Question)
    keys = part(shell, KeyHelp)
    QTest.keyClick(keys, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is part(keys, QPushButton)
    QTest.keyClick(part(keys, QPushButton), Qt.Key.Key_Space)
    assert not keys.isVisible()


def test_letters_are_no_commands_while_it_is_open(shell: Shell) -> None:
    QTest.keyClick(shell, Qt.Key.Key_Question)
    said: list[str] = []
    shell.theme_chosen.connect(said.append)
    QTest.keyClick(part(shell, KeyHelp), Qt.Key.Key_T)
    assert said == []


def test_escape_closes_it_and_leaves_messages_alone(shell: Shell) -> None:
    shell.messages.error("It failed")
    QTest.keyClick(shell, Qt.Key.Key_Question)
    QTest.keyClick(part(shell, KeyHelp), Qt.Key.Key_Escape)
    assert len(shell.toasts.toasts()) == 1


def test_a_combination_is_taken_apart_into_its_caps(qapp: object) -> None:
    assert caps("Ctrl+Shift+D") == ["Ctrl", "Shift", "D"]
    assert caps("Ctrl+1…9") == ["Ctrl", "1…9"]
    assert caps("+") == ["+"]
    assert caps("/") == ["/"]
