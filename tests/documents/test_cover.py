"""What a document states about itself on its first page."""

from datetime import date

import pytest

from worker_core.documents.cover import cover_facts
from worker_core.documents.dates import first_date
from worker_core.documents.model import Cover

TEN_K = """\
UNITED STATES
SECURITIES AND EXCHANGE COMMISSION
Washington, D.C. 20549
FORM 10-K
[X] ANNUAL REPORT PURSUANT TO SECTION 13 OR 15(d) OF THE SECURITIES EXCHANGE ACT OF 1934
For the fiscal year ended June 30, 1999.
MEDICIS PHARMACEUTICAL CORPORATION
_______________________
(Exact name of registrant as specified in its charter)
Delaware\t52-1574808
Title of each class\tTrading Symbol(s)\tName of each exchange on which registered
Class A Common Stock, $0.014 par value\tMRX\tNew York Stock Exchange
1.875% Notes due 2026\tMRX26\tNew York Stock Exchange
"""


def test_a_cover_page_states_form_company_ticker_and_period() -> None:
    assert cover_facts(TEN_K) == Cover(
        "10-K", "MEDICIS PHARMACEUTICAL CORPORATION", "MRX", date(1999, 6, 30)
    )


def test_an_event_is_dated_by_its_earliest_event_and_not_by_its_signature() -> None:
    text = """FORM 8-K
CURRENT REPORT
Date of Report (Date of earliest event reported): August 16, 2023
COSTCO WHOLESALE CORPORATION
(Exact name of registrant as specified in its charter)
Title of each class Trading Symbol(s) Name of each exchange on which registered
Common Stock, par value $.005 per share COST NASDAQ
Date: August 17, 2023"""
    assert cover_facts(text) == Cover(
        "8-K", "COSTCO WHOLESALE CORPORATION", "COST", date(2023, 8, 16)
    )


SIGNED = "SIGNATURES\nPursuant to the requirements of the Securities Exchange Act of 1934, …\n"


@pytest.mark.parametrize(
    "below",
    [
        "Date: March 3, 2024\tAcme Corp.",
        "ACME CORP.\nBy: /s/ A. Person\nDated:  March 3, 2024",
        "ACME CORP.\nMarch 3, 2024\t/s/ A. Person",
        "Dated as of March 3, 2024",
        "Date: January 5, 1970\nDate: 3/3/24",
    ],
)
def test_a_filing_that_does_not_say_when_it_was_filed_was_filed_when_signed(below: str) -> None:
    text = f"FORM 10-K\nFor the fiscal year ended December 31, 2023\nItem 1. Business\n{SIGNED}"
    assert cover_facts(text + below).filing_date == date(2024, 3, 3)


def test_a_date_of_filing_that_is_stated_wins_over_that_of_the_signature() -> None:
    text = (
        "As filed with the Securities and Exchange Commission on March 8, 2024\nFORM 10-K\n"
        f"For the fiscal year ended December 31, 2023\n{SIGNED}Date: March 3, 2024"
    )
    assert cover_facts(text).filing_date == date(2024, 3, 8)


def test_no_filing_date_is_made_of_a_date_that_cannot_be_one() -> None:
    text = f"FORM 10-K\nFor the fiscal year ended December 31, 2023\n{SIGNED}Date: March 3, 1999"
    assert cover_facts(text).filing_date is None
    assert cover_facts(f"Net sales rose.\n{SIGNED}Date: March 3, 2024").filing_date is None


def test_an_amendment_may_be_named_on_the_next_line() -> None:
    assert cover_facts("FORM 10-K\n(Amendment No. 1)\nAcme").form_type == "10-K/A"


@pytest.mark.parametrize(
    ("cover", "form"),
    [
        ("ANNUAL REPORT PURSUANT TO\nSECTION 13 OR 15(d)\nfor fiscal year ended 12/31/96", "10-K"),
        ("Form 10-K (Mark One) ☒ ANNUAL REPORT PURSUANT TO SECTIONS 13 OR 15(d)", "10-K"),
        ("F O R M  10 - K\nAnnual report under Section 13", "10-K"),
        ("QUARTERLY REPORT UNDER\nSECTION 13 OR 15(D)", "10-Q"),
    ],
)
def test_the_form_is_told_from_what_the_report_is_called(cover: str, form: str) -> None:
    found = cover_facts(f"{cover}\nExact name of registrant in its charter: ACME CORP\nDelaware")
    assert (found.form_type, found.company) == (form, "ACME CORP")


def test_a_reports_title_is_no_companys_name() -> None:
    assert cover_facts("Annual report of the year\nNet sales rose.").company is None


def test_a_headline_names_the_company_of_a_release() -> None:
    text = """Amcor reports fiscal 2023 results
Twelve months ended June 30, 2022\tTwelve months ended June 30, 2023
Amcor plc is a packager. NYSE: AMCR; ASX: AMC"""
    assert cover_facts(text) == Cover(None, "Amcor plc", "AMCR", date(2023, 6, 30))


def test_a_filing_without_a_table_of_securities_names_its_symbol_in_words() -> None:
    text = "FORM 10-K\nAcme Corp.\nOur stock trades on the NYSE under the symbol “ACM”."
    assert cover_facts(text).ticker == "ACM"


def test_a_date_may_stand_above_its_label() -> None:
    text = "FORM 8-K\nMarch 5, 2009\nDate of Report (Date of earliest event reported)\nAcme"
    assert cover_facts(text).period == date(2009, 3, 5)


def test_a_press_release_states_the_company_by_its_listing() -> None:
    text = """Exhibit 99.1
KEARNEY, NE -- (BUSINESS WIRE) -- The Buckle, Inc. (NYSE: BKE) announced today that net income
for the fiscal quarter ended November 2, 2024 was $44.2 million."""
    assert cover_facts(text) == Cover("EX-99.1", "The Buckle, Inc.", "BKE", date(2024, 11, 2))


def test_what_is_not_stated_is_none() -> None:
    assert cover_facts("Dear shareholders, this was a good year. See our Form 10-K.") == Cover()


@pytest.mark.parametrize(
    ("line", "form"),
    [
        ("FORM 10-K/A", "10-K/A"),
        ("Form 10-K405", "10-K405"),
        ("FORM 10-KSB", "10-KSB"),
        ("FORM8-K", "8-K"),
        ("Form 10-Q", "10-Q"),
        ("FORM 10-K (Amendment No. 1)", "10-K/A"),
        ("QUARTERLY REPORT PURSUANT TO SECTION 13 OR 15(d)", "10-Q"),
        ("We file reports on Form 10-K with the commission.", None),
    ],
)
def test_the_form_is_what_the_cover_calls_it(line: str, form: str | None) -> None:
    text = f"SECURITIES AND EXCHANGE COMMISSION\n{line}\n" if form else line
    assert cover_facts(text).form_type == form


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("September 28, 2024", date(2024, 9, 28)),
        ("SEPT. 28 2024", date(2024, 9, 28)),
        ("28 September 2024", date(2024, 9, 28)),
        ("2024-09-28", date(2024, 9, 28)),
        ("9/28/2024", date(2024, 9, 28)),
        ("20240928", date(2024, 9, 28)),
        ("February 30, 2024", None),
        ("May 5, 9999", None),
        ("in the year 2024", None),
    ],
)
def test_dates_are_read_in_the_ways_that_filings_write_them(text: str, day: date | None) -> None:
    assert first_date(text) == day
