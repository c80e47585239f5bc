from functools import partial
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton

from desktop_app.ui.messages import Level, Message, MessageAction
from desktop_app.ui.shell import Shell
from desktop_app.ui.toasts import LIMIT, SHOWN, Toast
from desktop_app.ui.tokens import Size
from tests.ui.toolkit.conftest import part


def texts(shell: Shell) -> list[str]:
    return [toast.message.text for toast in shell.toasts.toasts()]


def only(shell: Shell) -> Toast:
    (toast,) = shell.toasts.toasts()
    return toast


def time_passes(toast: Toast) -> None:
    """What happens when a message has been shown for as long as it stays."""
    timer = part(toast, QTimer)
    if timer.isActive():
        timer.timeout.emit()


def corners(shell: Shell) -> list[QPoint]:
    """How far the lower right corner of each toast is from that of the window."""
    return [
        shell.rect().bottomRight() - toast.mapTo(shell, toast.rect().bottomRight())
        for toast in shell.toasts.toasts()
    ]


@pytest.mark.parametrize("level", ["info", "warn"])
def test_what_need_not_be_acted_on_leaves_by_itself(shell: Shell, level: Level) -> None:
    getattr(shell.messages, level)("Saved")
    time_passes(only(shell))
    assert texts(shell) == []


def test_a_warning_stays_longer_than_a_notice(shell: Shell) -> None:
    shell.messages.info("Saved")
    shell.messages.warn("One worker is silent")
    notice, warning = (part(toast, QTimer).interval() for toast in shell.toasts.toasts())
    assert warning > notice


def test_an_error_stays_until_it_is_dismissed(shell: Shell) -> None:
    shell.messages.error("Could not retry 12 tasks", "Try again.")
    time_passes(only(shell))
    assert texts(shell) == ["Could not retry 12 tasks"]
    QTest.mouseClick(part(only(shell), QToolButton), Qt.MouseButton.LeftButton)
    assert texts(shell) == []


def test_what_is_used_with_the_keyboard_does_not_leave(shell: Shell) -> None:
    shell.messages.info("Saved")
    close = part(only(shell), QToolButton)
    close.setFocus()
    time_passes(only(shell))
    assert texts(shell) == ["Saved"]
    shell.setFocus()
    time_passes(only(shell))
    assert texts(shell) == []


def test_what_lies_under_the_pointer_does_not_leave(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.messages.info("Saved")
    monkeypatch.setattr(Toast, "underMouse", lambda _toast: True)
    time_passes(only(shell))
    assert texts(shell) == ["Saved"]


def test_escape_dismisses_every_message(shell: Shell) -> None:
    shell.messages.info("One")
    shell.messages.error("Two")
    QTest.keyClick(shell, Qt.Key.Key_Escape)
    assert texts(shell) == []


def test_escape_on_a_message_dismisses_that_one(shell: Shell) -> None:
    shell.messages.info("One")
    shell.messages.info("Two")
    first = shell.toasts.toasts()[0]
    QTest.keyClick(part(first, QToolButton), Qt.Key.Key_Escape)
    assert texts(shell) == ["Two"]


def test_an_action_is_done_once_and_the_message_leaves(shell: Shell) -> None:
    done: list[str] = []
    shell.messages.info("Revoked", action=MessageAction("Undo", lambda: done.append("undone")))
    act = part(only(shell), QPushButton)
    assert act.text() == "Undo"
    QTest.mouseClick(act, Qt.MouseButton.LeftButton)
    QTest.mouseClick(act, Qt.MouseButton.LeftButton)
    assert done == ["undone"]
    assert texts(shell) == []


def test_no_more_than_four_are_shown_and_what_is_least_grave_goes_first(shell: Shell) -> None:
    shell.resize(1280, 800)
    for text in ("error 1", "notice 1", "error 2", "warning 1", "error 3", "error 4", "error 5"):
        post = {"e": shell.messages.error, "n": shell.messages.info, "w": shell.messages.warn}
        post[text[0]](text)
        assert len(texts(shell)) <= SHOWN
    assert texts(shell) == ["error 2", "error 3", "error 4", "error 5"]
    assert len(shell.messages.recent) == 7


def test_a_notice_among_errors_is_seen_all_the_same(shell: Shell) -> None:
    shell.resize(1280, 800)
    for number in range(SHOWN):
        shell.messages.error(f"error {number}")
    shell.messages.info("Saved")
    assert texts(shell) == ["error 1", "error 2", "error 3", "Saved"]


def test_the_same_said_again_is_counted(shell: Shell) -> None:
    for _ in range(3):
        shell.messages.error("The broker refused the connection", "Start it.")
    assert texts(shell) == ["The broker refused the connection"]
    assert any("(×3)" in label.text() for label in only(shell).findChildren(QLabel))
    shell.messages.error("The broker refused the connection", "Check the password.")
    assert len(texts(shell)) == 2


def test_two_offers_are_two_messages(shell: Shell) -> None:
    done: list[int] = []
    for number in range(2):
        undo = MessageAction("Undo", partial(done.append, number))
        shell.messages.info("Revoked", action=undo)
    for toast in shell.toasts.toasts():
        part(toast, QPushButton).click()
    assert done == [0, 1]


def test_messages_stand_in_the_lower_right_corner_newest_below(shell: Shell) -> None:
    for text in ("one", "two", "three"):
        shell.messages.error(text)
    tops = [toast.y() for toast in shell.toasts.toasts()]
    assert tops == sorted(tops)
    for size in ((1100, 700), (1280, 800), (960, 600)):
        shell.resize(*size)
        assert {corner.x() for corner in corners(shell)} == {16}
        assert corners(shell)[-1].y() == 16


def test_messages_do_not_overlap_whatever_they_say(shell: Shell) -> None:
    shell.resize(1280, 800)
    shell.messages.error("a")
    shell.messages.error("a sentence of some length, which takes a second line " * 2, "And more.")
    shell.messages.error("/a/path/without/a/space" * 6)
    boxes = [toast.geometry() for toast in shell.toasts.toasts()]
    assert all(one.bottom() < two.top() for one, two in pairwise(boxes))


def test_a_word_of_any_length_is_wrapped(shell: Shell) -> None:
    shell.messages.error("x" * 200)
    text = next(label for label in only(shell).findChildren(QLabel) if "x" in label.text())
    assert text.width() < only(shell).width()
    assert text.height() >= text.heightForWidth(text.width())
    assert text.height() > 2 * text.fontMetrics().height()


def test_a_message_of_any_length_leaves_the_strip_free(shell: Shell) -> None:
    shell.resize(960, 600)
    for number in range(SHOWN):
        shell.messages.error(f"{number} " + "very long " * 200, "much to do " * 200)
    assert shell.toasts.toasts()[0].y() >= Size.STRIP
    assert texts(shell)[-1].startswith("3 ")


def test_a_long_message_is_whole_in_its_tooltip(shell: Shell) -> None:
    text = "word " * LIMIT
    shell.messages.error(text)
    tips = [label.toolTip() for label in only(shell).findChildren(QLabel)]
    assert any(text in tip for tip in tips)


def test_a_message_is_told_whole_to_a_screen_reader(shell: Shell) -> None:
    shell.messages.error("It failed", "Start it again.")
    assert only(shell).accessibleName() == "It failed Start it again."


def test_markup_in_a_message_is_text(shell: Shell) -> None:
    shell.messages.error("<b>file</b>.html")
    formats = {label.textFormat() for label in only(shell).findChildren(QLabel) if label.text()}
    assert formats == {Qt.TextFormat.PlainText}


def test_messages_are_kept_newest_first(shell: Shell) -> None:
    posted = [shell.messages.info(text) for text in ("one", "two")]
    assert shell.messages.recent == posted[::-1]
    assert [message.number for message in posted] == sorted(m.number for m in posted)
    assert all(isinstance(message, Message) for message in posted)


def test_a_window_may_close_under_its_messages(shell: Shell) -> None:
    shell.messages.error("It failed", action=MessageAction("Again", lambda: None))
    shell.messages.info("Saved")
    shell.leave()
    shell.deleteLater()
    QApplication.processEvents()
