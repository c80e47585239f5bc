"""What a document says of itself is corrected where it stands, and taken back."""

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from desktop_app.views.documents import DocumentsPage
from desktop_app.views.documents.facts import FactCell
from tests.ui.documents.desk import Desk, scored
from worker_core.storage import DocumentRecord, Storage, StorageError

KEY = Qt.Key


def words(widget: QWidget) -> str:
    labels = [label for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    return "\n".join(label.text() for label in labels)


async def opened(desk: Desk, record: DocumentRecord) -> DocumentsPage:
    page = await desk.open(width=1500)
    page.library.chosen.emit(record.id)
    await desk.quiet()
    return page


def cell(page: DocumentsPage, name: str) -> FactCell:
    return page.result.head.facts.cells[name]


async def correct(desk: Desk, page: DocumentsPage, name: str, value: str) -> FactCell:
    """Press the pencil, write over what is there, and press Return."""
    fact = cell(page, name)
    QTest.mouseClick(fact.edit, Qt.MouseButton.LeftButton)
    fact.field.selectAll()
    if value:
        QTest.keyClicks(fact.field, value)
    else:
        QTest.keyClick(fact.field, KEY.Key_Delete)
    QTest.keyClick(fact.field, KEY.Key_Return)
    await desk.quiet()
    return fact


def undo(page: DocumentsPage, name: str) -> QAbstractButton:
    wanted = f"Undo the correction of {name}"
    return next(
        one
        for one in page.result.head.findChildren(QAbstractButton)
        if one.accessibleName() == wanted and one.isVisible()
    )


@pytest.mark.parametrize(
    ("name", "typed", "field", "stored"),
    [
        ("Company", "Harrow Vale plc", "company", "Harrow Vale plc"),
        ("Ticker", "hvi.l", "ticker", "HVI.L"),
        ("Form", "20-F", "document_type", "20-F"),
        ("Period", "2024-09-30", "period", "2024-09-30"),
        ("Filed", "2025-03-01", "filing_date", date(2025, 3, 1)),
    ],
)
async def test_each_fact_is_corrected_in_place_and_taken_back(
    desk: Desk, storage: Storage, name: str, typed: str, field: str, stored: Any
) -> None:
    record = scored(storage)
    page = await opened(desk, record)
    fact = await correct(desk, page, name, typed)
    corrected = storage.documents.get(record.id)
    assert getattr(corrected, field) == stored
    assert fact.value.text() == str(stored)
    assert fact.value.isVisible()
    (kept,) = storage.documents.corrections(record.id)
    said = words(page.result.head.corrections)
    assert f"{name} corrected" in said
    assert kept.corrected_by
    assert kept.corrected_by in said
    assert str(getattr(record, field)) in said
    assert page.library.model.records[0] == corrected
    QTest.mouseClick(undo(page, name), Qt.MouseButton.LeftButton)
    await desk.quiet()
    assert getattr(storage.documents.get(record.id), field) == getattr(record, field)
    assert page.result.head.corrections.isHidden()


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("Period", "last year", "The period is given by its last day"),
        ("Filed", "2025-02-30", "A day is written as 2024-11-01."),
        ("Ticker", "no such symbol!", "A symbol is made of up to 15 letters"),
        ("Form", "x" * 60, "A form or kind of up to 32 characters"),
    ],
)
async def test_what_does_not_fit_is_said_and_stays_to_be_mended(
    desk: Desk, storage: Storage, name: str, typed: str, said: str
) -> None:
    record = scored(storage)
    page = await opened(desk, record)
    fact = await correct(desk, page, name, typed)
    assert said in words(page.result.head)
    assert fact.field.isVisible()
    assert fact.field.text() == typed
    assert storage.documents.get(record.id) == record


async def test_an_empty_field_means_that_the_document_says_nothing(
    desk: Desk, storage: Storage
) -> None:
    record = scored(storage)
    page = await opened(desk, record)
    fact = await correct(desk, page, "Ticker", "")
    now = storage.documents.get(record.id)
    assert now is not None
    assert now.ticker is None
    assert fact.value.text() == "–"


async def test_escape_leaves_a_fact_as_it_was(desk: Desk, storage: Storage) -> None:
    record = scored(storage)
    page = await opened(desk, record)
    fact = cell(page, "Form")
    fact.edit.setFocus()
    QTest.keyClick(fact.edit, KEY.Key_Space)
    QTest.keyClicks(fact.field, "10-Q")
    QTest.keyClick(fact.field, KEY.Key_Escape)
    await desk.quiet()
    assert fact.value.isVisible()
    assert not page.result.isHidden()
    assert storage.documents.get(record.id) == record


async def test_nothing_can_be_corrected_over_a_read_only_connection(
    desk: Desk, storage: Storage
) -> None:
    record = scored(storage)
    storage.documents.correct(record.id, {"document_type": "10-K405"}, "anna")
    page = await desk.open(width=1500)
    page.set_read_only(True)
    page.library.chosen.emit(record.id)
    await desk.quiet()
    assert not any(one.edit.isVisible() for one in page.result.head.facts.cells.values())
    assert "Form corrected by anna" in words(page.result.head)
    cell(page, "Form").begin()
    assert cell(page, "Form").field.isHidden()


async def test_a_store_that_is_away_refuses_in_words_and_keeps_what_was_typed(
    desk: Desk, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await opened(desk, scored(storage))

    async def away(*_: Any) -> Any:
        raise StorageError("gone", "The database does not answer.", "Start it again.")

    monkeypatch.setattr(desk.documents, "correct", away)
    fact = await correct(desk, page, "Company", "Other")
    assert "The database does not answer." in words(page.result.head)
    assert fact.field.text() == "Other"
