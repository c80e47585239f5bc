"""What was found in one document, beside the library."""

from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QWidget,
)

from desktop_app.services.tray import Phase
from desktop_app.views.documents.quote import Quote
from tests.ui.documents.desk import (
    BAD,
    GOOD,
    PLAIN,
    Desk,
    parsed,
    place_of,
    register,
    scored,
    until,
)
from tests.ui.documents.hands import KEY, click, marked, press, quotes, words
from worker_core.storage import Storage

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
