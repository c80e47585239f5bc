"""Summaries quote what matters, with its place, and do not repeat themselves."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker_core.documents import summarize
from worker_core.documents.model import Sentence
from worker_core.documents.sections import find_sections
from worker_core.documents.summary import _against, _best

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


@pytest.mark.parametrize(
    "fragment",
    [
        "Management’s Discussion and Analysis of Financial Condition and Net Sales for 2024.",
        "In billions, except per share data and percentages Q2 2024 revenue guidance of $1.5",
        "As of or for the period ended in 2024, net revenue of $1.5 billion per share",
        "Shares used in computing diluted earnings per share for the second quarter:",
        "Adjusted EPS of $1.10 and revenue of $1.5 billion, in line with the guidance provided in",
        "• a decline in our revenues and earnings per share if customers leave us",
    ],
)
def test_titles_heads_of_tables_and_cut_lines_are_not_quoted(fragment: str) -> None:
    text = (
        f"{fragment}\nThe second quarter went as we had hoped, with net sales up in all of Europe."
    )
    (best,) = summarize(text, 1)
    assert best.text.startswith("The second quarter")


def test_what_a_figure_leaves_out_is_no_result() -> None:
    text = (
        "The adjusted earnings per share of $1.10 do not include the gain of the sale.\n"
        "Adjusted earnings per share increased to $1.05 in the second quarter."
    )
    (best,) = summarize(text, 1)
    assert best.text.startswith("Adjusted earnings per share increased")


def test_giving_the_sections_or_having_them_looked_for_is_the_same() -> None:
    text = f"FORM 10-K\nItem 1A. Risk Factors\n{CALL}Item 7. Management's Discussion\n{CALL}"
    assert summarize(text, 3, find_sections(text, "10-K")) == summarize(text, 3)


@given(
    st.lists(st.tuples(st.floats(-9, 9), st.sampled_from(CALL.splitlines())), max_size=40),
    st.integers(1, 10),
)
def test_the_best_are_the_same_as_if_all_had_been_looked_at(
    promising: list[tuple[float, str]], count: int
) -> None:
    sentences = [(promise, Sentence(text, at, at)) for at, (promise, text) in enumerate(promising)]
    scores = sorted((promise + _against(one.text) for promise, one in sentences), reverse=True)
    assert [score for score, _ in _best(sentences, count)] == scores[:count]


def test_a_filings_summary_holds_no_table_rows_and_no_cover_page(shared_data: Path) -> None:
    from worker_core.documents.html import read_html
    from worker_core.documents.model import Limits

    page = (shared_data / "documents" / "10Q_XOM_2023.html").read_bytes()
    chosen = [part.text for part in summarize(read_html(page, Limits()).text, 5)]
    assert len(chosen) == 5
    assert any("second-quarter 2023 earnings were $7.9 billion" in text for text in chosen)
    assert not any("\t" in text or "check mark" in text for text in chosen)
