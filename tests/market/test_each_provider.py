"""What each source has of its own: its pages, its actions, its spelling."""

from datetime import date

import pytest

from tests.market.conftest import Reply, Source
from tests.market.recorded import END, START, alpaca, alpha_vantage, answers, make, polygon, tiingo
from worker_core.market.adjust import adjusted
from worker_core.market.providers import ProviderError
from worker_core.market.providers.protocol import BarsAnswer


def test_tiingos_splits_and_dividends_come_with_the_bars(source: Source) -> None:
    source.replies(
        tiingo("2024-01-02") + tiingo("2024-01-03", splitFactor=2.0, divCash=0.25, close=50.0)
    )
    (answer,) = answers(make("tiingo", source))
    assert [(one.kind, one.value, one.currency) for one in answer.actions] == [
        ("dividend", 0.25, "USD"),
        ("split", 2.0, ""),
    ]
    assert adjusted(answer.bars, answer.actions).close == pytest.approx([49.75, 50.0])


def test_a_class_of_shares_is_spelt_as_tiingo_spells_it(source: Source) -> None:
    source.replies([])
    (answer,) = answers(make("tiingo", source), "BRK.B")
    assert source.asked[0].path == "/tiingo/daily/BRK-B/prices"
    assert (answer.symbol, len(answer.bars), answer.problem) == ("BRK.B", 0, None)


def test_alpha_vantage_asks_for_all_when_the_short_answer_does_not_reach_back(
    source: Source,
) -> None:
    # A clock that stands in the past takes an old start for a recent one.
    provider = make("alpha_vantage", source)
    source.replies(alpha_vantage("2099-12-31"), alpha_vantage("2099-12-01", "2099-12-31"))
    (answer,) = provider.bars(["ABC"], date(2099, 12, 1), date(2099, 12, 31))
    assert [one.parameters["outputsize"] for one in source.asked] == ["compact", "full"]
    assert len(answer.bars) == 2


def test_alpha_vantages_actions_are_questions_of_their_own(source: Source) -> None:
    source.replies(
        {"symbol": "ABC", "data": [{"effective_date": "2024-01-10", "split_factor": "4.0000"}]},
        {
            "symbol": "ABC",
            "data": [
                {"ex_dividend_date": "2024-01-11", "amount": "0.24"},
                {"ex_dividend_date": "None", "amount": "0.25"},
                {"ex_dividend_date": "2020-01-11", "amount": "0.20"},
            ],
        },
    )
    (answer,) = make("alpha_vantage", source).actions(["ABC"], START, END)
    assert [(one.kind, one.value) for one in answer.actions] == [("split", 4.0), ("dividend", 0.24)]
    assert [one.parameters["function"] for one in source.asked] == ["SPLITS", "DIVIDENDS"]


def test_polygon_is_followed_from_page_to_page(source: Source) -> None:
    more = {"next_url": f"{source.url}/v2/aggs/next?cursor=abc"}
    source.replies(polygon(0, 1) | more, polygon(2))
    (answer,) = answers(make("polygon", source))
    assert [str(day) for day in answer.bars.dates] == ["2024-01-02", "2024-01-03", "2024-01-04"]
    first, second = source.asked
    assert first.parameters["adjusted"] == "false"
    assert (second.path, second.parameters) == ("/v2/aggs/next", {"cursor": "abc"})


@pytest.mark.parametrize(
    "second",
    [Reply(status=500), Reply(b'{"results": [{"t":'), Reply({"status": "ERROR", "error": "x"})],
)
def test_the_pages_before_a_broken_one_are_kept(source: Source, second: Reply) -> None:
    more = {"next_url": f"{source.url}/v2/next"}
    source.replies(polygon(0, 1) | more, second)
    found: list[BarsAnswer] = []
    try:
        found.extend(make("polygon", source).bars(["ABC"], START, END))
    except ProviderError as error:
        assert error.code == "unreachable"  # noqa: PT017 - which it is depends on the reply
    assert len(found[0].bars) == 2
    assert found[0].problem is not None


def test_pages_that_go_in_a_circle_end(source: Source) -> None:
    source.replies(polygon(0) | {"next_url": f"{source.url}/v2/again"})
    (answer,) = answers(make("polygon", source))
    assert answer.problem is not None
    assert "no end" in answer.problem.message
    assert len(source.asked) == 2


def test_polygons_actions_are_those_of_the_symbol_alone(source: Source) -> None:
    splits = [
        {"execution_date": "2024-01-10", "split_from": 1, "split_to": 20, "ticker": "ABC"},
        {"execution_date": "2024-01-10", "split_from": 1, "split_to": 3, "ticker": "XYZ"},
    ]
    cash = {"cash_amount": 0.5, "dividend_type": "CD", "ticker": "ABC", "currency": "USD"}
    dividends = [
        cash | {"ex_dividend_date": "2024-01-11"},
        cash | {"ex_dividend_date": "2024-01-11", "cash_amount": 1.5},
    ]
    source.replies({"results": splits, "status": "OK"}, {"results": dividends, "status": "OK"})
    (answer,) = make("polygon", source).actions(["ABC"], START, END)
    assert [(one.kind, one.value) for one in answer.actions] == [("split", 20.0), ("dividend", 2.0)]


def test_a_split_without_its_ratio_is_a_failure(source: Source) -> None:
    bad = {"execution_date": "2024-01-10", "split_from": 0, "split_to": 2, "ticker": "ABC"}
    source.replies({"results": [bad], "status": "OK"})
    (answer,) = make("polygon", source).actions(["ABC"], START, END)
    assert answer.actions == ()
    assert answer.problem is not None


def test_alpaca_is_followed_by_its_tokens(source: Source) -> None:
    source.replies(alpaca("2024-01-02", token="t1"), alpaca("2024-01-03"))
    (answer,) = answers(make("alpaca", source))
    assert len(answer.bars) == 2
    assert source.asked[1].parameters["page_token"] == "t1"
    assert source.asked[0].parameters["adjustment"] == "raw"


def test_alpacas_actions_have_both_kinds_of_splits(source: Source) -> None:
    source.replies(
        {
            "corporate_actions": {
                "forward_splits": [
                    {"symbol": "ABC", "new_rate": 3, "old_rate": 1, "ex_date": "2024-01-05"}
                ],
                "reverse_splits": [
                    {"symbol": "ABC", "new_rate": 1, "old_rate": 10, "ex_date": "2024-01-08"}
                ],
                "cash_dividends": [{"symbol": "ABC", "rate": 0.125, "ex_date": "2024-01-09"}],
            },
            "next_page_token": None,
        }
    )
    (answer,) = make("alpaca", source).actions(["ABC"], START, END)
    assert [one.value for one in answer.actions] == [3.0, 0.1, 0.125]
