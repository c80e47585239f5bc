from typing import Any

import pytest
from PySide6.QtCore import QByteArray, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.ui import theme
from desktop_app.ui.keys import KeyHelp
from desktop_app.ui.rail import Rail, RailButton
from desktop_app.ui.shell import PageSpec, Shell
from desktop_app.ui.tokens import load
from tests.ui.toolkit.conftest import TITLES, Window, part

CTRL = Qt.KeyboardModifier.ControlModifier


def chosen(shell: Shell) -> list[str]:
    return [button.text() for button in shell.findChildren(RailButton) if button.isChecked()]


def rail_button(shell: Shell, title: str) -> RailButton:
    return next(b for b in shell.findChildren(RailButton) if b.text() == title)


# Pages


def test_a_page_is_built_when_it_is_first_shown_and_never_again(window: Window) -> None:
    assert (window.calls, window.shell.current_page) == ([], None)
    first = window.shell.show_page("tasks")
    window.shell.show_page("overview")
    assert window.shell.show_page("tasks") is first
    assert window.calls.count("tasks built") == 1
    assert "documents" not in window.pages


def test_a_page_leaves_before_the_next_one_comes(window: Window) -> None:
    window.shell.show_page("overview")
    window.shell.show_page("tasks")
    assert window.calls == [
        "overview built",
        "overview shown",
        "tasks built",
        "overview hidden",
        "tasks shown",
    ]


def test_a_page_that_is_shown_already_is_not_told_again(window: Window, qtbot: QtBot) -> None:
    window.shell.show_page("overview")
    with qtbot.assertNotEmitted(window.shell.page_shown):
        window.shell.show_page("overview")
    assert window.calls == ["overview built", "overview shown"]


def test_the_page_that_is_shown_stands_in_the_title_and_on_the_rail(
    window: Window, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(window.shell.page_shown) as shown:
        window.shell.show_page("documents")
    assert shown.args == ["documents"]
    assert window.shell.current_page == "documents"
    assert window.shell.windowTitle() == "Documents – AFI Desk"
    assert chosen(window.shell) == ["Documents"]


def test_a_page_beside_the_rail_leaves_no_button_chosen(window: Window) -> None:
    window.shell.show_page("overview")
    window.shell.show_page("welcome")
    assert chosen(window.shell) == []
    window.shell.show_page("overview")
    assert chosen(window.shell) == ["Overview"]


def test_pages_without_hooks_are_shown_all_the_same(window: Window) -> None:
    plain = QWidget()
    window.shell.add_page(PageSpec("plain", "Plain", "help", lambda: plain))
    assert window.shell.show_page("plain") is plain
    window.shell.show_page("overview")
    assert not plain.isVisible()


def test_a_page_that_cannot_be_built_leaves_everything_as_it_was(window: Window) -> None:
    def factory() -> QWidget:
        raise RuntimeError("no such module")

    window.shell.add_page(PageSpec("broken", "Broken", "help", factory))
    window.shell.show_page("overview")
    rail_button(window.shell, "Broken").setChecked(True)  # as a click does
    with pytest.raises(RuntimeError, match="no such module"):
        window.shell.show_page("broken")
    assert window.shell.current_page == "overview"
    assert chosen(window.shell) == ["Overview"]
    assert window.calls == ["overview built", "overview shown"]


def test_a_minimised_window_hides_its_page_and_shows_it_again(window: Window) -> None:
    window.shell.show_page("overview")
    window.calls.clear()
    window.shell.showMinimized()
    assert window.calls == ["overview hidden"]
    window.shell.showNormal()
    assert window.calls == ["overview hidden", "overview shown"]


def test_a_window_that_grows_tells_its_page_nothing(window: Window) -> None:
    window.shell.show_page("overview")
    window.calls.clear()
    window.shell.showMaximized()
    window.shell.showFullScreen()
    window.shell.showNormal()
    assert window.calls == []


def test_a_page_that_is_brought_while_the_window_is_minimised_waits(window: Window) -> None:
    window.shell.show_page("overview")
    window.shell.showMinimized()
    window.calls.clear()
    window.shell.show_page("tasks")
    assert window.calls == ["tasks built"]
    window.shell.showNormal()
    assert window.calls == ["tasks built", "tasks shown"]


# The rail


def test_the_rail_leads_to_a_page(window: Window, qtbot: QtBot) -> None:
    for page, title in TITLES.items():
        QTest.mouseClick(rail_button(window.shell, title), Qt.MouseButton.LeftButton)
        assert window.shell.current_page == page


def test_the_rail_tells_the_version(shell: Shell) -> None:
    labels = part(shell, Rail).findChildren(QLabel)
    assert "Version 1.2.3" in {label.text() for label in labels}


def test_in_a_narrow_window_the_rail_keeps_its_pictures_alone(shell: Shell) -> None:
    rail = part(shell, Rail)
    shell.resize(1280, 800)
    wide = rail.width()
    shell.resize(960, 600)
    assert rail.width() < wide
    shell.resize(1280, 800)
    assert rail.width() == wide


def test_arrows_move_through_the_rail(window: Window, qtbot: QtBot) -> None:
    window.shell.show_page("overview")
    rail_button(window.shell, "Overview").setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(rail_button(window.shell, "Overview"), Qt.Key.Key_Down)
    assert QApplication.focusWidget() is rail_button(window.shell, "Tasks")
    QTest.keyClick(rail_button(window.shell, "Tasks"), Qt.Key.Key_Space)
    assert window.shell.current_page == "tasks"
    assert QApplication.focusWidget() is rail_button(window.shell, "Tasks")


def test_a_click_on_the_rail_leads_the_keyboard_to_the_page(window: Window, qtbot: QtBot) -> None:
    window.shell.show_page("overview")
    QTest.mouseClick(rail_button(window.shell, "Tasks"), Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is window.pages["tasks"].field


def test_nothing_looks_chosen_before_a_key_was_pressed(window: Window) -> None:
    assert window.shell.focusWidget() is window.shell


# Keys


@pytest.mark.parametrize(
    ("key", "page"),
    [(Qt.Key.Key_1, "overview"), (Qt.Key.Key_2, "tasks"), (Qt.Key.Key_3, "documents")],
)
def test_ctrl_and_a_number_lead_to_a_page_of_the_rail(
    window: Window, qtbot: QtBot, key: Qt.Key, page: str
) -> None:
    QTest.keyClick(window.shell, key, CTRL)
    assert window.shell.current_page == page


def test_the_tenth_page_has_the_key_0_and_the_eleventh_none(window: Window, qtbot: QtBot) -> None:
    for number in range(4, 12):
        window.shell.add_page(PageSpec(f"p{number}", f"P{number}", "help", QWidget))
    QTest.keyClick(window.shell, Qt.Key.Key_9, CTRL)
    assert window.shell.current_page == "p9"
    assert rail_button(window.shell, "P10").toolTip() == "P10 (Ctrl+0)"
    assert rail_button(window.shell, "P11").toolTip() == "P11"


def test_t_changes_the_theme_and_says_which(shell: Shell, qtbot: QtBot) -> None:
    for expected in ("dark", "light"):
        with qtbot.waitSignal(shell.theme_chosen) as said:
            QTest.keyClick(shell, Qt.Key.Key_T)
        assert said.args == [expected]
        assert theme.current().name == expected


def test_p_asks_for_a_pause(shell: Shell, qtbot: QtBot) -> None:
    with qtbot.waitSignal(shell.pause_toggled):
        QTest.keyClick(shell, Qt.Key.Key_P)


def test_a_slash_leads_to_the_search_of_the_page(window: Window, qtbot: QtBot) -> None:
    window.shell.show_page("overview")
    QTest.keyClick(window.shell, Qt.Key.Key_Slash)
    assert window.calls[-1] == "overview searched"
    assert QApplication.focusWidget() is window.pages["overview"].field
    window.shell.add_page(PageSpec("plain", "Plain", "help", QWidget))
    window.shell.show_page("plain")
    QTest.keyClick(window.shell, Qt.Key.Key_Slash)


def editable_combo() -> QComboBox:
    combo = QComboBox()
    combo.setEditable(True)
    return combo


@pytest.mark.parametrize("make", [QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, editable_combo])
def test_in_a_text_field_letters_are_text(shell: Shell, qtbot: QtBot, make: Any) -> None:
    field = make()
    shell.add_page(PageSpec("text", "Text", "help", lambda: field))
    shell.show_page("text")
    field.setFocus()
    asked: list[str] = []
    shell.pause_toggled.connect(lambda: asked.append("pause"))
    shell.theme_chosen.connect(asked.append)
    QTest.keyClicks(field, "tp/?")
    assert asked == []
    assert shell.findChildren(KeyHelp) == []
    assert written(field) in {"tp/?", "0"}


def written(field: Any) -> str:
    for read in ("currentText", "toPlainText", "text"):
        if hasattr(field, read):
            return str(getattr(field, read)())
    raise AssertionError(field)


def test_in_a_text_that_is_only_read_letters_are_commands(shell: Shell, qtbot: QtBot) -> None:
    log = QPlainTextEdit()
    log.setReadOnly(True)
    shell.add_page(PageSpec("log", "Log", "help", lambda: log))
    shell.show_page("log")
    log.setFocus()
    with qtbot.waitSignal(shell.pause_toggled):
        QTest.keyClick(log, Qt.Key.Key_P)


def test_ctrl_k_works_in_a_text_field_too(window: Window, qtbot: QtBot) -> None:
    window.shell.show_page("overview")
    window.pages["overview"].field.setFocus()
    QTest.keyClick(window.pages["overview"].field, Qt.Key.Key_K, CTRL)
    assert "Commands" in {child.accessibleName() for child in window.shell.findChildren(QWidget)}


# The end


def test_the_window_closes_only_when_it_is_told_to_leave(shell: Shell, qtbot: QtBot) -> None:
    with qtbot.waitSignal(shell.closing):
        assert shell.close() is False
    assert shell.isVisible()
    shell.leave()
    assert not shell.isVisible()


@pytest.mark.qt_log_ignore("Keyboard event not accepted", extend=True)
def test_a_window_that_waits_for_its_end_takes_no_commands_and_says_why(
    shell: Shell, qtbot: QtBot
) -> None:
    shell.close()
    asked: list[str] = []
    shell.theme_chosen.connect(asked.append)
    QTest.keyClick(shell, Qt.Key.Key_T)
    QTest.keyClick(shell, Qt.Key.Key_2, CTRL)
    QTest.mouseClick(rail_button(shell, "Tasks"), Qt.MouseButton.LeftButton)
    assert asked == []
    assert shell.current_page == "overview"
    assert (shell.strip.state, shell.strip.detail) == (
        "stopping",
        "Ending what this window started …",
    )


def test_a_page_is_hidden_when_the_window_leaves(window: Window) -> None:
    window.shell.show_page("overview")
    window.shell.close()
    assert window.calls[-1] == "overview shown"
    window.shell.leave()
    assert window.calls[-1] == "overview hidden"
    assert window.calls.count("overview hidden") == 1


# Size and place


def test_the_window_opens_where_it_was_closed(qtbot: QtBot) -> None:
    first = Shell()
    qtbot.addWidget(first, before_close_func=Shell.leave)
    first.resize(960, 650)
    again = Shell(first.saveGeometry())
    qtbot.addWidget(again, before_close_func=Shell.leave)
    assert (again.width(), again.height()) == (960, 650)


def test_a_geometry_that_cannot_be_read_is_passed_over(qtbot: QtBot) -> None:
    shell = Shell(QByteArray(b"rubbish"))
    qtbot.addWidget(shell, before_close_func=Shell.leave)
    assert (shell.width(), shell.height()) == (1280, 800)


def test_the_shell_follows_a_change_of_the_theme_without_being_rebuilt(
    shell: Shell, qtbot: QtBot
) -> None:
    light = shell.grab().toImage()
    shell.toggle_theme()
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    dark = shell.grab().toImage()
    assert light.pixelColor(5, 400) == load("light").sunken
    assert dark.pixelColor(5, 400) == load("dark").sunken
    assert dark.pixelColor(700, 700) == load("dark").canvas
