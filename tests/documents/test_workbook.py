"""Excel workbooks, new and old, and what is made to harm their readers."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA

import pytest

from tests.documents.builders import Value, damaged, old_workbook, rows, workbook, zipped
from worker_core.documents import DocumentError, Limits, ParsedDocument

Drop = Callable[..., ParsedDocument]
Refusal = Callable[..., DocumentError]

INCOME: list[list[Value]] = [
    ["INCOME STATEMENT - USD ($) shares in Thousands, $ in Millions", "12 Months Ended", None],
    [None, "Dec. 31, 2024", "Dec. 31, 2023"],
    ["Net sales", 391035, 383285],
    ["Cost of sales", 210352, 214137],
    ["Diluted (in dollars per share)", 6.08, 6.13],
    ["Diluted (in shares)", 15408095, 15812547],
]
BALANCE: list[list[Value]] = [
    ["BALANCE SHEETS - USD ($) $ in Millions", "Dec. 31, 2024", "Dec. 31, 2023"],
    ["Total assets", 364980, 352583],
]
COVER: list[list[Value]] = [
    ["Cover Page", "12 Months Ended"],
    [None, "Dec. 31, 2024"],
    ["Document Type", "10-K"],
    ["Entity Registrant Name", "Apple Inc."],
    ["Trading Symbol", "AAPL"],
    ["Document Period End Date", "Dec. 31, 2024"],
]


def test_a_report_in_sheets_gives_its_text_its_facts_and_its_company(drop: Drop) -> None:
    document = drop(
        "report.xlsx",
        workbook({"Cover Page": rows(COVER), "Income": rows(INCOME), "Balance": rows(BALANCE)}),
    )
    assert "Net sales\t391035\t383285" in document.text.split("\n")
    assert (document.form_type, document.company, document.ticker, document.period) == (
        "10-K", "Apple Inc.", "AAPL", date(2024, 12, 31),
    )  # fmt: skip
    facts = {(fact.concept, fact.end): fact for fact in document.facts}
    sales = facts["label:Net sales", date(2023, 12, 31)]
    assert sales.value == Decimal(383_285_000_000)
    assert (sales.unit, sales.start, sales.source) == ("USD", date(2023, 1, 1), "Income!C3")
    assert facts["label:Total assets", date(2024, 12, 31)].start is None
    per_share = facts["label:Diluted (in dollars per share)", date(2024, 12, 31)]
    assert (per_share.value, per_share.unit) == (Decimal("6.08"), "USD/shares")
    shares = facts["label:Diluted (in shares)", date(2024, 12, 31)]
    assert (shares.value, shares.unit) == (Decimal(15_408_095_000), "shares")


def test_the_old_format_is_read_as_the_new_one_is(drop: Drop) -> None:
    new = drop("report.xlsx", workbook({"Old": rows(INCOME)}))
    old = drop("report.xls", old_workbook(INCOME))
    assert old.mime == "application/vnd.ms-excel"
    assert old.text == new.text
    assert old.facts == new.facts


def test_an_old_workbook_with_a_password_is_encrypted(refusal: Refusal) -> None:
    assert refusal("report.xls", old_workbook(INCOME, protected=True)).code == "encrypted"


def test_an_old_workbook_cut_in_the_middle_is_damaged(refusal: Refusal) -> None:
    assert refusal("report.xls", old_workbook(INCOME)[:1200]).code == "damaged"


def test_dates_are_told_from_numbers_by_their_style(drop: Drop) -> None:
    styles = (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts>'
        '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
        '<numFmt numFmtId="165" formatCode="&quot;day&quot; 0"/></numFmts><cellXfs>'
        '<xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="14"/>'
        "</cellXfs></styleSheet>"
    )
    cells = "".join(f'<c r="{letter}1" s="{n}"><v>45657</v></c>' for n, letter in enumerate("ABCD"))
    document = drop("dates.xlsx", workbook({"S": f'<row r="1">{cells}</row>'}, styles=styles))
    assert document.text.split("\n")[1] == "45657\t2024-12-31\t45657\t2024-12-31"


def test_shared_text_is_put_together_without_its_reading_aids(drop: Drop) -> None:
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><r><t>Net </t>'
        "</r><r><t>sales</t></r><rPh><t>aid</t></rPh></si></sst>"
    )
    cells = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>99</v></c></row>'
    document = drop("shared.xlsx", workbook({"S": cells}, sharedStrings=strings))
    assert document.text.split("\n") == ["S", "Net sales"]


def test_formulas_are_not_computed(drop: Drop) -> None:
    cells = (
        '<row r="1"><c r="A1"><f>WEBSERVICE("http://example.org/")</f><v>7</v></c>'
        '<c r="B1"><f>1+1</f></c></row>'
    )
    assert drop("model.xlsx", workbook({"S": cells})).text.split("\n") == ["S", "7"]


def test_two_cells_at_opposite_corners_cost_nothing(drop: Drop) -> None:
    cells = (
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    )
    assert drop("sparse.xlsx", workbook({"S": cells})).text.split("\n") == ["S", "1", "2"]


def test_a_sheet_that_lies_about_its_size_is_read_whole(drop: Drop) -> None:
    lie = '<dimension ref="A1"/>'
    document = drop("lie.xlsx", workbook({"S": rows([[n] for n in range(2000)])}, dimension=lie))
    assert document.text.split("\n")[-1] == "1999"


def test_cells_beyond_the_limit_are_left_out_and_said_to_be(drop: Drop) -> None:
    table = rows([[n, n] for n in range(100)])
    document = drop("long.xlsx", workbook({"S": table}), Limits(max_cells=50))
    assert len(document.text.split("\n")) == 26
    assert document.truncated == ("Only the first 50 cells were kept.",)


def test_one_long_text_repeated_in_every_cell_stops_at_the_characters_kept(drop: Drop) -> None:
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
        f"{'x' * 30_000}</t></si></sst>"
    )
    table = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 3000))
    limits = Limits(max_characters=1_000_000)
    document = drop("bomb.xlsx", workbook({"S": table}, sharedStrings=strings), limits)
    assert len(document.text) <= 1_000_000
    assert document.truncated == ("Only the first 1,000,000 characters were kept.",)


def test_entities_that_multiply_are_not_expanded(refusal: Refusal) -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    members = {
        "xl/workbook.xml": f"{laughs}<workbook>&b;</workbook>",
        "xl/_rels/workbook.xml.rels": "<Relationships/>",
    }
    assert refusal("laughs.xlsx", zipped(members)).code == "damaged"


@pytest.mark.parametrize("packing", [ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA])
def test_a_workbook_whose_packed_parts_are_damaged_says_so(refusal: Refusal, packing: int) -> None:
    rows_of = "".join(f'<row r="{n}"><c><v>{n * n}</v></c></row>' for n in range(1, 500))
    members = {
        "xl/workbook.xml": f"<workbook>{rows_of}</workbook>",
        "xl/_rels/workbook.xml.rels": "<Relationships/>",
    }
    found = refusal("cut.xlsx", damaged(zipped(members, packing), "xl/workbook.xml"))
    assert found.code == "damaged"


def test_a_sheet_named_outside_the_archive_is_not_looked_for(refusal: Refusal) -> None:
    members = {
        "xl/workbook.xml": (
            '<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
            '<sheets><sheet name="S" r:id="r1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            '<Relationships><Relationship Id="r1" Target="../../../../etc/passwd"/></Relationships>'
        ),
    }
    assert refusal("outside.xlsx", zipped(members)).code == "damaged"


@pytest.mark.parametrize("stored", ["1e999", "nan", "-", "9" * 400])
def test_a_number_that_is_none_leaves_its_cell_empty(drop: Drop, stored: str) -> None:
    cells = f'<row r="1"><c r="A1"><v>{stored}</v></c><c r="B1"><v>5</v></c></row>'
    assert drop("odd.xlsx", workbook({"S": cells})).text.split("\n") == ["S", "5"]
