"""The rules read business prose: what moved, and whether that is good."""

import pytest

from worker_core.sentiment import rules
from worker_core.sentiment.findings import NEGATIVE, POSITIVE, Rule
from worker_core.sentiment.tokens import tokenize


def found(sentence: str) -> set[Rule]:
    return {hit.rule for hit in rules.apply(tokenize(sentence))}


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("Net sales rose by 4 %.", Rule.GOOD_MOVE),
        ("Losses fell in every region.", Rule.GOOD_MOVE),
        ("The net loss narrowed.", Rule.GOOD_MOVE),
        ("The net loss widened.", Rule.BAD_MOVE),
        ("Costs rose faster than planned.", Rule.BAD_MOVE),
        ("The company cut its dividend.", Rule.BAD_MOVE),
        ("Shares are up 3%.", Rule.GOOD_MOVE),
        ("Shares are down 3%.", Rule.BAD_MOVE),
        ("Revenue did not grow.", Rule.BAD_MOVE),
        ("Sales came to EUR 5.1 mn, from EUR 4.2 mn.", Rule.MORE_THAN_BEFORE),
        ("Sales came to EUR 4.2 mn compared with EUR 5.1 mn in 2009.", Rule.LESS_THAN_BEFORE),
        ("The loss was EUR 2 mn against EUR 3 mn.", Rule.MORE_THAN_BEFORE),
        ("Profit went from EUR 4 mn to EUR 5 mn.", Rule.MORE_THAN_BEFORE),
        ("The company swung to a loss.", Rule.TO_LOSS),
        ("It returned to profit.", Rule.TO_PROFIT),
        ("Profit was EUR 2 mn compared to a loss of EUR 1 mn.", Rule.TO_PROFIT),
        ("The loss was EUR 1 mn compared to a profit of EUR 2 mn.", Rule.TO_LOSS),
        ("Earnings beat estimates.", Rule.ABOVE_EXPECTED),
        ("Revenue missed the consensus.", Rule.BELOW_EXPECTED),
        ("Sales fell less than feared.", Rule.ABOVE_EXPECTED),
        ("It won an order from a shipyard.", Rule.ORDER_WON),
        ("The plant will lay off 40 people.", Rule.JOB_CUTS),
        ("The stock trades at +4.5%.", Rule.PLUS),
        ("The stock trades at -4.5%.", Rule.MINUS),
        ("Is it a buy?", Rule.QUESTION),
    ],
)
def test_a_sentence_is_read_for_what_moved_and_which_way(sentence: str, rule: Rule) -> None:
    assert rule in found(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The office is in Turku.",
        "In 2007 and 2008 the unit had sales of EUR 17 mn.",
        "The board has seven members.",
    ],
)
def test_a_sentence_in_which_nothing_moves_is_no_news(sentence: str) -> None:
    assert not found(sentence) & (POSITIVE | NEGATIVE)


def test_a_fall_that_was_feared_is_not_counted_as_a_fall_again() -> None:
    assert Rule.BAD_MOVE not in found("Sales fell less than feared.")


def test_names_links_and_cashtags_are_left_out() -> None:
    tokens = tokenize("$AAPL up 2% @someone #stocks https://example.com/a?b=c now")
    assert tokens.words == ["up", "<%>", "now"]


def test_numbers_keep_their_value_and_years_have_none() -> None:
    tokens = tokenize("In 2007, sales were EUR 1,250.5 mn, Rs 3 crore and 12 per cent.")
    assert list(tokens.values.values()) == [1250.5e6, 3e7, 12.0]
    assert "<y>" in tokens.words


def test_tokens_point_to_their_places() -> None:
    sentence = "Sales rose 4.5% – to €2 million."
    tokens = tokenize(sentence)
    assert [sentence[a:b] for a, b in zip(tokens.starts, tokens.ends, strict=True)] == [
        "Sales", "rose", "4.5%", "to", "€2 million", ".",
    ]  # fmt: skip
