"""Dropped files on the page, from their row to their result."""

from pathlib import Path

from PySide6.QtTest import QTest

from desktop_app.services.tray import Phase
from tests.ui.documents.desk import (
    Desk,
    scored,
    settle_layout,
)
from tests.ui.documents.hands import KEY, button, click, press, words
from worker_core.storage import Storage

# The tray


async def test_a_failed_file_shows_what_happened_and_what_to_do(desk: Desk) -> None:
    page = await desk.open()
    item = desk.drop("locked.pdf")
    settle_layout(page)
    before = page.tray.list.visualRect(page.tray.model.index(0)).height()
    desk.change(
        item,
        phase=Phase.FAILED,
        stage="Not processed",
        message="This PDF is locked with a password.",
        remedy="Save a copy without it.",
    )
    settle_layout(page)
    assert page.tray.list.visualRect(page.tray.model.index(0)).height() > before + 20
    click(page.tray.list, page.tray.model.index(0))
    assert "This PDF is locked with a password." in words(page.result)
    assert "Save a copy without it." in words(page.result)


async def test_a_failed_file_can_be_taken_in_again_and_leads_to_its_task(desk: Desk) -> None:
    page = await desk.open()
    went: list[tuple[str, object]] = []
    chosen: list[list[Path]] = []
    page.navigate.connect(lambda where, what: went.append((where, what)))
    page.files_chosen.connect(chosen.append)
    desk.drop("bad.pdf", phase=Phase.FAILED, message="It is empty.", task_id="task-9")
    click(page.tray.list, page.tray.model.index(0))
    press(button(page.result, "Try this file again"))
    press(button(page.result, "Show its task"))
    assert chosen == [[Path("/dropped/bad.pdf")]]
    assert went == [("tasks", {"uuid": "task-9"})]


async def test_a_row_grows_with_its_words_when_the_tray_becomes_narrow(desk: Desk) -> None:
    page = await desk.open(width=1400)
    said = "The file ends before it should, as if its download had been broken off. " * 4
    desk.drop("cut.pdf", phase=Phase.FAILED, message=said, remedy="Fetch it again.")
    rows = page.tray.list
    settle_layout(page)
    wide = rows.visualRect(page.tray.model.index(0)).height()
    page.resize(460, 800)
    settle_layout(page)
    assert rows.visualRect(page.tray.model.index(0)).height() > wide + 40
    page.resize(1400, 800)
    settle_layout(page)
    assert rows.visualRect(page.tray.model.index(0)).height() == wide


async def test_many_dropped_files_leave_room_for_the_library(desk: Desk) -> None:
    page = await desk.open(height=800)
    for number in range(60):
        desk.drop(f"{number}.html")
    settle_layout(page)
    assert page.tray.list.height() < 400
    assert page.tray.list.verticalScrollBar().maximum() > 0


async def test_a_finished_row_opens_its_result(desk: Desk, storage: Storage) -> None:
    record = scored(storage)
    page = await desk.open()
    desk.drop("harrow-vale-10k.html", **desk.finished(record))
    click(page.tray.list, page.tray.model.index(0))
    await desk.quiet()
    assert page.result.document_id == record.id
    assert "Harrow Vale Instruments · 10-K" in words(page.result)


async def test_a_row_that_is_selected_opens_its_result_when_it_finishes(
    desk: Desk, storage: Storage
) -> None:
    page = await desk.open()
    item = desk.drop("harrow-vale-10k.html", phase=Phase.RUNNING, stage="Reading", fraction=0.4)
    click(page.tray.list, page.tray.model.index(0))
    assert page.result.isHidden()
    record = scored(storage)
    desk.change(item, phase=Phase.DONE, stage="Done", fraction=1.0)
    assert page.result.isHidden()
    desk.change(item, document_id=record.id)
    await desk.quiet()
    assert page.result.document_id == record.id
    assert page.library.model.rowCount() == 1


async def test_the_keyboard_reaches_rows_and_results_and_escape_leads_back(
    desk: Desk, storage: Storage
) -> None:
    first, second = scored(storage, "first.html"), scored(storage, "second.html")
    page = await desk.open()
    table = page.library.table
    QTest.keyClick(table, KEY.Key_Down)
    assert page.result.isHidden()
    QTest.keyClick(table, KEY.Key_Return)
    await desk.quiet()
    opened = page.result.document_id
    assert opened in {first.id, second.id}
    QTest.keyClick(table, KEY.Key_Down if opened == second.id else KEY.Key_Up)
    await desk.quiet()
    assert page.result.document_id == ({first.id, second.id} - {opened}).pop()
    QTest.keyClick(table, KEY.Key_Escape)
    assert page.result.isHidden()


async def test_enter_on_a_tray_row_opens_it_again_after_it_was_closed(
    desk: Desk, storage: Storage
) -> None:
    record = scored(storage)
    page = await desk.open()
    desk.drop("a.html", **desk.finished(record))
    QTest.keyClick(page.tray.list, KEY.Key_Down)
    QTest.keyClick(page.tray.list, KEY.Key_Return)
    await desk.quiet()
    assert not page.result.isHidden()
    QTest.keyClick(page.tray.list, KEY.Key_Escape)
    assert page.result.isHidden()
    QTest.keyClick(page.tray.list, KEY.Key_Space)
    await desk.quiet()
    assert not page.result.isHidden()


async def test_finished_files_can_be_put_out_of_sight(desk: Desk) -> None:
    page = await desk.open()
    desk.drop("done.html", phase=Phase.DONE, stage="Done", fraction=1.0)
    desk.drop("going.html", phase=Phase.RUNNING, stage="Reading", fraction=0.2)
    assert "1 under way · 1 done" in words(page.tray)
    press(button(page.tray, "Hide finished"))
    assert [item.name for item in page.tray.model.items] == ["going.html"]
