"""The library is searched, filtered and arranged, and is found again as it was left."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from desktop_app.services.kept import Kept
from desktop_app.ui import theme
from desktop_app.views.documents import DocumentsPage
from desktop_app.views.documents.finder import day
from desktop_app.views.documents.hits import laid_out, lines_at
from desktop_app.views.documents.library import Library
from desktop_app.views.documents.library_model import TITLES
from desktop_app.views.documents.searching import PAGE
from tests.ui.documents.desk import BAD, Desk, parsed, place_of, register, scored, until
from worker_core.operations.errors import LedgerUnavailable
from worker_core.storage import Storage

KEY = Qt.Key


def words(widget: QWidget) -> str:
    labels = [label for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    return "\n".join(label.text() for label in labels)


async def type_words(desk: Desk, page: DocumentsPage, typed: str) -> None:
    field = page.library.finder.field
    field.clear()
    QTest.keyClicks(field, typed)
    await desk.quiet()


async def type_filter(desk: Desk, page: DocumentsPage, name: str, typed: str) -> None:
    finder = page.library.finder
    if finder.filters[name].isHidden() or not finder.filters[name].isVisible():
        QTest.mouseClick(finder.toggle, Qt.MouseButton.LeftButton)
    finder.filters[name].clear()
    QTest.keyClicks(finder.filters[name], typed)
    await desk.quiet()


def names(library: Library) -> list[str]:
    return [record.filename for record in library.model.records]


@pytest.fixture
def shelf(storage: Storage) -> Storage:
    """Filings of two companies over two years."""
    for number in range(6):
        parsed(
            storage,
            f"{number}.html",
            ticker=("HVI", "OTH")[number % 2],
            document_type=("10-K", "10-Q")[number // 3],
            filing_date=date(2023 + number % 2, 1 + number, 1),
        )
    return storage


async def test_a_search_shows_the_documents_with_the_words_marked_in_their_snippets(
    desk: Desk, storage: Storage
) -> None:
    scored(storage)
    record = register(storage, "other.txt")
    storage.documents.save_parsed(
        record.sha256, text="Sales rose.", sections=(), parser_version="1"
    )
    page = await desk.open()
    await type_words(desk, page, "disputes losses")
    hits = page.library.searching.hits
    assert hits.isVisible()
    assert not page.library.table.isVisible()
    (hit,) = hits.found.hits
    assert [hit.snippet[a:b] for a, b in hit.marks] == ["dispute", "loss", "losses"]
    assert hit.section == "Item 1A"
    await type_words(desk, page, "")
    assert page.library.table.isVisible()


async def test_return_goes_on_to_the_hits_and_opens_the_place_of_the_words(
    desk: Desk, storage: Storage
) -> None:
    record = scored(storage)
    page = await desk.open(width=1700)
    await type_words(desk, page, "dispute supplier")
    QTest.keyClick(page.library.finder.field, KEY.Key_Return)
    await desk.quiet()
    hits = page.library.searching.hits
    QTest.keyClick(hits, KEY.Key_Return)
    await desk.quiet()
    reader = page.result.text.reader
    await until(reader.extraSelections, "the words were marked")
    assert page.result.document_id == record.id
    assert reader.extraSelections()[0].cursor.selectedText() == "dispute"
    start, _ = place_of(BAD)
    first, last = reader.shown_range()
    assert first <= start <= last
    QTest.keyClick(page.result, KEY.Key_Escape)
    assert page.result.isHidden()


async def test_a_click_on_a_hit_opens_it(desk: Desk, storage: Storage) -> None:
    record = scored(storage)
    page = await desk.open(width=1700)
    await type_words(desk, page, "dispute")
    hits = page.library.searching.hits
    place = hits.visualRect(hits.found.index(0)).center()
    QTest.mouseClick(hits.viewport(), Qt.MouseButton.LeftButton, pos=place)
    await desk.quiet()
    assert page.result.document_id == record.id


async def test_what_cannot_be_searched_says_why(
    desk: Desk, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    scored(storage)
    page = await desk.open()
    await type_words(desk, page, "zeppelin")
    assert "No document has these words" in words(page.library)
    await type_words(desk, page, "-")
    assert "no word to look for" in words(page.library).lower()

    async def away(*_: Any) -> Any:
        raise LedgerUnavailable("The database does not answer.", "Start it again.")

    monkeypatch.setattr(desk.documents, "search", away)
    await type_words(desk, page, "loss")
    assert "The database does not answer." in words(page.library)


async def test_hits_are_read_on_as_one_scrolls(desk: Desk, storage: Storage) -> None:
    for number in range(70):
        record = register(storage, f"{number}.txt")
        storage.documents.save_parsed(
            record.sha256, text=f"Loss number {number}.", sections=(), parser_version="1"
        )
    page = await desk.open()
    await type_words(desk, page, "loss")
    hits = page.library.searching.hits
    assert hits.found.rowCount() == 50
    hits.doItemsLayout()
    hits.verticalScrollBar().setValue(hits.verticalScrollBar().maximum())
    await until(lambda: hits.found.rowCount() == 70)
    assert len({hit.document.id for hit in hits.found.hits}) == 70


async def test_a_late_answer_to_other_words_is_let_fall(
    desk: Desk, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    scored(storage)
    page = await desk.open()
    search, gate = desk.documents.search, asyncio.Event()

    async def slow(asked: str, *rest: Any) -> Any:
        if asked == "dispute":
            await gate.wait()
        return await search(asked, *rest)

    monkeypatch.setattr(desk.documents, "search", slow)
    page.library.finder.field.setText("dispute")
    page.library.finder.now()
    page.library.finder.field.setText("zeppelin")
    page.library.finder.now()
    gate.set()
    await desk.quiet()
    assert page.library.searching.hits.found.rowCount() == 0


async def test_filters_narrow_the_list_by_symbol_form_and_date(desk: Desk, shelf: Storage) -> None:
    page = await desk.open()
    await type_filter(desk, page, "ticker", "hvi")
    assert names(page.library) == ["4.html", "2.html", "0.html"]
    await type_filter(desk, page, "document_type", "10-k")
    assert names(page.library) == ["2.html", "0.html"]
    await type_filter(desk, page, "since", "2023-02")
    assert names(page.library) == ["2.html"]
    await type_filter(desk, page, "until", "2022")
    assert names(page.library) == []
    assert "No document is like that" in words(page.library)
    page.library._clear()
    await desk.quiet()
    assert len(names(page.library)) == 6


async def test_filters_narrow_a_search_as_well(desk: Desk, shelf: Storage) -> None:
    page = await desk.open()
    await type_words(desk, page, "dispute")
    assert page.library.searching.hits.found.rowCount() == 6
    await type_filter(desk, page, "ticker", "OTH")
    hits = page.library.searching.hits.found.hits
    assert {hit.document.ticker for hit in hits} == {"OTH"}


async def test_a_day_that_is_none_is_said_and_filters_nothing(desk: Desk, shelf: Storage) -> None:
    page = await desk.open()
    await type_filter(desk, page, "since", "2023-02-30")
    assert "Filed from: a day is written as 2024-11-01." in words(page.library)
    assert len(names(page.library)) == 6


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-12", date(2024, 12, 1), date(2024, 12, 31)),
        ("2024-11-01", date(2024, 11, 1), date(2024, 11, 1)),
        ("9999-12", date(9999, 12, 1), None),
        ("1-2-3-4", None, None),
        ("²024", None, None),
        ("-", None, None),
    ],
)
def test_days_months_and_years_are_understood(
    typed: str, first: date | None, last: date | None
) -> None:
    assert day(typed, last=False) == first
    assert day(typed, last=True) == last


async def test_columns_are_chosen_by_hand_and_the_page_is_found_as_it_was_left(
    desk: Desk, shelf: Storage, tmp_path: Path
) -> None:
    file = tmp_path / "state" / "page.json"
    library = Library(desk.documents, desk.background, desk.messages, Kept(file))
    library.resize(900, 500)
    library.columns.menu.aboutToShow.emit()
    for action in library.columns.menu.actions():
        if action.text() in {"Ticker", "Company"}:
            action.trigger()
    library.finder.filters["document_type"].setText("10-Q")
    library.finder.now()
    await desk.quiet()
    again = Library(desk.documents, desk.background, desk.messages, Kept(file))
    again.resize(420, 500)
    again.columns.fit()
    shown = {title: not again.table.isColumnHidden(place) for place, title in enumerate(TITLES)}
    assert shown["Ticker"]
    assert not shown["Company"]
    assert shown["Document"]
    again.refresh()
    await desk.quiet()
    assert names(again) == ["5.html", "4.html", "3.html"]
    for one in (library, again):
        one.pause()
        one.deleteLater()


@pytest.mark.parametrize(
    "content",
    ["", "[1]", "{", '{"columns": 3, "filters": {"ticker": 1}}'],
)
async def test_a_state_that_cannot_be_read_is_as_none(
    desk: Desk, shelf: Storage, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "page.json"
    file.write_text(content)
    library = Library(desk.documents, desk.background, desk.messages, Kept(file))
    library.refresh()
    await desk.quiet()
    assert len(names(library)) == 6
    library.pause()
    library.deleteLater()


async def test_a_symbol_from_elsewhere_narrows_the_library(desk: Desk, shelf: Storage) -> None:
    page = await desk.open()
    page.open({"ticker": "OTH"})
    await desk.quiet()
    assert names(page.library) == ["5.html", "3.html", "1.html"]
    page.search()
    assert page.library.finder.field.hasFocus() or not page.isActiveWindow()


async def test_words_from_the_palette_are_searched_in_all_documents(
    desk: Desk, shelf: Storage
) -> None:
    page = await desk.open()
    await type_filter(desk, page, "ticker", "NONE")
    page.open({"words": "dispute"})
    await desk.quiet()
    assert page.library.searching.hits.found.rowCount() == 6


def test_a_wide_list_of_hits_leaves_no_empty_lines_below_a_snippet() -> None:
    assert [lines_at(width) for width in (400, 1000, 1600)] == [3, 2, 1]


async def test_what_a_narrow_list_cuts_off_a_snippet_is_told_by_an_ellipsis_after_a_whole_word(
    desk: Desk, storage: Storage
) -> None:
    record = register(storage, "long.txt")
    body = "dispute " + "reservations " * 17
    storage.documents.save_parsed(record.sha256, text=body, sections=(), parser_version="1")
    page = await desk.open()
    await type_words(desk, page, "dispute")
    (hit,) = page.library.searching.hits.found.hits
    assert hit.snippet == body.strip()
    assert hit.goes_on == (False, False)
    shown = laid_out(hit, 300.0, theme.tokens())
    assert shown.lineCount() == 3
    assert shown.text().endswith(" reservations…")
    assert len(shown.text()) < len(hit.snippet)
    assert laid_out(hit, 3000.0, theme.tokens()).text() == hit.snippet


async def test_return_on_a_hit_leads_the_keys_into_the_text_and_escape_back(
    desk: Desk, storage: Storage
) -> None:
    scored(storage)
    page = await desk.open(width=1500)
    await type_words(desk, page, "dispute")
    hits, reader = page.library.searching.hits, page.result.text.reader
    QTest.keyClick(page.library.finder.field, KEY.Key_Down)
    QTest.keyClick(hits, KEY.Key_Space)
    await desk.quiet()
    # A look at it leaves the keys in the list.
    assert page.focusWidget() is not reader
    QTest.keyClick(hits, KEY.Key_Return)
    await desk.quiet()
    assert page.focusWidget() is reader
    QTest.keyClick(reader, KEY.Key_Escape)
    await until(page.result.isHidden, "the result was closed")
    assert page.focusWidget() is hits


async def test_hits_are_read_on_after_that_failed_once(
    desk: Desk, shelf: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(PAGE + 4):
        parsed(shelf, f"more {number}.html")
    page = await desk.open()
    await type_words(desk, page, "dispute supplier")
    hits = page.library.searching.hits
    first = hits.found.rowCount()
    assert first == PAGE
    really = desk.documents.search

    async def away(*_: object) -> Any:
        raise LedgerUnavailable("The database does not answer.", "Wait.")

    monkeypatch.setattr(desk.documents, "search", away)
    hits.found.fetchMore(QModelIndex())
    await desk.quiet()
    assert hits.found.rowCount() == first
    monkeypatch.setattr(desk.documents, "search", really)
    hits.found.fetchMore(QModelIndex())
    await desk.quiet()
    assert hits.found.rowCount() == PAGE + 10
