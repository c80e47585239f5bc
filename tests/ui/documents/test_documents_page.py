from pathlib import Path
from typing import Any, get_args

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QFileDialog,
    QLabel,
    QPushButton,
    QTextEdit,
    QWidget,
)

from desktop_app.services.tray import Phase
from desktop_app.ui import theme
from desktop_app.views.documents import DocumentsPage
from desktop_app.views.documents.quote import Quote
from tests.ui.accessibility import interactive, name
from tests.ui.documents.desk import (
    BAD,
    GOOD,
    PLAIN,
    Desk,
    parsed,
    place_of,
    register,
    scored,
    settle_layout,
    until,
)
from worker_core.storage import Storage, StorageError

KEY = Qt.Key


def click(view: QAbstractItemView, index: QModelIndex) -> None:
    view.scrollTo(index)
    where = view.visualRect(index).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)


def press(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def words(widget: QWidget) -> str:
    """All that can be read in a widget."""
    labels = [label for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    return "\n".join(label.text() for label in labels)


def quotes(page: DocumentsPage) -> list[str]:
    found = page.result.findings.findChildren(Quote)
    return [quote.accessibleName() for quote in found if not quote.isHidden()]


def button(widget: QWidget, text: str) -> QPushButton:
    found = [b for b in widget.findChildren(QPushButton) if b.text() == text]
    assert len(found) == 1
    return found[0]


def marked(reader: QTextEdit) -> str:
    return "".join(mark.cursor.selectedText() for mark in reader.extraSelections())


# The library


async def test_an_empty_library_offers_the_one_next_step(desk: Desk) -> None:
    page = await desk.open()
    assert "No documents yet" in words(page.library)
    press(button(page.library, "Choose files…"))
    dialog = page.window().findChild(QFileDialog)
    assert dialog is not None
    dialog.close()


async def test_files_chosen_in_the_dialog_are_handed_on_as_paths(
    desk: Desk, tmp_path: Path
) -> None:
    files = [tmp_path / "a.html", tmp_path / "b & c.pdf"]
    for file in files:
        file.touch()
    page = await desk.open()
    chosen: list[list[Path]] = []
    page.files_chosen.connect(chosen.append)
    press(page.drop_zone.button)
    dialog = page.window().findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    dialog.filesSelected.emit([str(file) for file in files])
    dialog.close()
    assert chosen == [files]


async def test_the_library_is_read_on_as_one_scrolls(desk: Desk, storage: Storage) -> None:
    for number in range(230):
        register(storage, f"{number}.html")
    page = await desk.open()
    model, table = page.library.model, page.library.table
    assert model.rowCount() == 100
    for expected in (200, 230):
        table.verticalScrollBar().setValue(table.verticalScrollBar().maximum())
        while model.rowCount() < expected:
            await desk.quiet()
        settle_layout(page)
    assert [record.filename for record in (model.records[0], model.records[-1])] == [
        "229.html",
        "0.html",
    ]


async def test_a_store_that_cannot_be_read_says_why_and_can_be_tried_again(
    desk: Desk, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    scored(storage)
    library = desk.documents.library

    async def locked(*_: Any) -> Any:
        raise StorageError("busy", "The database is locked.", "Close the other program.")

    monkeypatch.setattr(desk.documents, "library", locked)
    page = await desk.open()
    assert "The library could not be read: The database is locked." in words(page.library)
    assert "Close the other program." in words(page.library)
    assert desk.messages.recent == []
    monkeypatch.setattr(desk.documents, "library", library)
    press(button(page.library, "Try again"))
    await until(lambda: page.library.model.rowCount() == 1)


async def test_a_hidden_page_reads_nothing_and_catches_up_when_it_is_shown(
    desk: Desk, storage: Storage
) -> None:
    page = await desk.open()
    page.hidden()
    record = scored(storage)
    desk.drop("harrow-vale-10k.html", **desk.finished(record))
    assert desk.background.busy == 0
    page.shown()
    await until(lambda: page.library.model.rowCount() == 1)


async def test_columns_give_way_when_the_page_is_narrow(desk: Desk, storage: Storage) -> None:
    scored(storage)
    page = await desk.open(width=1400)
    table = page.library.table
    columns = range(page.library.model.columnCount())
    titles = [page.library.model.headerData(c, Qt.Orientation.Horizontal) for c in columns]

    def shown() -> list[str]:
        return [t for c, t in zip(columns, titles, strict=True) if not table.isColumnHidden(c)]

    assert shown() == ["Document", "Company", "Type", "Length", "Status", "Arrived"]
    page.resize(500, 800)
    assert shown() == ["Document", "Status"]


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


# The result


async def test_the_head_tells_the_facts_and_what_was_not_read(desk: Desk, storage: Storage) -> None:
    record = scored(storage, pages=12, truncated=["Only the first 12 pages were read."])
    page = await desk.open()
    click(page.library.table, page.library.model.index(0, 0))
    await desk.quiet()
    said = words(page.result)
    told = ("HVI", "2024-12-31", "2025-02-14", "12", f"{record.characters or 58_000:,}"[:2])
    assert all(fact in said for fact in told)
    assert "Only the first 12 pages were read." in said


async def test_the_tone_is_told_in_words_and_numbers(desk: Desk, storage: Storage) -> None:
    scored(storage)
    page = await desk.open()
    click(page.library.table, page.library.model.index(0, 0))
    await desk.quiet()
    assert "+0.120  slightly positive, the mean of 4 sentences" in words(page.result)
    shares = next(
        w.accessibleDescription()
        for w in page.result.findChildren(QWidget)
        if w.accessibleName() == "Shares of sentences by tone"
    )
    assert shares == "Positive 50.0 %, Neutral 25.0 %, Negative 25.0 %"


async def test_a_sentence_of_the_summary_leads_to_its_place_in_the_text(
    desk: Desk, storage: Storage
) -> None:
    scored(storage)
    page = await desk.open()
    click(page.library.table, page.library.model.index(0, 0))
    await desk.quiet()
    quote = next(q for q in page.result.findings.findChildren(Quote) if q.accessibleName() == BAD)
    press(quote)
    reader = page.result.text.reader
    await until(lambda: marked(reader) == BAD, "the sentence was marked")
    await desk.quiet()
    first, last = reader.shown_range()
    start, end = place_of(BAD)
    assert first <= start < end <= last
    assert page.result.text.picker.currentText() == "Item 1A Risk Factors"


async def test_the_strongest_sentences_are_quoted_from_the_text(
    desk: Desk, storage: Storage
) -> None:
    scored(storage)
    page = await desk.open()
    click(page.library.table, page.library.model.index(0, 0))
    await desk.quiet()
    assert quotes(page).count(GOOD) == 2
    assert quotes(page).count(BAD) == 2
    assert PLAIN not in quotes(page)


async def test_a_section_is_read_by_choosing_it_in_the_table_or_in_the_picker(
    desk: Desk, storage: Storage
) -> None:
    scored(storage)
    page = await desk.open()
    click(page.library.table, page.library.model.index(0, 0))
    await desk.quiet()
    table, text = page.result.findings.table, page.result.text
    click(table, table.sections.index(0, 1))
    await desk.quiet()
    assert text.reader.toPlainText().startswith("Item 1. Business")
    assert text.reader.toPlainText().rstrip().endswith(GOOD)
    QTest.keyClick(text.picker, KEY.Key_Down)
    await desk.quiet()
    assert text.reader.toPlainText().startswith("Item 1A. Risk Factors")
    assert table.selected_rows() == [1]


async def test_a_section_given_by_reference_says_so_instead_of_showing_nothing(
    desk: Desk, storage: Storage
) -> None:
    record = parsed(storage)
    page = await desk.open()
    page.library.chosen.emit(record.id)
    await desk.quiet()
    table = page.result.findings.table
    click(table, table.sections.index(2, 0))
    assert "This section is given by reference" in words(page.result.text)


async def test_a_document_that_is_not_scored_yet_says_so_and_is_shown_when_it_is(
    desk: Desk, storage: Storage
) -> None:
    record = parsed(storage)
    page = await desk.open()
    item = desk.drop("harrow-vale-10k.html", phase=Phase.RUNNING, document_id=record.id)
    page.library.chosen.emit(record.id)
    await desk.quiet()
    assert "No summary yet." in words(page.result)
    assert "Not scored yet." in words(page.result)
    reader = page.result.text.reader
    page.result.text.show_place(*place_of(BAD))
    await until(lambda: marked(reader) == BAD)
    scored(storage)
    desk.change(item, **desk.finished(record))
    await desk.quiet()
    assert GOOD in quotes(page)
    assert marked(reader) == BAD  # what was being read stays where it was


async def test_a_document_that_failed_on_another_day_tells_its_reason(
    desk: Desk, storage: Storage
) -> None:
    record = register(storage, "old.pdf")
    storage.documents.save_failure(record.sha256, "empty", "It held no text.", "Scan it with OCR.")
    page = await desk.open()
    click(page.library.table, page.library.model.index(0, 0))
    await desk.quiet()
    assert "It held no text." in words(page.result)
    assert "Scan it with OCR." in words(page.result)


async def test_the_result_can_have_the_whole_page_and_gives_it_back(
    desk: Desk, storage: Storage
) -> None:
    record = scored(storage)
    page = await desk.open(width=1100)
    page.library.chosen.emit(record.id)
    await desk.quiet()
    assert not page.result.text.isVisible()
    full = next(
        b
        for b in page.result.findChildren(QAbstractButton)
        if b.accessibleName() == "Give the result the whole page"
    )
    press(full)
    assert not page.library.isVisible()
    await until(page.result.text.isVisible, "text and findings stood side by side")
    assert page.result.findings.isVisible()
    QTest.keyClick(page.result, KEY.Key_Escape)
    assert page.library.isVisible()


# Coming from elsewhere


async def test_a_document_is_found_by_its_content_however_far_down_it_stands(
    desk: Desk, storage: Storage
) -> None:
    record = scored(storage, "deep.html")
    for number in range(120):
        register(storage, f"{number}.html")
    page = await desk.open()
    page.open({"sha256": record.sha256})
    await desk.quiet()
    assert page.result.document_id == record.id


async def test_content_that_no_one_knows_is_said_to_be_missing(desk: Desk) -> None:
    page = await desk.open()
    page.open({"sha256": "0" * 64})
    await desk.quiet()
    assert [message.text for message in desk.messages.recent] == [
        "This document is not in the library"
    ]
    page.open(None)
    page.open({"states": frozenset()})
    assert page.result.isHidden()


# Everyone can use it, in every light


async def test_everything_that_can_be_worked_has_a_name(desk: Desk, storage: Storage) -> None:
    record = scored(storage)
    page = await desk.open()
    desk.drop("a.html", **desk.finished(record))
    click(page.tray.list, page.tray.model.index(0))
    await desk.quiet()
    worked = [widget for widget in interactive(page) if widget.isVisibleTo(page)]
    assert len(worked) > 12
    assert [widget for widget in worked if not name(widget).strip()] == []


@pytest.mark.parametrize("mode", get_args(theme.Mode)[1:])
async def test_the_page_is_painted_in_both_themes(
    desk: Desk, storage: Storage, mode: theme.Mode, qapp: QApplication
) -> None:
    record = scored(storage)
    page = await desk.open()
    desk.drop("a.html", **desk.finished(record))
    desk.drop("b.html", phase=Phase.FAILED, message="It is empty.", remedy="Save it again.")
    page.library.chosen.emit(record.id)
    await desk.quiet()
    theme.apply(qapp, mode)
    picture = page.grab().toImage()
    ground = picture.pixelColor(QPoint(2, 2))
    assert ground == theme.tokens().canvas
