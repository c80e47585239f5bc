"""Two filings of one company stand beside each other: text, tone and metrics."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from sqlalchemy import delete, insert, select

from desktop_app.views.documents import DocumentsPage
from desktop_app.views.documents.compare import CompareView
from tests.seeded_reading import with_earlier_filing
from tests.ui.documents.desk import BAD, TEXT, Desk, parsed, register, scored, sections, until
from worker_core.operations import comparison
from worker_core.operations.errors import NoDocument
from worker_core.settings import Settings
from worker_core.storage import DocumentRecord, SentimentScore, Storage, StorageError, schema
from worker_core.storage.engine import writing

KEY = Qt.Key


def words(widget: QWidget) -> str:
    labels = [label for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    return "\n".join(label.text() for label in labels)


def earlier(storage: Storage, name: str = "earlier.html", **facts: Any) -> DocumentRecord:
    """The year before: another sentence among the risks, and one section less."""
    record = register(storage, name)
    text = TEXT.replace(BAD, "A dispute with a supplier may cause losses.")
    shorter = sections()
    moved = len(text) - len(TEXT)
    told: dict[str, Any] = {
        "company": "Harrow Vale Instruments",
        "ticker": "HVI",
        "document_type": "10-K",
        "period": "2023-12-31",
    }
    risks = shorter[1]
    return storage.documents.save_parsed(
        record.sha256,
        text=text,
        sections=[
            shorter[0],
            type(risks)(risks.name, risks.title, risks.start, risks.end + moved),
        ],
        parser_version="1",
        **(told | facts),
    )


async def compared(desk: Desk, record: DocumentRecord) -> CompareView:
    page: DocumentsPage = await desk.open(width=1500)
    page.library.chosen.emit(record.id)
    await desk.quiet()
    button = next(b for b in page.result.head.findChildren(QPushButton) if b.text() == "Compare")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    await desk.quiet()
    return page.compare


async def test_a_filing_is_compared_with_the_one_of_its_kind_before_it(
    desk: Desk, storage: Storage
) -> None:
    earlier(storage, period="2022-12-31", name="older.html")
    earlier(storage)
    record = scored(storage)
    parsed(storage, "quarter.html", document_type="10-Q", period="2024-09-30")
    view = await compared(desk, record)
    assert view.isVisible()
    assert "2023-12-31" in view.before.currentText()
    assert "2024-12-31" in view.after.currentText()
    rows = view.sections.rows.rows
    assert [(row[1].name, row[1].kind) for row in rows] == [
        ("", "same"),
        ("Item 1", "same"),
        ("Item 1A", "changed"),
        ("Item 10", "added"),
    ]
    assert "Sections: 1 changed, 1 added, 2 the same." in words(view)
    shown = view.changes.text.toPlainText()
    assert BAD in shown
    assert "A dispute with a supplier may cause losses." in shown


async def test_the_keyboard_goes_through_the_sections_and_escape_leads_back(
    desk: Desk, storage: Storage
) -> None:
    earlier(storage)
    view = await compared(desk, scored(storage))
    assert view.sections.selected_rows() == [2]
    QTest.keyClick(view.sections, KEY.Key_Up)
    assert view.changes.text.toPlainText() == "Nothing in this section has changed."
    QTest.keyClick(view.sections, KEY.Key_Escape)
    page = view.window()
    assert isinstance(page, DocumentsPage)
    assert view.isHidden()
    assert page.result.isVisible()


async def test_what_came_and_what_went_differ_in_more_than_colour(
    desk: Desk, storage: Storage
) -> None:
    earlier(storage)
    view = await compared(desk, scored(storage))
    looks = {}
    document = view.changes.text.document()
    for word in ("caused", "losses"):
        cursor = document.find(word)
        looks[word] = cursor.charFormat()
    assert looks["caused"].fontUnderline()
    assert not looks["caused"].fontStrikeOut()
    gone = [
        document.find("may cause losses"),
    ]
    assert not gone[0].isNull()


async def test_the_filings_change_sides_and_others_are_chosen(desk: Desk, storage: Storage) -> None:
    earlier(storage)
    view = await compared(desk, scored(storage))
    swap = next(b for b in view.findChildren(QPushButton) if "Swap" in b.text())
    QTest.mouseClick(swap, Qt.MouseButton.LeftButton)
    await desk.quiet()
    assert view.comparison is not None
    assert view.comparison.after.period == "2023-12-31"
    assert [row[1].kind for row in view.sections.rows.rows][-1] == "removed"
    view.before.setCurrentIndex(view.after.currentIndex())
    view.before.activated.emit(view.after.currentIndex())
    await desk.quiet()
    assert "This is one and the same filing" in words(view)


async def test_tones_of_one_model_stand_beside_each_other_and_of_two_it_is_said(
    desk: Desk, storage: Storage
) -> None:
    old, record = earlier(storage), scored(storage)
    storage.documents.save_sentiment(
        old.id,
        "other-model",
        [
            SentimentScore("", "", 0.2, 0.6, 0.2, -0.02, 4),
            SentimentScore("Item 1A", "", 0.0, 0.5, 0.5, -0.3, 2),
        ],
    )
    view = await compared(desk, record)
    assert "Tone −0.020 → +0.120" in words(view)
    assert "The tones are of different models, other-model and vader-test" in words(view)
    model = view.sections.model()
    row = [model.index(2, column).data() for column in range(5)]
    assert row[3:] == ["−0.300", "−0.160"]


async def test_metrics_of_two_real_reports_are_compared(desk: Desk, storage: Storage) -> None:
    """The bundled annual report, and the year before made of it."""
    later, _ = with_earlier_filing(storage)
    view = await compared(desk, later)
    view.tabs.setCurrentIndex(1)
    assert "Year to 2023-12-31 → Year to 2024-12-31" in words(view)
    rows = {
        row[0].name: [view.metrics.model().index(at, column).data() for column in range(1, 4)]
        for at, row in enumerate(view.metrics.rows.rows)
    }
    assert rows["operating_margin"] == ["14.53 %", "16.72 %", "+2.19 pp"]
    assert rows["return_on_assets"] == ["–", "–", "–"]
    kinds = {row[1].name: row[1].kind for row in view.sections.rows.rows}
    assert kinds["Item 1A"] == "changed"


async def test_a_later_period_that_begins_with_a_filing_is_not_taken_for_its_own(
    desk: Desk, storage: Storage
) -> None:
    """What the later period takes from the earlier filing makes that one a source of it too."""
    later, before = with_earlier_filing(storage)
    with writing(storage._engine) as connection:
        periods = [one.id for one in connection.execute(select(schema.metric_periods.c.id))]
        connection.execute(delete(schema.metric_documents))
        connection.execute(
            insert(schema.metric_documents),
            [
                {"period_id": period, "document_id": document}
                for period in periods
                for document in (later.id, before.id)
            ],
        )
    view = await compared(desk, later)
    view.tabs.setCurrentIndex(1)
    assert "Year to 2023-12-31 → Year to 2024-12-31" in words(view)


async def test_filings_without_a_section_in_common_are_compared_as_wholes(
    desk: Desk, storage: Storage
) -> None:
    earlier(storage)
    record = register(storage, "workbook.xlsx")
    record = storage.documents.save_parsed(
        record.sha256,
        text="Cover page\n",
        sections=(),
        parser_version="1",
        company="Harrow Vale Instruments",
        ticker="HVI",
        period="2024-12-31",
    )
    view = await compared(desk, record)
    assert view.sections.model().index(0, 0).data() == "The whole document"


async def test_a_company_with_one_filing_says_what_to_do(desk: Desk, storage: Storage) -> None:
    view = await compared(desk, scored(storage))
    assert "There is no other filing of this company" in words(view)
    assert "Drop another one" in words(view)


async def test_a_filing_that_is_deleted_meanwhile_is_said(desk: Desk, storage: Storage) -> None:
    old, record = earlier(storage), scored(storage)
    view = await compared(desk, record)
    with writing(storage._engine) as connection:
        connection.execute(delete(schema.documents).where(schema.documents.c.id == old.id))
    view._swap()
    await desk.quiet()
    assert f"There is no document {old.id} any more." in words(view)


async def test_a_store_that_is_away_is_said(
    desk: Desk, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier(storage)
    record = scored(storage)

    async def away(*_: Any) -> Any:
        raise StorageError("gone", "The database does not answer.", "Start it again.")

    monkeypatch.setattr(desk.documents, "comparable", away)
    view = await compared(desk, record)
    assert "The database does not answer." in words(view)


async def test_an_empty_filing_and_one_of_many_changes_are_shown_in_parts(
    desk: Desk, storage: Storage
) -> None:
    lines = ["".join(f"Line {n} of {which}.\nSame {n}.\n" for n in range(200)) for which in "ab"]
    texts = {"2022-12-31": "", "2023-12-31": lines[0], "2024-12-31": lines[1]}
    for period, text in texts.items():
        record = register(storage, f"{period}.txt")
        record = storage.documents.save_parsed(
            record.sha256,
            text=text,
            sections=(),
            parser_version="1",
            company="Parts Ltd",
            period=period,
        )
    view = await compared(desk, record)
    assert view.changes.more.text() == "Show more (120 left)"
    QTest.mouseClick(view.changes.more, Qt.MouseButton.LeftButton)
    QTest.mouseClick(view.changes.more, Qt.MouseButton.LeftButton)
    assert view.changes.more.isHidden()
    assert "Line 199 of b." in view.changes.text.toPlainText()
    view.before.setCurrentIndex(0)
    view.before.activated.emit(0)
    await until(lambda: not desk.background.busy)
    await desk.quiet()
    assert [row[1].kind for row in view.sections.rows.rows] == ["changed"]


def test_filings_of_a_company_are_found_by_symbol_and_by_name(
    storage: Storage, settings: Settings
) -> None:
    first = scored(storage)
    named = earlier(storage, "named.html", ticker=None, company="HARROW VALE INSTRUMENTS")
    symbol = earlier(storage, "symbol.html", company="Other name", period="2021-12-31")
    parsed(storage, "foreign.html", ticker="XYZ")
    register(storage, "unread.html")
    found = comparison.candidates(first.id, settings=settings)
    assert [one.id for one in found] == [named.id, symbol.id]
    with pytest.raises(NoDocument):
        comparison.candidates(10**9, settings=settings)
    with pytest.raises(NoDocument):
        comparison.compare(first.id, 10**9, settings=settings)
    assert Path(settings.data_dir).is_dir()
