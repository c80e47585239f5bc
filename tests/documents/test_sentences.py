"""Sentences, and which of them are prose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker_core.documents import Limits, is_prose, is_short_statement, split_sentences, summarize
from worker_core.sentiment import score_document


def split(text: str) -> list[str]:
    return [sentence.text for sentence in split_sentences(text, 1000)]


def test_abbreviations_and_initials_do_not_end_a_sentence() -> None:
    assert split(
        "Apple Inc. reported U.S. sales of $1.5 billion. Mr. Smith vs. J. P. Morgan said so. "
        "See Item No. 5 and Fig. 2. It closed at 5 p.m. We won!"
    ) == [
        "Apple Inc. reported U.S. sales of $1.5 billion.",
        "Mr. Smith vs. J. P. Morgan said so.",
        "See Item No. 5 and Fig. 2.",
        "It closed at 5 p.m.",
        "We won!",
    ]


def test_a_company_ends_a_sentence_where_a_new_one_begins() -> None:
    assert split("We sold Acme Corp. The deal closed.") == [
        "We sold Acme Corp.",
        "The deal closed.",
    ]


def test_lines_end_a_sentence_and_list_numbers_do_not() -> None:
    assert split("Outlook\n1. Sales will rise. Costs will not.") == [
        "Outlook", "1. Sales will rise.", "Costs will not.",
    ]  # fmt: skip


def test_no_more_sentences_are_made_than_asked_for() -> None:
    assert len(split_sentences("It rose. " * 50, 7)) == 7


@given(st.text(alphabet="aA. \n\t\"'1$()é€", max_size=300))
def test_every_sentence_stands_where_it_says_and_nothing_is_lost(text: str) -> None:
    sentences = split_sentences(text, 1000)
    for sentence in sentences:
        assert text[sentence.start : sentence.end] == sentence.text
    assert "".join("".join(s.text.split()) for s in sentences) == "".join(text.split())


@pytest.mark.parametrize(
    "piece", [".", "?!", ". ", '."', "1 to ", "a", "Item 1. ", "\t", "(", "  ."]
)
def test_text_made_of_one_piece_a_million_times_is_split_and_summarised(piece: str) -> None:
    """Each of these takes hours where an expression tries every way to match."""
    text = piece * (1_000_000 // len(piece))
    split_sentences(text, 20_000)
    summarize(f"It is what it was, and here it comes: {text}")
    score_document(text, [], Limits())


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("Net sales rose by 5% to $3,540 million in 2024.", True),
        ("• Average deposits were up 18% because of higher volumes in the year", True),
        ("Net sales\t391,035\t383,285", False),
        ("Net sales 3,393 3,540 4 (3)", False),
        ("Consolidated Statements of Cash Flows for the Years Ended", False),
        ("Item 7A.", False),
        ("Cupertino, California 95014", False),
    ],
)
def test_prose_is_told_from_rows_headings_and_labels(text: str, prose: bool) -> None:
    assert is_prose(text) is prose


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("The outlook was raised.", True),
        ("Margins improved strongly.", True),
        ("Net sales fell.", True),
        ("The outlook was raised again.", False),  # prose
        ("Controls and Procedures.", False),
        ("Not applicable.", False),
        ("See Note 3.", False),
        ("of the fair value.", False),
        ("Business” of this report.", False),
        ("The outlook was raised", False),
    ],
)
def test_a_short_sentence_that_states_something_is_told_from_headings_and_fragments(
    text: str, states: bool
) -> None:
    assert is_short_statement(text) is states


def test_short_statements_have_a_tone_of_their_own_in_a_document() -> None:
    text = "Margins improved strongly. Our auditors are named in the notes of the year below."
    found = score_document(text, [], Limits()).sentences
    assert (found[0].start, found[0].end) == (0, 26)
    assert found[0].label == "positive"
