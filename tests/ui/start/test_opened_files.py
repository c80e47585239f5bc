"""Files that macOS hands to the program while it runs; the event is the same on every system."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.opened_files import OpenedFiles


@pytest.fixture
def opened(qapp: QApplication) -> Iterator[OpenedFiles]:
    made = OpenedFiles(qapp)
    yield made
    qapp.removeEventFilter(made)
    made.setParent(None)
    made.deleteLater()


def hands_over(application: QApplication, path: Path) -> None:
    application.sendEvent(application, QFileOpenEvent(str(path)))


def test_what_comes_before_the_window_can_take_it_waits(
    opened: OpenedFiles, qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    hands_over(qapp, tmp_path / "10-K of Müller & Söhne.htm")
    hands_over(qapp, tmp_path / "b.pdf")
    assert opened.take() == [tmp_path / "10-K of Müller & Söhne.htm", tmp_path / "b.pdf"]
    assert opened.take() == []


def test_what_comes_later_is_told_at_once(
    opened: OpenedFiles, qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    opened.take()
    with qtbot.waitSignal(opened.came, timeout=60_000) as came:
        hands_over(qapp, tmp_path / "late.csv")
    assert came.args == [[tmp_path / "late.csv"]]


def test_an_address_that_is_no_file_is_left_alone(
    opened: OpenedFiles, qapp: QApplication, qtbot: QtBot
) -> None:
    qapp.sendEvent(qapp, QFileOpenEvent(QUrl("https://example.invalid/a.pdf")))
    qapp.sendEvent(qapp, QEvent(QEvent.Type.User))
    assert opened.take() == []
