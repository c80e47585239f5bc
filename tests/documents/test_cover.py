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
