import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.ui.controls import Label, button
from desktop_app.ui.details import CodeBlock, KeyValues, Segment, Timeline
from desktop_app.ui.drawer import Drawer, WithDrawer
from desktop_app.ui.pills import Pill
from desktop_app.ui.shell import PageSpec, Shell
from desktop_app.ui.tokens import Tone
from tests.ui.toolkit.conftest import part

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def content() -> QLineEdit:
    return QLineEdit()


@pytest.fixture
def page(qtbot: QtBot, content: QLineEdit) -> WithDrawer:
    page = WithDrawer(content, Drawer("Task details"))
    qtbot.addWidget(page)
    page.resize(1000, 600)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    return page


def shown(widget: Drawer | KeyValues) -> list[str]:
    return [label.text() for label in widget.findChildren(Label) if label.isVisible()]


# The drawer


def test_a_drawer_is_closed_until_it_is_opened(page: WithDrawer) -> None:
    assert not page.drawers[0].isVisible()
    page.drawers[0].open()
    assert page.drawers[0].isVisible()


def test_escape_closes_it_from_within_and_from_the_content(
    page: WithDrawer, content: QLineEdit, qtbot: QtBot
) -> None:
    drawer = page.drawers[0]
    for focus in (drawer, content):
        drawer.open()
        with qtbot.waitSignal(drawer.closed):
            QTest.keyClick(focus, Qt.Key.Key_Escape)
        assert not drawer.isVisible()
        assert QApplication.focusWidget() is content


def test_escape_closes_whichever_of_several_is_open(content: QLineEdit, qtbot: QtBot) -> None:
    page = WithDrawer(content, Drawer("Task details"), Drawer("Missed events"))
    qtbot.addWidget(page)
    page.show()
    page.drawers[1].open()
    QTest.keyClick(content, Qt.Key.Key_Escape)
    assert not page.drawers[1].isVisible()
    assert not page.drawers[0].isVisible()


def test_its_button_closes_it(page: WithDrawer, qtbot: QtBot) -> None:
    page.drawers[0].open()
    with qtbot.waitSignal(page.drawers[0].closed):
        QTest.mouseClick(part(page.drawers[0], QToolButton), Qt.MouseButton.LeftButton)


def test_in_the_window_escape_closes_the_details_first_and_messages_after(shell: Shell) -> None:
    content = QLineEdit()
    page = WithDrawer(content, Drawer("Task details"))
    shell.add_page(PageSpec("drawn", "Drawn", "help", lambda: page))
    shell.show_page("drawn")
    page.drawers[0].open()
    shell.messages.error("It failed")
    content.setFocus()
    QTest.keyClick(content, Qt.Key.Key_Escape)
    assert not page.drawers[0].isVisible()
    assert len(shell.toasts.toasts()) == 1
    QTest.keyClick(content, Qt.Key.Key_Escape)
    assert shell.toasts.toasts() == []


def test_the_head_names_what_is_shown(page: WithDrawer) -> None:
    drawer = page.drawers[0]
    drawer.open()
    drawer.set_head("process_document", "0f3a", "FAILURE")
    assert shown(drawer) == ["process_document", "0f3a"]
    assert part(drawer, Pill).accessibleName() == "Failed"
    drawer.set_head("process_document")
    assert shown(drawer) == ["process_document"]
    assert not part(drawer, Pill).isVisible()


def top(widget: QWidget, within: QWidget) -> int:
    return widget.mapTo(within, QPoint()).y()


def test_actions_replace_each_other_and_sections_stand_below_each_other(
    page: WithDrawer, qtbot: QtBot
) -> None:
    drawer = page.drawers[0]
    drawer.open()
    first, second = Label("one"), Label("two")
    drawer.add_section("First", first)
    section = drawer.add_section("Second", second)
    drawer.set_actions([button("Retry"), button("Revoke")])
    drawer.set_actions([button("Open")])
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert [each.text() for each in drawer.findChildren(QPushButton)] == ["Open"]
    qtbot.waitUntil(lambda: 0 < top(first, drawer) < top(second, drawer))
    section.hide()
    assert not second.isVisible()


# Pairs


@pytest.fixture
def pairs(qtbot: QtBot) -> KeyValues:
    pairs = KeyValues()
    pairs.resize(300, 200)
    qtbot.addWidget(pairs)
    with qtbot.waitActive(pairs):
        pairs.show()
        pairs.activateWindow()
    return pairs


def test_pairs_are_shown_in_their_order_and_kept_while_their_names_stay(
    pairs: KeyValues,
) -> None:
    pairs.set_rows([("Queue", "forecasting"), ("Worker", "w1@host")])
    kept = [label for label in pairs.findChildren(Label) if label.accessibleName()]
    pairs.set_rows([("Queue", "monitoring"), ("Worker", "w2@host")])
    assert [label.text() for label in kept] == ["monitoring", "w2@host"]
    pairs.set_rows([("Pid", "12")])
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert shown(pairs) == ["Pid", "12"]


def test_a_value_is_chosen_with_the_mouse_and_copied(pairs: KeyValues) -> None:
    pairs.set_rows([("Queue", "forecasting")])
    QApplication.processEvents()
    (value,) = [label for label in pairs.findChildren(Label) if label.accessibleName()]
    start = QPoint(4, value.height() // 2)
    QTest.mouseDClick(value, Qt.MouseButton.LeftButton, pos=start)
    assert value.selectedText() == "forecasting"
    QTest.keyClick(value, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == "forecasting"


# Code


def test_a_block_is_copied_whole(qtbot: QtBot) -> None:
    block = CodeBlock("Traceback", lines=4)
    qtbot.addWidget(block)
    text = "\n".join(f"line {number}" for number in range(30))
    block.set_text(text)
    copy = part(block, QToolButton)
    assert copy.accessibleName() == "Copy: Traceback"
    QTest.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == text == block.text()


def test_a_block_is_as_high_as_its_text_up_to_its_limit(qtbot: QtBot) -> None:
    block = CodeBlock("Traceback", lines=4)
    qtbot.addWidget(block)
    heights = []
    for lines in (1, 3, 4, 100):
        block.set_text("\n".join("x" * lines))
        heights.append(part(block, QPlainTextEdit).height())
    assert heights[0] < heights[1] < heights[2] == heights[3]


# Spans of time


def test_a_timeline_says_its_spans(qtbot: QtBot) -> None:
    timeline = Timeline()
    qtbot.addWidget(timeline)
    timeline.resize(300, 100)
    timeline.set_segments([])
    timeline.grab()
    timeline.set_segments([Segment("Waited", 1.2, Tone.WAITING), Segment("Ran", 0.0, Tone.RUNNING)])
    assert timeline.accessibleDescription() == "Waited 1.20 s, Ran 0 s"
    assert not timeline.grab().isNull()
    assert timeline.sizeHint().height() > 40
