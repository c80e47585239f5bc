"""A reported value is found where it stands in the text, or not at all."""

from decimal import Decimal
from pathlib import Path

import pytest

from worker_core import documents
from worker_core.documents.places import place_of

REAL = Path(__file__).parents[3] / "shared" / "data" / "documents"

PAGE = b"""<html><body>
<p>Revenue was <ix:nonFraction id="f-1" name="us-gaap:Revenues">1,204</ix:nonFraction> million,
against <ix:nonFraction id="f-2">1,100</ix:nonFraction> million.</p>
<table><tr><td>Cash</td><td>$</td><td><ix:nonFraction id="f-3">77</ix:nonFraction></td></tr>
<tr><td>Debt &amp; leases</td><td><ix:nonFraction id='f-4'>77</ix:nonFraction></td></tr></table>
<div style="display:none"><ix:nonFraction id="f-5">99</ix:nonFraction></div></body></html>"""
TEXT = "Revenue was 1,204 million, against 1,100 million.\nCash\t$77\nDebt & leases\t77\n"
SHEETS = "Balance sheet\nCash\t120\t110\nOther\t5\nIncome\nCash\t9\nOther\t5\nOther\t7570\n"


def found(source: str, text: str = TEXT, data: bytes = PAGE) -> str | None:
    place = place_of(text, source, None, None, data)
    return None if place is None else text[slice(*place)]


@pytest.mark.parametrize(
    ("source", "start"),
    [("#f-1", TEXT.index("1,204")), ("#f-2", TEXT.index("1,100"))],
)
def test_a_tagged_value_is_found_in_its_sentence(source: str, start: int) -> None:
    assert place_of(TEXT, source, None, None, PAGE) == (start, start + 5)


def test_equal_values_are_told_apart_by_the_words_around_them() -> None:
    cash, debt = TEXT.index("77"), TEXT.rindex("77")
    assert place_of(TEXT, "#f-3", None, None, PAGE) == (cash, cash + 2)
    assert place_of(TEXT, "#f-4", None, None, PAGE) == (debt, debt + 2)


@pytest.mark.parametrize(
    "source", ["#f-5", "#f-6", "#", "#f-1)(", "line 0", "line 99", "0001-24", ""]
)
def test_what_is_hidden_or_not_there_has_no_place(source: str) -> None:
    assert found(source) is None


def test_a_line_of_a_file_is_the_row_of_the_text() -> None:
    data = b'tag,value\nAssets,"1,000"\n\nCash,7\n'
    text = "tag\tvalue\nAssets\t1,000\nCash\t7"
    assert found("line 4", text, data) == "Cash\t7"
    assert found("line 2", text, data) == "Assets\t1,000"


def test_two_lines_that_say_the_same_are_not_guessed_between() -> None:
    assert found("line 1", "Cash\t7\nCash\t7", b"Cash,7\nCash,7\n") is None


@pytest.mark.parametrize(
    ("source", "label", "value", "row"),
    [
        ("Balance sheet!B2", "Cash", "120000000", "Cash\t120\t110"),
        ("Income!B2", "Cash", "9", "Cash\t9"),
        ("Income!B4", "Other", "7570", "Other\t7570"),
        ("Income!B4", "Other", "8", None),
        ("Cash flow!B4", "Other", "5", None),
    ],
)
def test_a_cell_is_found_by_its_sheet_its_label_and_its_number(
    source: str, label: str, value: str, row: str | None
) -> None:
    place = place_of(SHEETS, source, label, Decimal(value), b"")
    assert (None if place is None else SHEETS[slice(*place)]) == row


def test_an_endless_tag_and_a_page_of_tags_end_soon() -> None:
    assert found("#f-1", TEXT, b'<a id="f-1"' + b"<" * 200_000) is None
    assert found("#f-1", TEXT, b"<a " * 100_000 + b'<b id="f-1">7</b>') is None


@pytest.mark.skipif(not REAL.is_dir(), reason="the shared filings are not here")
@pytest.mark.slow
def test_the_values_of_a_real_filing_are_found_where_they_are_printed() -> None:
    file = REAL / "10K_AAPL_2024.html"
    try:
        parsed = documents.parse(file, file.name, documents.Limits())
    finally:
        documents.close()
    numbers = [(f, f.value) for f in parsed.facts if f.value and f.unit == "USD"][::40]
    data, found = file.read_bytes(), 0
    for fact, value in numbers:
        place = place_of(parsed.text, fact.source, fact.label, value, data)
        if place is None:
            continue
        found += 1
        printed = parsed.text[slice(*place)].replace(",", "").replace(".", "")
        assert f"{abs(value):f}".strip("0").startswith(printed.strip("0")[:3])
    assert found >= 0.9 * len(numbers) > 0
