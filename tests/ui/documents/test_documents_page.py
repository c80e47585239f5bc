"""The library and the page as a whole."""

from pathlib import Path
from typing import Any, get_args

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
)

from desktop_app.services.tray import Phase
from desktop_app.ui import theme
from tests.ui.accessibility import interactive, name
from tests.ui.documents.desk import (
    Desk,
    register,
    scored,
    settle_layout,
    until,
)
from tests.ui.documents.hands import button, click, press, words
from worker_core.storage import Storage, StorageError

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
