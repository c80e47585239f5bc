"""How pages were left is how they are found at the next start."""

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QSplitter, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.arrangement import Arrangement
from desktop_app.ui.columns import Column
from desktop_app.ui.drawer import Drawer, WithDrawer
from desktop_app.ui.panes import Panes
from desktop_app.ui.shell import PageSpec, Shell
from desktop_app.ui.tables import Table
from desktop_app.window_state import WindowState


class Page(QWidget):
    """Two parts that share its width, as the first of them wants, with a drawer beside them."""

    def __init__(self) -> None:
        super().__init__()
        self.panes = Panes()
        for word in ("left", "right"):
            part = QLabel(word)
            part.setMinimumWidth(50)
            self.panes.addWidget(part)
        self.panes.fit_first(200, 0.5)
        self.drawer = Drawer("Details")
        self.table = Table("Things", [Column(width=100), Column(stretch=True)])
        model = QStandardItemModel(1, 2, self)
        model.setHorizontalHeaderLabels(["Name", "Rest"])
        self.table.setModel(model)
        layout = QVBoxLayout(self)
        layout.addWidget(WithDrawer(self.panes, self.drawer))
        layout.addWidget(self.table)


def started(qtbot: QtBot, kept: dict[str, Any], size: tuple[int, int]) -> tuple[Page, Arrangement]:
    """A window with the page, as a start of the program makes it."""
    shell = Shell()
    qtbot.addWidget(shell)
    arrangement = Arrangement(kept, shell)
    shell.page_built.connect(arrangement.take_in)
    shell.add_page(PageSpec("page", "Page", "tasks", Page))
    shell.resize(*size)
    with qtbot.waitExposed(shell):
        shell.show()
    page = shell.show_page("page")
    assert isinstance(page, Page)
    QApplication.processEvents()
    return page, arrangement


def drag(splitter: QSplitter, by: int) -> None:
    """Move the border after the first part with the mouse."""
    handle = splitter.handle(1)
    start = handle.rect().center()
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(handle, start + QPoint(by, 0))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=start + QPoint(by, 0))
    QApplication.processEvents()


def test_a_border_that_was_moved_stands_there_at_the_next_start(qtbot: QtBot) -> None:
    page, arrangement = started(qtbot, {}, (1280, 800))
    before = page.panes.sizes()[0]
    drag(page.panes, 130)
    moved = page.panes.sizes()[0]
    assert moved > before + 100
    again, _ = started(qtbot, arrangement.kept, (1280, 800))
    assert again.panes.sizes()[0] == moved
    assert not again.panes.childrenCollapsible()
    assert again.panes.handleWidth() == page.panes.handleWidth()


def test_a_drawer_that_was_made_wider_opens_so_wide_again(qtbot: QtBot) -> None:
    page, arrangement = started(qtbot, {}, (1280, 800))
    page.drawer.open()
    QApplication.processEvents()
    before = page.drawer.width()
    split = page.drawer.parent()
    assert isinstance(split, WithDrawer)
    drag(split, -90)
    wider = page.drawer.width()
    assert wider > before + 60
    again, _ = started(qtbot, arrangement.kept, (1600, 900))
    again.drawer.open()
    QApplication.processEvents()
    assert again.drawer.width() == wider


def test_a_column_that_was_given_a_width_has_it_again(qtbot: QtBot) -> None:
    page, arrangement = started(qtbot, {}, (1280, 800))
    page.table.widths_changed.emit({"Name": 133})
    again, _ = started(qtbot, arrangement.kept, (1280, 800))
    assert again.table.columnWidth(0) == 133


@pytest.mark.parametrize("state", [7, "", "x", "AAAA", ["y"], {"Name": "wide"}])
def test_what_cannot_be_taken_up_leaves_the_page_as_it_is(qtbot: QtBot, state: object) -> None:
    keys = ("page/border 0 of 2", "page/border 1 of 2", "page/table Things")
    page, _ = started(qtbot, dict.fromkeys(keys, state), (1280, 800))
    untouched, _ = started(qtbot, {}, (1280, 800))
    assert page.panes.sizes() == untouched.panes.sizes()
    assert page.table.columnWidth(0) == 100


def test_the_arrangement_is_found_in_the_settings_folder(qapp: QApplication) -> None:
    state = WindowState()
    before = state.arrangement
    try:
        state.arrangement = {"page/table Things": {"Name": 133}}
        assert WindowState().arrangement == {"page/table Things": {"Name": 133}}
    finally:
        state.arrangement = before
