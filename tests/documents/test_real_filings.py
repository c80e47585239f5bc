"""Real filings through the sandbox, as a worker reads them."""

import json
import re
import textwrap
from collections.abc import Iterator
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from worker_core import documents
from worker_core.documents import Limits, ParsedDocument


@pytest.fixture
def folder(shared_data: Path) -> Path:
    return shared_data / "documents"


def parse(path: Path) -> ParsedDocument:
    return documents.parse(path, path.name, Limits())


MODERN = "1 1A 1B 1C 2 3 4 5 6 7 7A 8 9 9A 9B 9C 10 11 12 13 14 15 16".split()  # noqa: SIM905 - reads as the form counts


@pytest.mark.parametrize(
    ("name", "company", "ticker", "period", "numbers"),
    [
        ("10K_AAPL_2024.html", "Apple Inc.", "AAPL", date(2024, 9, 28), MODERN),
        ("10K_KO_2023.html", "COCA COLA CO", "KO", date(2023, 12, 31), MODERN),
        (
            "10K_1999_0000950153-99-001234.html",
            "MEDICIS PHARMACEUTICAL CORPORATION",
            None,
            date(1999, 6, 30),
            "1 2 3 4 5 6 7 7A 8 9 10 11 12 13 14".split(),  # noqa: SIM905 - as above
        ),
    ],
)
def test_a_10_k_has_all_its_items(
    folder: Path, name: str, company: str, ticker: str | None, period: date, numbers: list[str]
) -> None:
    document = parse(folder / name)
    assert [section.name for section in document.sections] == [f"Item {n}" for n in numbers]
    assert (document.form_type, document.company) == ("10-K", company)
    assert (document.ticker, document.period) == (ticker, period)
    assert document.truncated == ()
    risks = {section.name: section for section in document.sections}
    longest = max(document.sections, key=lambda section: section.end - section.start)
    assert longest.name in {"Item 1", "Item 1A", "Item 8"}
    assert risks["Item 11"].by_reference


@pytest.mark.parametrize(
    ("name", "ticker", "second_part"),
    [
        ("10Q_NVDA_2023.html", "NVDA", ["1", "1A", "2", "5", "6"]),
        ("10Q_XOM_2023.html", "XOM", ["1", "2", "5", "6"]),
    ],
)
def test_a_10_q_has_the_items_of_both_parts(
    folder: Path, name: str, ticker: str, second_part: list[str]
) -> None:
    document = parse(folder / name)
    assert [section.name for section in document.sections] == [
        *(f"Part I Item {n}" for n in "1234"),
        *(f"Part II Item {n}" for n in second_part),
    ]
    assert document.ticker == ticker
    assert all(document.sections[at].end - document.sections[at].start > 30_000 for at in (0, 1))


def expected_items(folder: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    for truth in sorted(folder.glob("*_8K_*.json")):
        facts = json.loads(truth.read_text("utf-8"))
        items = {
            key.replace("item_", "Item "): text
            for key, text in facts.items()
            if key.startswith("item_") and text
        }
        yield folder / facts["filename"], items


def test_8_ks_have_the_items_that_others_found_in_them(folder: Path) -> None:
    for path, items in expected_items(folder):
        document = parse(path)
        assert {section.name for section in document.sections} == items.keys()
        for section in document.sections:
            found = " ".join(document.text[section.start : section.end].split())
            wanted = " ".join(items[section.name].split())
            assert SequenceMatcher(None, found[: len(wanted)], wanted).ratio() > 0.8


@pytest.mark.parametrize(
    ("name", "pages", "company", "ticker"),
    [
        ("JPMORGAN_2022Q1_10Q.pdf", 181, "JPMorgan Chase & Co.", "JPM"),
        ("COSTCO_2023_8K_dated-2023-08-16.pdf", 3, "COSTCO WHOLESALE CORPORATION", "COST"),
        ("EBAY_2023Q1_EARNINGS.pdf", 15, "eBay Inc.", "EBAY"),
    ],
)
def test_a_pdf_states_its_company(
    folder: Path, name: str, pages: int, company: str, ticker: str
) -> None:
    document = parse(folder / name)
    assert (document.pages, document.company, document.ticker) == (pages, company, ticker)


_HEADING = re.compile(r"^((?:part [IV]+[,.]? +)?item )(\d{1,2}[ABC]?)\.?(.*)$", re.I | re.M)


@pytest.mark.parametrize(
    "name", ["10K_AAPL_2024.html", "10K_1999_0000950153-99-001234.html", "10Q_XOM_2023.html"]
)
def test_a_filing_typed_in_other_ways_has_the_same_items(
    folder: Path, tmp_path: Path, name: str
) -> None:
    document = parse(folder / name)
    lines = document.text.split("\n")
    typed = {
        "capitals": _HEADING.sub(lambda found: found[0].upper(), document.text),
        "colon": _HEADING.sub(r"\1\2:\3", document.text),
        "dash": _HEADING.sub(r"\1\2 –\3", document.text),
        "title below": _HEADING.sub(r"\1\2.\n\3", document.text),
        "continued": _HEADING.sub(r"\1\2.\3 (continued)", document.text),
        "wrapped": "\n".join(textwrap.fill(line, 78) for line in lines),
        "indented": textwrap.indent(document.text, "     "),
        "paged": "\n\n37\nTable of Contents\n".join(
            "\n".join(lines[start : start + 40]) for start in range(0, len(lines), 40)
        ),
    }
    expected = [item for section in document.sections for item in section.items]
    for how, text in typed.items():
        path = tmp_path / "typed.txt"
        path.write_text(text, "utf-8")
        found = parse(path)
        assert [item for section in found.sections for item in section.items] == expected, how


def test_the_contents_of_a_filing_are_not_taken_for_its_items(folder: Path) -> None:
    document = parse(folder / "JPMORGAN_2022Q1_10Q.pdf")
    first = {section.name: section for section in document.sections[:4]}
    assert list(first) == [f"Part I Item {number}" for number in (1, 2, 3, 4)]
    # Its pages number the first two nowhere but in the contents.
    assert [section.by_reference for section in first.values()] == [True, True, False, False]


def test_lost_ligatures_are_put_back(folder: Path) -> None:
    text = parse(folder / "EBAY_2023Q1_EARNINGS.pdf").text
    assert "today reported financial results for its first quarter" in text
    assert "\ufffe" not in text


def test_a_word_filing_gives_its_item(folder: Path) -> None:
    document = parse(folder / "Oracle.8-K.docx")
    assert [section.name for section in document.sections] == ["Item 5.07"]
    assert (document.form_type, document.ticker) == ("8-K", "ORCL")


def test_tagged_values_are_those_that_another_reader_found(folder: Path) -> None:
    """The other one leaves out typed dimensions and keeps roundings, hence not quite all."""

    def values(name: str) -> set[tuple[object, ...]]:
        return {
            (fact.concept, fact.value, fact.start, fact.end, frozenset(fact.dimensions))
            for fact in parse(folder / name).facts
            if fact.value is not None
        }

    ours, theirs = values("10K_AAPL_2024.html"), values("AAPL_FY2024_xbrl_facts.csv")
    assert len(ours & theirs) > 0.99 * len(theirs)


def test_a_financial_report_states_its_company(folder: Path) -> None:
    document = parse(folder / "AAPL_2025Q2_Financial_Report.xlsx")
    assert (document.form_type, document.company, document.ticker, document.period) == (
        "10-Q", "Apple Inc.", "AAPL", date(2025, 3, 29),
    )  # fmt: skip
    assert len(document.facts) > 500
