"""The first worker that comes is chosen, so that the keys of the page act on it."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from tests.ui.workers.desk import Desk, until, worker


async def test_the_first_worker_is_chosen_although_the_keys_were_in_what_said_that_none_was_there(
    desk: Desk,
) -> None:
    page = await desk.open()
    (lead,) = (one for one in page.table.findChildren(QPushButton) if one.isVisible())
    lead.setFocus()
    desk.set_rows([worker("a@x")])
    await until(lambda: page.model.rowCount() == 1)
    assert page.table.hasFocus()
    assert page.table.selected_rows() == [0]
    QTest.keyClick(page.table, Qt.Key.Key_Plus)
    assert "n" in page.prompt.edits


async def test_the_first_worker_is_chosen_although_the_keys_were_on_what_is_hidden_then(
    desk: Desk,
) -> None:
    desk.set_rows([worker("gone@x", online=False)])
    page = await desk.open()
    page.dismiss_gone.setFocus()
    desk.set_rows([worker("a@x")])
    await until(lambda: page.model.place_of("a@x") == 0)
    assert page.dismiss_gone.isHidden()
    assert page.table.selected_rows() == [0]


async def test_the_first_worker_is_chosen_although_shift_is_held_down(desk: Desk) -> None:
    page = await desk.open()
    QTest.keyPress(page.table, Qt.Key.Key_Shift, Qt.KeyboardModifier.ShiftModifier)
    desk.set_rows([worker("a@x")])
    await until(lambda: page.model.rowCount() == 1)
    assert page.table.selected_rows() == [0]
    QTest.keyRelease(page.table, Qt.Key.Key_Shift)
