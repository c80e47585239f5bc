import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.ui import theme
from desktop_app.views.cluster import lines
from desktop_app.views.cluster.log_view import LogView


@pytest.fixture
def view(qtbot: QtBot) -> LogView:
    view = LogView("Log of the worker")
    qtbot.addWidget(view)
    view.resize(500, 200)
    with qtbot.waitExposed(view):
        view.show()
    view.add([f"line {n}" for n in range(100)])
    return view


def to_end(view: LogView) -> QPushButton:
    (button,) = view.findChildren(QPushButton)
    return button


def test_the_end_is_followed(view: LogView) -> None:
    bar = view.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    view.add(["one more"])
    assert bar.value() == bar.maximum()
    assert view.toPlainText().endswith("one more")


def test_scrolled_up_nothing_moves_and_what_arrives_is_counted(view: LogView) -> None:
    bar = view.verticalScrollBar()
    bar.setValue(10)
    before = view.toPlainText()
    view.add(["a", "b"])
    view.add(["c"])
    assert (bar.value(), view.toPlainText()) == (10, before)
    assert to_end(view).isVisible()
    assert to_end(view).text() == "3 new lines"


def test_the_button_leads_to_the_end_with_all_that_was_held(view: LogView) -> None:
    view.verticalScrollBar().setValue(10)
    view.add(["a", "b"])
    QTest.mouseClick(to_end(view), Qt.MouseButton.LeftButton)
    assert view.toPlainText().endswith("line 99\na\nb")
    assert not to_end(view).isVisible()
    assert view.following


def test_scrolling_down_to_the_end_follows_again(view: LogView) -> None:
    bar = view.verticalScrollBar()
    bar.setValue(10)
    view.add(["a"])
    bar.setValue(bar.maximum())
    assert view.toPlainText().endswith("line 99\na")
    assert view.following


def test_the_end_key_goes_to_the_end(view: LogView) -> None:
    view.verticalScrollBar().setValue(0)
    view.add(["a"])
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.toPlainText().endswith("line 99\na")
    assert view.following


def test_a_smaller_view_still_follows(view: LogView) -> None:
    view.resize(500, 90)
    bar = view.verticalScrollBar()
    assert bar.value() == bar.maximum()


def test_other_lines_take_the_place_of_what_was_shown_and_held(view: LogView) -> None:
    view.verticalScrollBar().setValue(0)
    view.add(["held"])
    view.replace(["only", "these"])
    assert view.toPlainText() == "only\nthese"
    assert not to_end(view).isVisible()


def test_no_more_lines_are_held_than_are_kept(view: LogView) -> None:
    view.verticalScrollBar().setValue(0)
    view.add([f"n{n}" for n in range(lines.KEPT + 500)])
    view.follow()
    assert view.document().blockCount() == lines.KEPT
    assert view.toPlainText().endswith(f"n{lines.KEPT + 499}")


def test_errors_are_coloured_in_each_theme(view: LogView) -> None:
    view.replace(["2026 ERROR 1 x: broken", "fine"])

    def colour(place: int) -> object:
        ranges = view.document().findBlockByNumber(place).layout().formats()
        return ranges[0].format.foreground().color() if ranges else None

    assert colour(0) == theme.tokens().danger
    assert colour(1) is None
    theme.current().toggle()
    assert colour(0) == theme.tokens().danger
    theme.current().toggle()
