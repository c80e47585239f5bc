"""The icon in the tray of the desktop, whose messages are taken down."""

from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from desktop_app.ui import desktop_notes, icons
from desktop_app.ui.desktop_notes import DesktopNotes
from desktop_app.ui.shell import Shell

REASON = QSystemTrayIcon.ActivationReason


Said = list[tuple[str, str]]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Said:
    """What the desktop was told: the title, and what kind of message it is."""
    told: Said = []

    def take(_icon: QSystemTrayIcon, title: str, _words: str, kind: Any) -> None:
        told.append((title, kind.name))

    monkeypatch.setattr(QSystemTrayIcon, "showMessage", take)
    monkeypatch.setattr(QSystemTrayIcon, "show", lambda _: None)  # offscreen there is no tray
    return told


@pytest.fixture
def notes(said: Said, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> DesktopNotes:
    monkeypatch.setattr(DesktopNotes, "available", lambda _self: True)
    monkeypatch.setattr(QApplication, "windowIcon", icons.application_icon)
    monkeypatch.setattr(desktop_notes, "PLACED_MS", 20)
    return DesktopNotes()


def icon_of(notes: DesktopNotes) -> QSystemTrayIcon:
    icon = notes._icon
    assert icon is not None
    return icon


def test_nothing_is_said_before_a_new_icon_has_its_place_and_nothing_is_lost(
    notes: DesktopNotes, said: Said, qtbot: QtBot
) -> None:
    assert notes.tell("One", "first", grave=True)
    assert said == []
    notes.tell("Two", "second", grave=False)
    qtbot.wait_until(lambda: len(said) == 2)
    notes.tell("Three", "at once", grave=False)
    assert said == [("One", "Critical"), ("Two", "Warning"), ("Three", "Warning")]
    notes.hide()


def test_a_click_leads_to_the_alerts_and_a_right_click_to_a_menu(notes: DesktopNotes) -> None:
    wanted: list[str] = []
    notes.clicked.connect(lambda: wanted.append("alerts"))
    notes.window_wanted.connect(lambda: wanted.append("window"))
    notes.tell("One", "first", grave=True)
    icon = icon_of(notes)
    icon.activated.emit(REASON.Context)
    assert wanted == []
    icon.activated.emit(REASON.Trigger)
    icon.messageClicked.emit()
    assert wanted == ["alerts", "alerts"]
    alerts, window, hide = icon.contextMenu().actions()
    alerts.trigger()
    window.trigger()
    assert wanted[2:] == ["alerts", "window"]
    hide.trigger()
    assert notes._icon is None


def test_what_was_held_is_not_said_once_the_icon_is_hidden(
    notes: DesktopNotes, said: Said, qtbot: QtBot
) -> None:
    notes.tell("One", "first", grave=True)
    notes.hide()
    notes.tell("Two", "second", grave=True)
    qtbot.wait_until(lambda: bool(said))
    assert said == [("Two", "Critical")]
    notes.hide()


def test_a_minimised_window_comes_forward(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[None] = []
    monkeypatch.setattr(Shell, "raise_", lambda _: raised.append(None))  # not offscreen
    shell = Shell()
    qtbot.addWidget(shell)
    shell.showMinimized()
    assert shell.isMinimized()
    shell.come_forward()
    assert shell.isVisible()
    assert not shell.isMinimized()
    assert raised == [None]
    shell.hide()
