from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.drop_overlay import DropOverlay
from desktop_app.ui.shell import Shell
from tests.ui.toolkit.conftest import part

ANY = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def held(*urls: str, text: str = "") -> QMimeData:
    data = QMimeData()
    if urls:
        data.setUrls([QUrl(url) for url in urls])
    if text:
        data.setText(text)
    return data


FILES = ("file:///tmp/a%20b.html", "file:///tmp/c.pdf")
NO_FILES = [
    {"urls": ("https://example.com/10k.html",)},
    {"urls": (), "text": "/tmp/a.html"},
    {"urls": ()},
]


def enter(target: QWidget, data: QMimeData) -> bool:
    event = QDragEnterEvent(QPoint(300, 300), ANY, data, LEFT, PLAIN)
    event.setDropAction(Qt.DropAction.MoveAction)
    QApplication.sendEvent(target, event)
    return event.isAccepted()


def drop(target: QWidget, data: QMimeData) -> tuple[bool, Qt.DropAction]:
    """Whether it was taken, and as what. Nothing is let go that was not held above it before."""
    enter(target, data)
    event = QDropEvent(QPointF(300, 300), ANY, data, LEFT, PLAIN)
    event.setDropAction(Qt.DropAction.MoveAction)
    QApplication.sendEvent(target, event)
    return event.isAccepted(), event.dropAction()


def test_files_that_are_held_above_the_window_cover_it_with_an_offer(shell: Shell) -> None:
    overlay = part(shell, DropOverlay)
    assert overlay.isHidden()
    assert enter(shell, held(*FILES))
    assert overlay.isVisible()
    assert overlay.geometry() == shell.rect()
    assert overlay.accessibleName() == "Drop to process 2 files"
    QApplication.sendEvent(shell, QDragLeaveEvent())
    assert overlay.isHidden()


@pytest.mark.parametrize("on", ["window", "overlay"])
def test_files_that_are_let_go_are_handed_on_after_the_drop(
    shell: Shell, qtbot: QtBot, on: str
) -> None:
    data = held(*FILES)
    enter(shell, data)
    target = shell if on == "window" else part(shell, DropOverlay)
    dropped: list[list[Path]] = []
    shell.files_dropped.connect(dropped.append)
    with qtbot.waitSignal(shell.files_dropped):
        drop(target, data)
        assert dropped == []  # the program that they come from waits
    assert dropped == [[Path("/tmp/a b.html"), Path("/tmp/c.pdf")]]
    assert part(shell, DropOverlay).isHidden()


def test_files_are_copied_never_moved(shell: Shell) -> None:
    assert drop(shell, held(*FILES)) == (True, Qt.DropAction.CopyAction)


@pytest.mark.parametrize("what", NO_FILES, ids=["a link", "text", "nothing"])
def test_links_and_text_are_refused(shell: Shell, qtbot: QtBot, what: dict[str, object]) -> None:
    urls, text = what["urls"], what.get("text", "")
    assert isinstance(urls, tuple)
    data = held(*urls, text=str(text))
    assert not enter(shell, data)
    assert part(shell, DropOverlay).isHidden()
    with qtbot.assertNotEmitted(shell.files_dropped, wait=0):
        assert not drop(shell, data)[0]


def test_files_among_links_are_taken(shell: Shell, qtbot: QtBot) -> None:
    with qtbot.waitSignal(shell.files_dropped) as dropped:
        drop(shell, held("https://example.com/a.html", *FILES))
    assert dropped.args == [[Path("/tmp/a b.html"), Path("/tmp/c.pdf")]]


def test_the_offer_is_made_before_a_text_field_below_is_asked(shell: Shell) -> None:
    """The native window hears of a drag first; a widget is chosen only after that."""
    data = held(*FILES)
    native = shell.windowHandle()
    point = QPoint(600, 80)
    below = shell.childAt(point)
    assert below is not None
    event = QDragEnterEvent(point, ANY, data, LEFT, PLAIN)
    QApplication.sendEvent(native, event)
    assert isinstance(shell.childAt(point), DropOverlay)
    QApplication.sendEvent(native, QDragLeaveEvent())
    assert shell.childAt(point) is below


def test_it_goes_on_covering_a_window_that_changes_its_size(shell: Shell) -> None:
    enter(shell, held(*FILES))
    shell.resize(1300, 850)
    assert part(shell, DropOverlay).geometry() == shell.rect()


def test_moving_over_the_window_keeps_the_offer(shell: Shell) -> None:
    data = held(*FILES)
    enter(shell, data)
    event = QDragMoveEvent(QPoint(500, 400), ANY, data, LEFT, PLAIN)
    QApplication.sendEvent(shell, event)
    assert event.isAccepted()
    assert part(shell, DropOverlay).isVisible()


def test_a_window_that_is_about_to_close_takes_no_files(shell: Shell) -> None:
    shell.close()
    data = held(*FILES)
    event = QDragEnterEvent(QPoint(300, 300), ANY, data, LEFT, PLAIN)
    QApplication.sendEvent(shell.windowHandle(), event)
    assert not event.isAccepted()


def test_the_offer_is_painted_in_both_themes(shell: Shell) -> None:
    enter(shell, held(*FILES))
    overlay = part(shell, DropOverlay)
    light = overlay.grab().toImage()
    shell.toggle_theme()
    assert overlay.grab().toImage() != light
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
