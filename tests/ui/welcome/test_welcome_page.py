import re
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.views.welcome import WelcomePage
from desktop_app.views.welcome.steps import Step

PATIENCE_MS = 30_000


@dataclass
class Shown:
    page: WelcomePage
    window: QWidget
    tries: list[None] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)

    def field(self, name: str) -> QLineEdit:
        fields = self.page.findChildren(QLineEdit)
        return next(field for field in fields if field.accessibleName() == name)

    @property
    def address(self) -> QLineEdit:
        return self.field("Address of the broker")

    @property
    def password(self) -> QLineEdit:
        return self.field("Password of the broker")

    def button(self, words: str) -> QPushButton:
        buttons = self.page.findChildren(QPushButton)
        return next(button for button in buttons if button.text() == words)

    @property
    def words(self) -> str:
        labels = self.page.findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisible())

    @property
    def steps(self) -> list[tuple[str, str]]:
        return [(s.accessibleName(), s.progress) for s in self.page.findChildren(Step)]


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    # A window without a layout of its own has no size hints to hand to a window manager.
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1084, 756)
    page = WelcomePage(window)
    page.resize(window.size())
    result = Shown(page, window)
    page.try_here.connect(lambda: result.tries.append(None))
    page.connect_to.connect(result.addresses.append)
    with qtbot.waitExposed(window):
        window.show()
    page.shown()
    return result


def test_one_key_press_tries_it_on_this_computer(shown: Shown) -> None:
    button = shown.button("Try it on this computer")
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert shown.tries == [None]


def test_the_steps_show_how_far_it_is(shown: Shown, qtbot: QtBot) -> None:
    shown.button("Try it on this computer").click()
    shown.page.begin(["Start the broker", "Start the worker"])
    qtbot.waitUntil(lambda: "Starting on this computer" in shown.words, timeout=PATIENCE_MS)
    assert shown.steps == [("Start the broker", "waiting"), ("Start the worker", "waiting")]
    shown.page.step(0, "running", "")
    shown.page.step(0, "done", "redis://127.0.0.1:6391/0")
    shown.page.step(1, "running", "Waiting for it to answer")
    assert [state for _, state in shown.steps] == ["done", "running"]
    assert "redis://127.0.0.1:6391/0" in shown.words
    assert "Waiting for it to answer" in shown.words


def test_while_it_begins_nothing_else_can_be_asked_for(shown: Shown) -> None:
    shown.address.setText("redis://localhost")
    shown.page.begin(["Start the broker"])
    assert not shown.button("Try it on this computer").isEnabled()
    assert not shown.button("Connect").isEnabled()
    assert not shown.address.isEnabled()


def test_a_failure_says_what_to_do_and_can_be_tried_again(shown: Shown, qtbot: QtBot) -> None:
    shown.button("Try it on this computer").click()
    shown.page.begin(["Start the broker", "Start the worker"])
    shown.page.step(0, "running", "")
    shown.page.failed("No server was found.", "Install Redis or Valkey.")
    qtbot.waitUntil(lambda: "No server was found." in shown.words, timeout=PATIENCE_MS)
    assert "Install Redis or Valkey." in shown.words
    assert [state for _, state in shown.steps] == ["failed", "waiting"]
    assert shown.button("Try it on this computer").isEnabled()
    shown.button("Try again").click()
    assert len(shown.tries) == 2
    shown.page.begin(["Start the broker"])
    assert "No server was found." not in shown.words


def test_trying_again_repeats_what_failed(shown: Shown) -> None:
    QTest.keyClicks(shown.address, "redis://:pw@localhost:6391/0")
    QTest.keyClick(shown.address, Qt.Key.Key_Return)
    shown.page.begin(["Reach the broker"])
    shown.page.failed("Nothing answers.", "Start it.")
    shown.button("Try again").click()
    assert shown.addresses == ["redis://:pw@localhost:6391/0"] * 2
    assert shown.tries == []


def test_an_address_is_checked_while_it_is_typed(shown: Shown) -> None:
    connect = shown.button("Connect")
    assert not connect.isEnabled()
    QTest.keyClicks(shown.address, "redis://bro")
    assert connect.isEnabled()
    assert "Connects to bro, port 6379, database 0" in shown.words
    QTest.keyClicks(shown.address, "ker:x")
    assert not connect.isEnabled()
    assert "a number from 1 to 65535" in shown.words


def test_return_in_the_address_connects(shown: Shown) -> None:
    QTest.keyClicks(shown.address, "redis://localhost:6391/2")
    QTest.keyClick(shown.address, Qt.Key.Key_Return)
    assert shown.addresses == ["redis://localhost:6391/2"]


def test_return_with_an_unusable_address_does_nothing(shown: Shown) -> None:
    QTest.keyClicks(shown.address, "localhost")
    QTest.keyClick(shown.address, Qt.Key.Key_Return)
    QTest.keyClick(shown.password, Qt.Key.Key_Return)
    assert shown.addresses == []


def test_a_password_in_the_address_moves_to_where_it_cannot_be_read(
    shown: Shown, qtbot: QtBot
) -> None:
    shown.address.setFocus()
    qtbot.waitUntil(shown.address.hasFocus, timeout=PATIENCE_MS)
    QTest.keyClicks(shown.address, "redis://ann:s3cr%40t@localhost/0")
    QTest.keyClick(shown.address, Qt.Key.Key_Tab)
    assert shown.address.text() == "redis://ann@localhost/0"
    assert shown.password.echoMode() == QLineEdit.EchoMode.Password
    assert shown.password.text() == "s3cr@t"
    assert not shown.address.isUndoAvailable()
    shown.button("Connect").click()
    assert shown.addresses == ["redis://ann:s3cr%40t@localhost/0"]


def test_no_password_is_shown_after_connecting(shown: Shown) -> None:
    QTest.keyClicks(shown.address, "redis://:s3cret@broker.example.com/0")
    QTest.keyClick(shown.address, Qt.Key.Key_Return)
    shown.page.begin(["Reach the broker"])
    shown.page.failed("Nothing answers.", "Start it.")
    assert "s3cret" not in shown.words
    assert "s3cret" not in shown.address.text()
    assert "Connecting to redis://broker.example.com/0" in shown.words


def test_a_password_of_its_own_field_is_part_of_the_address(shown: Shown) -> None:
    QTest.keyClicks(shown.address, "redis://localhost/0")
    QTest.keyClicks(shown.password, "p/w@1")
    QTest.keyClick(shown.password, Qt.Key.Key_Return)
    assert shown.addresses == ["redis://:p%2Fw%401@localhost/0"]


def test_a_hidden_page_keeps_no_password_and_no_timer(shown: Shown) -> None:
    shown.address.setText("redis://:s3cret@localhost/0")
    shown.page.begin(["Start the broker"])
    shown.page.step(0, "running", "")
    shown.page.hidden()
    shown.window.hide()
    assert shown.password.text() == ""
    assert shown.address.text() == "redis://localhost/0"
    assert not any(timer.isActive() for timer in shown.page.findChildren(QTimer))


def test_what_is_under_way_outlasts_a_minimised_window(shown: Shown, qtbot: QtBot) -> None:
    shown.button("Try it on this computer").click()
    shown.page.begin(["Start the broker"])
    shown.page.step(0, "running", "")
    shown.page.hidden()
    shown.page.shown()
    qtbot.waitUntil(lambda: "Starting on this computer" in shown.words, timeout=PATIENCE_MS)
    assert not shown.button("Try it on this computer").isEnabled()
    shown.page.failed("No server was found.", "Install Redis or Valkey.")
    shown.page.hidden()
    shown.page.shown()
    qtbot.waitUntil(lambda: "No server was found." in shown.words, timeout=PATIENCE_MS)


def test_once_all_is_done_the_page_begins_afresh(shown: Shown) -> None:
    shown.button("Try it on this computer").click()
    shown.page.begin(["Start the broker"])
    shown.page.step(0, "done", "")
    shown.page.hidden()
    shown.page.shown()
    assert shown.button("Try it on this computer").isEnabled()
    assert "Starting on this computer" not in shown.words


def test_the_missing_option_for_tls_is_added_by_a_button(shown: Shown, qtbot: QtBot) -> None:
    QTest.keyClicks(shown.address, "rediss://broker:6380/0")
    add = shown.button("Add it")
    qtbot.waitUntil(add.isVisible, timeout=PATIENCE_MS)
    add.click()
    assert shown.address.text() == "rediss://broker:6380/0?ssl_cert_reqs=required"
    assert not add.isVisible()
    assert shown.button("Connect").isEnabled()


def test_a_step_that_takes_long_says_for_how_long(shown: Shown, qtbot: QtBot) -> None:
    shown.page.begin(["Start the worker"])
    shown.page.step(0, "running", "")
    qtbot.waitUntil(lambda: re.search(r"\n\d+ s", shown.words) is not None, timeout=PATIENCE_MS)
    shown.page.step(0, "done", "4 tasks at a time")
    assert "4 tasks at a time" in shown.words


def test_a_step_that_does_not_exist_is_an_error(shown: Shown) -> None:
    shown.page.begin(["Start the worker"])
    with pytest.raises(IndexError):
        shown.page.step(1, "running", "")


def test_everything_that_can_be_operated_has_a_name(shown: Shown) -> None:
    shown.page.begin(["Start the worker"])
    shown.page.failed("It did not start.", "Look at its log.")
    kinds = (QAbstractButton, QLineEdit, Step)
    parts = [w for w in shown.page.findChildren(QWidget) if isinstance(w, kinds) and w.isVisible()]
    assert len(parts) >= 5
    for part in parts:
        described = QAccessible.queryAccessibleInterface(part)
        assert described.text(QAccessible.Text.Name), part
