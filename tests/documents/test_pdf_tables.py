"""Tables on chosen pages of a PDF."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from worker_core import documents
from worker_core.documents import Limits, Runner
from worker_core.documents.runners import FreshInterpreters, Hosts

STATEMENT = [
    ("", "2024", "2023"),
    ("Net sales", "391,035", "383,285"),
    ("Cost of sales", "(210,352)", "(214,137)"),
    ("Gross margin", "180,683", "169,148"),
    ("Share of sales", "46.2%", ""),
]


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Two pages: prose, and a statement with its numbers flush right."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for line in range(20):
        canvas.drawString(60, 780 - 14 * line, "Net sales rose by five percent in the year 2024.")
    canvas.showPage()
    canvas.drawString(60, 790, "Statement of operations, in millions of dollars")
    for number, (label, *values) in enumerate(STATEMENT):
        canvas.drawString(60, 760 - 16 * number, label)
        for column, value in enumerate(values):
            canvas.drawRightString(350 + 90 * column, 760 - 16 * number, value)
    canvas.showPage()
    canvas.save()
    path = tmp_path / "report.pdf"
    path.write_bytes(buffer.getvalue())
    return path


@pytest.mark.parametrize("runner", [Hosts, FreshInterpreters])
def test_the_table_of_a_chosen_page_keeps_its_rows_and_columns(
    report: Path, runner: Callable[[], Runner]
) -> None:
    reading = runner()
    try:
        document = documents.parse(report, "report.pdf", Limits(), table_pages=[2], runner=reading)
    finally:
        reading.close()
    (table,) = document.tables
    assert table.page == 2
    assert table.rows == tuple(STATEMENT)


def test_prose_is_no_table(report: Path) -> None:
    assert documents.parse(report, "report.pdf", Limits(), table_pages=[1]).tables == ()


def test_without_chosen_pages_no_table_is_looked_for(report: Path) -> None:
    assert documents.parse(report, "report.pdf", Limits()).tables == ()


def test_a_page_that_is_not_there_is_said(report: Path) -> None:
    document = documents.parse(report, "report.pdf", Limits(), table_pages=[9])
    assert document.truncated == ("Page 9 was named for its tables, and there is no such page.",)


def test_a_real_release_has_its_statement_of_income(shared_data: Path) -> None:
    path = shared_data / "documents" / "AMCOR_2023Q4_EARNINGS.pdf"
    document = documents.parse(path, path.name, Limits(), table_pages=[8])
    rows = [row for table in document.tables for row in table.rows]
    assert ("Net sales", "3,909", "3,673", "14,544", "14,694") in rows
    assert ("Cost of sales", "(3,115)", "(2,951)", "(11,724)", "(11,969)") in rows
