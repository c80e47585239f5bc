"""Summaries quote what matters, with its place, and do not repeat themselves."""

from pathlib import Path

from worker_core.documents import summarize

CALL = """\
Good morning, and thank you all for joining us today.
Let me turn the call over to our chief executive for his remarks.
Total revenue for the second quarter was $1.5 billion, an increase of 7% over last year.
Adjusted earnings per share were $1.10, compared with $0.95 in the second quarter of last year.
We expect full year adjusted earnings per share in the range of $4.20 to $4.40.
Adjusted earnings per share were $1.10 in the second quarter, compared with $0.95 last year.
Our people worked hard in all parts of the world, and we are grateful for it.
These forward-looking statements are subject to risks, and actual results may differ.
"""


def test_results_and_outlook_are_chosen_before_thanks_and_disclaimers() -> None:
    chosen = [sentence.text for sentence in summarize(CALL, 3)]
    assert len(chosen) == 3
    assert any("revenue for the second quarter" in text for text in chosen)
    assert any("$4.20 to $4.40" in text for text in chosen)


def test_a_sentence_that_repeats_another_is_passed_over() -> None:
    chosen = [sentence.text for sentence in summarize(CALL, 3)]
    assert sum("$1.10" in text for text in chosen) == 1


def test_sentences_are_quoted_in_their_order_with_their_place() -> None:
    chosen = summarize(CALL, 4)
    assert [CALL[part.start : part.end] for part in chosen] == [part.text for part in chosen]
    assert [part.start for part in chosen] == sorted(part.start for part in chosen)


def test_management_speaks_before_the_risk_factors_and_the_cover_is_silent() -> None:
    filler = "The company sells products to customers in many markets. " * 30
    text = f"""FORM 10-K
Registrant's telephone number, including area code, is listed below for reference.
Item 1. Business
{filler}
Item 1A. Risk Factors
Net sales of $1.5 billion in fiscal 2024 could fall by 20% if customers turn to competitors.
{filler}
Item 7. Management's Discussion and Analysis
Net sales were $1.5 billion in fiscal 2024, up 7% from fiscal 2023.
{filler}
Item 8. Financial Statements and Supplementary Data
Net sales\t1,500\t1,400
{filler}"""
    (best,) = summarize(text, 1)
    assert best.text == "Net sales were $1.5 billion in fiscal 2024, up 7% from fiscal 2023."


def test_tables_alone_have_no_summary() -> None:
    assert summarize("Net sales\t1,500\t1,400\nNet income\t100\t90", 3) == []
    assert summarize("", 3) == []


def test_a_filings_summary_holds_no_table_rows_and_no_cover_page(shared_data: Path) -> None:
    from worker_core.documents.html import read_html
    from worker_core.documents.model import Limits

    page = (shared_data / "documents" / "10Q_XOM_2023.html").read_bytes()
    chosen = [part.text for part in summarize(read_html(page, Limits()).text, 5)]
    assert len(chosen) == 5
    assert any("second-quarter 2023 earnings were $7.9 billion" in text for text in chosen)
    assert not any("\t" in text or "check mark" in text for text in chosen)
