"""Facts and metrics are told with where they come from, and lead there."""

import asyncio
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

import resources
from desktop_app.ui.tables import Table
from desktop_app.views.documents import DocumentsPage
from desktop_app.views.documents import figure_words as said
from desktop_app.views.documents.quote import Quote
from tests.seeded_desk import analyse, calculate_metrics
from tests.ui.documents.desk import Desk, scored, until
from worker_core import documents
from worker_core.documents import ParsedDocument
from worker_core.storage import DocumentRecord, MetricRecord, Storage, StorageError


@pytest.fixture(scope="module")
def sample() -> tuple[Path, ParsedDocument]:
    """The bundled annual report, as the pipeline reads it."""
    path = next(one.path for one in resources.sample_documents() if "10k" in one.path.name)
    try:
        return path, documents.parse(path, path.name, documents.Limits())
    finally:
        documents.close()


@pytest.fixture
def filing(storage: Storage, sample: tuple[Path, ParsedDocument]) -> DocumentRecord:
    path, parsed = sample
    artifact = storage.artifacts.put_file(path, 2**30)
    storage.documents.register(artifact.sha256, path.name, artifact.bytes, parsed.mime, "t")
    record = storage.documents.save_parsed(
        artifact.sha256,
        text=parsed.text,
        sections=parsed.sections,
        parser_version=parsed.parser_version,
        company=parsed.company,
        ticker=parsed.ticker,
        document_type=parsed.form_type,
        period=parsed.period.isoformat() if parsed.period else None,
        facts=parsed.facts,
    )
    analyse(storage, record.id, parsed)
    return record


def words(widget: QWidget) -> str:
    labels = [label for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    return "\n".join(label.text() for label in labels)


async def opened(desk: Desk, record: DocumentRecord) -> DocumentsPage:
    page = await desk.open(width=1800, height=900)
    page.library.chosen.emit(record.id)
    await desk.quiet()
    page.result.panes.tabs.setCurrentIndex(2)
    await desk.quiet()
    return page


def click(table: Table, row: int) -> None:
    index = table.model().index(row, 0)
    table.scrollTo(index)
    where = table.visualRect(index).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)


def marked(page: DocumentsPage) -> list[str]:
    return [one.cursor.selectedText() for one in page.result.text.reader.extraSelections()]


def place_of(page: DocumentsPage, metric: str) -> int:
    rows = page.result.figures.metrics.rows.rows
    return next(place for place, row in enumerate(rows) if row[0].name == metric)


async def test_a_metric_tells_its_formula_and_inputs_and_each_leads_to_its_place(
    desk: Desk, storage: Storage, filing: DocumentRecord
) -> None:
    calculate_metrics(storage)
    page = await opened(desk, filing)
    figures = page.result.figures
    row = place_of(page, "operating_margin")
    assert figures.metrics.model().index(row, 1).data() == "16.72 %"
    click(figures.metrics, row)
    told = words(figures.detail)
    assert "Operating margin" in told
    assert "formula 1" in told
    assert "2024-01-01 to 2024-12-31" in told
    quotes = [q for q in figures.detail.findChildren(Quote) if not q.isHidden()]
    assert [quote.accessibleName() for quote in quotes] == [
        "Operating income: 81,300,000",
        "Revenue: 486,200,000",
    ]
    assert "us-gaap:OperatingIncomeLoss" in quotes[0].accessibleDescription()
    QTest.mouseClick(quotes[0], Qt.MouseButton.LeftButton)
    await until(lambda: marked(page) == ["81.3"], "the value was marked")
    (selection,) = page.result.text.reader.extraSelections()
    cursor = selection.cursor
    line = cursor.block().text()
    assert line.startswith("Operating income\t81.3")


async def test_a_metric_that_could_not_be_made_tells_what_was_missing(
    desk: Desk, storage: Storage, filing: DocumentRecord
) -> None:
    calculate_metrics(storage)
    page = await opened(desk, filing)
    figures = page.result.figures
    row = place_of(page, "return_on_assets")
    assert figures.metrics.model().index(row, 1).data() == "–"
    click(figures.metrics, row)
    told = words(figures.detail)
    assert "Missing" in told
    assert "total assets on 2024-12-31" in told


async def test_a_fact_tells_all_that_is_known_of_it_and_leads_to_its_place(
    desk: Desk, filing: DocumentRecord
) -> None:
    page = await opened(desk, filing)
    figures = page.result.figures
    figures.tabs.setCurrentIndex(1)
    assert figures.tabs.tabText(1) == "Facts  28"
    QTest.keyClicks(figures.field, "netincome")
    assert figures.facts.rows.rowCount() == 2
    click(figures.facts, 0)
    told = words(figures.detail)
    for part in ("us-gaap:NetIncomeLoss", "58,200,000", "USD", "the whole company", "#f-19"):
        assert part in told
    (button,) = [b for b in figures.detail.findChildren(QPushButton) if b.isVisible()]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    await until(lambda: marked(page) == ["58.2"], "the value was marked")


async def test_where_there_is_little_room_a_fact_still_says_what_it_is(
    desk: Desk, filing: DocumentRecord
) -> None:
    page = await opened(desk, filing)
    page.result.figures.tabs.setCurrentIndex(1)
    facts = page.result.figures.facts
    facts.setFixedWidth(590)
    await desk.quiet()
    assert facts.isColumnHidden(4)
    assert facts.columnWidth(0) >= 180
    facts.setFixedWidth(800)
    assert not facts.isColumnHidden(4)


def test_a_row_of_a_fact_leaves_out_what_all_companies_share() -> None:
    assert said.short_concept("us-gaap:NetIncomeLoss") == "NetIncomeLoss"
    assert said.short_concept("hvi:BacklogTurn") == "hvi:BacklogTurn"
    assert said.short_concept("label:Net sales") == "Net sales"
    assert said.metric_name("eps_diluted_growth") == "EPS diluted growth"
    assert said.metric_name("dupont_net_margin") == "DuPont net margin"


async def test_without_metrics_they_can_be_had_calculated(
    desk: Desk, filing: DocumentRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[DocumentRecord] = []

    async def calculate(document: DocumentRecord) -> Any:
        asked.append(document)
        return type("Task", (), {"problem": None})()

    monkeypatch.setattr(desk.documents, "calculate_metrics", calculate)
    page = await opened(desk, filing)
    assert "No metrics were calculated from this document" in words(page.result.figures)
    button = next(
        b for b in page.result.figures.findChildren(QPushButton) if b.text() == "Calculate them"
    )
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    await desk.quiet()
    assert [one.id for one in asked] == [filing.id]


async def test_a_value_whose_file_is_gone_says_that_it_has_no_place(
    desk: Desk, storage: Storage, filing: DocumentRecord
) -> None:
    storage.artifacts.delete(filing.sha256)
    page = await opened(desk, filing)
    figures = page.result.figures
    figures.tabs.setCurrentIndex(1)
    click(figures.facts, 3)
    (button,) = [b for b in figures.detail.findChildren(QPushButton) if b.isVisible()]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    await desk.quiet()
    assert [one.text for one in desk.messages.recent] == ["This value has no place in the text."]


async def test_a_document_that_reports_nothing_says_so(desk: Desk, storage: Storage) -> None:
    record = scored(storage)
    page = await opened(desk, record)
    assert "were never looked for" in words(page.result.figures)
    storage.facts.save(record.id, (), "1")
    page.result.reload()
    await desk.quiet()
    page.result.figures.show_document(record)
    await desk.quiet()
    assert "No values are tagged in this document" in words(page.result.figures)


async def test_figures_that_cannot_be_read_say_why(
    desk: Desk, filing: DocumentRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_: DocumentRecord) -> Any:
        raise StorageError("gone", "The database does not answer.", "Start it again.")

    monkeypatch.setattr(desk.documents, "figures", away)
    page = await opened(desk, filing)
    assert "The figures could not be read: The database does not answer." in words(page.result)


async def test_that_figures_could_not_be_read_is_said_of_their_document_alone(
    desk: Desk, filing: DocumentRecord, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = scored(storage)
    late = asyncio.Event()
    really = desk.documents.figures

    async def slowly(document: DocumentRecord) -> Any:
        if document.id != filing.id:
            return await really(document)
        await late.wait()
        raise StorageError("gone", "The database does not answer.", "Start it again.")

    monkeypatch.setattr(desk.documents, "figures", slowly)
    page = await desk.open()
    pane = page.result.figures
    for document in (filing, other):
        pane.show_document(document)
        pane.read()
    await until(lambda: desk.background.busy == 1)
    late.set()
    await desk.quiet()
    assert "The figures could not be read" not in words(pane)


@pytest.mark.parametrize(
    ("unit", "group", "value", "shown"),
    [
        ("ratio", "margins", ".4459", "44.59 %"),
        ("ratio", "liquidity", ".86731", "0.867"),
        ("money", "cash", "-61200000.4", "−61,200,000 USD"),
        ("money/share", "growth", "2.3099", "2.31 USD"),
        ("score", "scores", "6", "6"),
        ("score", "scores", "-2.7271", "−2.727"),
        ("days", "efficiency", "41.26", "41.3 days"),
        ("ratio", "margins", None, "–"),
    ],
)
def test_metrics_are_shown_in_the_form_of_their_kind(
    unit: str, group: str, value: str | None, shown: str
) -> None:
    number = None if value is None else Decimal(value)
    metric = MetricRecord("x", group, number, unit, "", "1")
    assert said.metric_value(metric, "USD") == shown


def test_days_and_numbers_that_are_not_there_are_said_in_words() -> None:
    assert said.span(None, None) == "not stated"
    assert said.span(date(2024, 1, 1), None) == "from 2024-01-01"
    assert said.number("no number") is None
