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
        ("Margins will be subject to downward pressure.", Rule.BAD_EVENT),
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
        ("Cash flow was EUR 2.9 mn , compared to a negative EUR 6.6 mn .", Rule.TO_PROFIT),
        ("Cash flow was EUR -1.3 mn , down from EUR 5.1 mn .", Rule.TO_LOSS),
        ("EBIT was EUR 1.2 mn against a loss of EUR 0.3 mn .", Rule.TO_PROFIT),
        (
            "The loss before tax was USD 52 mn against a loss of USD 31 mn .",
            Rule.LESS_THAN_BEFORE,
        ),
        ("Loss for the quarter widened to EUR 8.3 mn .", Rule.BAD_MOVE),
        ("Profit in the quarter fell 3 % .", Rule.BAD_MOVE),
        ("It was a strong quarter .", Rule.GOOD_MOVE),
        ("Bankruptcies among its customers rose .", Rule.BAD_MOVE),
        ("The price of raw materials rose .", Rule.BAD_MOVE),
        ("Sales of machines rose .", Rule.GOOD_MOVE),
        ("Operating profit was EUR 11 mn , up 4 % .", Rule.GOOD_MOVE),
        ("Operating profit was EUR 8.0 mn ( EUR 11.9 mn ) .", Rule.LESS_THAN_BEFORE),
        ("EPS rose to EUR3 .68 from EUR0 .50 .", Rule.MORE_THAN_BEFORE),
        ("The result was a loss of EUR 25 mn .", Rule.AT_A_LOSS),
        ("The headcount reduction concerns 50 people .", Rule.JOB_CUTS),
        ("Operating profit was EUR 2.3 mn .", Rule.LEVEL),
        ("The fund's holding decreased to 4.97 % of the votes .", Rule.UNDECIDED),
        ("Loss per share narrowed to EUR 0.12 against EUR 0.34 .", Rule.MORE_THAN_BEFORE),
        ("Loss a share was EUR 0.21 against earnings per share of EUR 0.08 .", Rule.TO_LOSS),
        ("Sales were smaller , 9 % less than in the year before .", Rule.BAD_MOVE),
        ("Turnover was EUR 58 mn , which is 9 % less than a year earlier .", Rule.BAD_MOVE),
        ("Net sales were EUR 80 mn , representing a decrease of 6 % .", Rule.BAD_MOVE),
        ("Costs were EUR 80 mn , representing a decrease of 6 % .", Rule.GOOD_MOVE),
        ("Growth in the quarter was a negative 3.1 % .", Rule.MINUS),
        ("Comparable growth came to minus 4 % .", Rule.MINUS),
        ("The result was a negative EUR 3.4 mn .", Rule.AT_A_LOSS),
        ("The share capital was increased to EUR 12.4 mn .", Rule.UNDECIDED),
        ("The number of shares rose to 24,880,120 .", Rule.UNDECIDED),
        ("The talks do not lead to redundancies .", Rule.DENIED_BAD),
        ("The mill avoided layoffs .", Rule.DENIED_BAD),
        ("The chain opens two stores in Wales .", Rule.GROWTH_STEP),
        ("A port authority has selected Vantaro to supply its cranes .", Rule.CHOSEN),
        ("The two have formed a joint venture .", Rule.TOGETHER),
        ("The device saves fuel .", Rule.BENEFIT),
        ("It launches a radio for divers .", Rule.NOVELTY),
        ("Sales were SEK 12 mn ( USD 1.8 mn ) , against SEK 10 mn .", Rule.MORE_THAN_BEFORE),
        ("Sales were 7 mn kroons EUR 2 mn , against 6 mn .", Rule.MORE_THAN_BEFORE),
        ("The order book was EUR 31 mn on June 30 , 2008 , up by 4 % .", Rule.GOOD_MOVE),
        ("The order book at the end of June was 4 % up .", Rule.GOOD_MOVE),
        ("The season went very well .", Rule.GOOD_EVENT),
        ("The number of clerks will be reduced by 12 .", Rule.JOB_CUTS),
        ("Some of the personnel reductions are over .", Rule.JOB_CUTS),
        ("The launch was put off .", Rule.BAD_EVENT),
        ("The firm lost USD 5 mn in May .", Rule.AT_A_LOSS),
        ("It made a profit of USD 3 mn , having lost USD 5 mn .", Rule.TO_PROFIT),
        ("The debt of the city was downgraded .", Rule.BAD_MOVE),
        ("Demand for cranes dried up .", Rule.BAD_MOVE),
        ("The bank has to write off a loan .", Rule.BAD_EVENT),
        ("It has not had a single accident .", Rule.DENIED_BAD),
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
        "The branch is open from 10 am to 4.30 pm.",
        "The order was worth EUR 5 mn (USD 6.4 mn).",
        "The holding rose to 5.2 % of the shares and votes.",
        "The company delivers 5 lifts for the hotel.",
        "Net sales were EUR 2.2 bn.",
        "The navy extended the contract for repairs.",
        "More than 4,000 customers use the service.",
        "The number of shares rose to 24,880,120.",
        "The talks do not lead to redundancies.",
        "The number of the bank's own shares rose to 44,210.",
        "The chain sells tools at low prices.",
        "The fund lowered its stake to 9.6 % from 10.4 %.",
        "The bond falls due in May.",
        "The price is made up of cash and shares.",
    ],
)
def test_a_sentence_in_which_nothing_moves_is_no_news(sentence: str) -> None:
    assert not found(sentence) & (POSITIVE | NEGATIVE)


def test_a_fall_that_was_feared_is_not_counted_as_a_fall_again() -> None:
    assert Rule.BAD_MOVE not in found("Sales fell less than feared.")


def test_a_well_that_joins_or_describes_is_no_praise() -> None:
    assert Rule.GOOD_EVENT not in found("Pumps were shown as well .")
    assert Rule.GOOD_EVENT not in found("A well was drilled .")


def test_the_cost_of_staff_that_was_cut_is_no_cut_of_staff() -> None:
    assert Rule.JOB_CUTS not in found("Personnel expenses were cut by 3 % .")


def test_a_denied_step_is_no_step() -> None:
    assert Rule.GROWTH_STEP not in found("The chain will not open new stores .")


def test_inflation_below_zero_is_no_fall_of_a_figure_that_should_rise() -> None:
    assert Rule.MINUS not in found("Inflation was minus 0.3 % .")


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


def test_a_fall_into_a_loss_is_not_counted_as_a_loss_that_fell() -> None:
    hits = found("The company slipped to an operating loss of EUR 2.6 mn.")
    assert Rule.TO_LOSS in hits
    assert Rule.GOOD_MOVE not in hits


def test_the_possessive_is_left_out_however_it_is_written() -> None:
    apart = tokenize("Kivimaa 's sales in S&P 's index can't fall.").words
    assert apart == tokenize("Kivimaa's sales in S&P’s index can't fall.").words
    assert apart == ["kivimaa", "sales", "in", "s&p", "index", "can't", "fall", "."]
