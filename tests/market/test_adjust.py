"""Adjusted prices follow from raw ones and what companies did."""

from datetime import date

import numpy as np
import pytest

from resources import sample_prices
from worker_core.market.adjust import BadAction, adjusted, split_adjusted
from worker_core.market.bars import Action, BadBars, Bars
from worker_core.market.sample import sample_actions, sample_bars

DAYS = ["2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05"]


def bars(*closes: float) -> Bars:
    rows = [(day, c, c + 1, c - 1, c, 100.0) for day, c in zip(DAYS, closes, strict=False)]
    return Bars.of("X", rows)


def test_a_split_divides_what_came_before_it_and_multiplies_the_shares() -> None:
    after = adjusted(bars(100, 102, 51, 52), [Action("X", date(2024, 1, 4), "split", 2.0)])
    assert after.close.tolist() == [50, 51, 51, 52]
    assert after.high.tolist() == [50.5, 51.5, 52, 53]
    assert after.volume.tolist() == [200, 200, 100, 100]


def test_a_dividend_is_paid_into_the_share() -> None:
    after = adjusted(bars(100, 100, 98, 98), [Action("X", date(2024, 1, 4), "dividend", 2.0)])
    assert after.close == pytest.approx([98, 98, 98, 98])
    assert after.volume.tolist() == [100] * 4


def test_a_dividend_on_the_day_of_a_split_is_counted_in_new_shares() -> None:
    actions = [
        Action("X", date(2024, 1, 4), "dividend", 1.0),
        Action("X", date(2024, 1, 4), "split", 2.0),
    ]
    assert adjusted(bars(100, 100, 49, 49), actions).close == pytest.approx([49] * 4)


def test_splits_alone_leave_dividends_out() -> None:
    actions = [
        Action("X", date(2024, 1, 3), "dividend", 1.0),
        Action("X", date(2024, 1, 4), "split", 2.0),
    ]
    assert split_adjusted(bars(100, 99, 50, 50), actions).close.tolist() == [50, 49.5, 50, 50]


def test_an_action_after_the_last_day_is_not_seen_before_it_happened() -> None:
    series = bars(100, 101, 102, 103)
    later = [Action("X", date(2024, 1, 8), "split", 2.0)]
    assert adjusted(series, later).close.tolist() == series.close.tolist()


def test_an_action_on_a_day_without_trading_holds_from_the_next_bar() -> None:
    series = Bars.of("X", [("2024-01-05", 8, 8, 8, 8, 1), ("2024-01-08", 4, 4, 4, 4, 1)])
    split = [Action("X", date(2024, 1, 6), "split", 2.0)]
    assert adjusted(series, split).close.tolist() == [4, 4]


def test_a_dividend_as_large_as_the_price_is_refused() -> None:
    with pytest.raises(BadAction, match="dividend of 100 on 2024-01-04"):
        adjusted(bars(100, 100, 98, 98), [Action("X", date(2024, 1, 4), "dividend", 100.0)])


def test_no_bars_stay_no_bars() -> None:
    none = adjusted(Bars.empty("X"), [Action("X", date(2024, 1, 4), "split", 2.0)])
    assert len(none) == 0


@pytest.mark.parametrize("value", [0.0, -2.0, float("nan"), float("inf"), 1e7])
def test_a_split_of_no_possible_size_is_refused(value: float) -> None:
    with pytest.raises(BadBars, match="split"):
        Action("X", date(2024, 1, 4), "split", value)


def test_the_samples_actions_are_its_known_splits_and_dividends() -> None:
    splits = {(a.symbol, str(a.ex_date)): a.value for a in sample_actions() if a.kind == "split"}
    assert splits == {
        ("AAPL", "2000-06-21"): 2.0,
        ("AAPL", "2005-02-28"): 2.0,
        ("MSFT", "2003-02-18"): 2.0,
    }
    special = [a for a in sample_actions() if a.kind == "dividend" and a.value > 3]
    assert [(a.symbol, str(a.ex_date)) for a in special] == [("MSFT", "2004-11-15")]


def test_the_samples_adjusted_closes_are_those_of_its_source() -> None:
    frame = sample_prices()
    assert [one.symbol for one in sample_bars()] == sorted(set(frame["ticker"]))
    for one in sample_bars():
        theirs = frame.loc[frame["ticker"] == one.symbol, "adj_close"].to_numpy(dtype=float)
        ours = adjusted(one, [a for a in sample_actions() if a.symbol == one.symbol]).close
        # Theirs has another basis, the day it was downloaded; returns are the same.
        assert np.diff(np.log(ours)) == pytest.approx(np.diff(np.log(theirs)), abs=5e-6)


def test_bars_know_their_days_and_refuse_what_cannot_be_kept() -> None:
    series = bars(1, 2, 3, 4)
    assert series.between(date(2024, 1, 3), date(2024, 1, 4)).close.tolist() == [2, 3]
    assert len(series.between(date(2025, 1, 1), None)) == 0
    assert len(series.between(date(2024, 1, 5), date(2024, 1, 2))) == 0
    assert Bars.of("X", [("2024-01-03", None, None, None, 2, None)]).close.tolist() == [2]
    with pytest.raises(BadBars, match="2024-01-02 stands after 2024-01-03"):
        series.take(np.array([1, 0]))
    with pytest.raises(BadBars, match="once"):
        Bars.of("X", [("2024-01-02", 1, 1, 1, 1, 1), ("2024-01-02", 2, 2, 2, 2, 2)])
    with pytest.raises(BadBars, match="close of 2024-01-02 is not a number"):
        Bars.of("X", [("2024-01-02", 1, 1, 1, None, 1)])
    with pytest.raises(BadBars, match="no date"):
        Bars.of("X", [("NaT", 1, 1, 1, 1, 1)])


@pytest.mark.parametrize("name", ["", " ", "A B", "../etc", "A" * 33, "A\x00", "Å", "=cmd()"])
def test_a_name_that_no_share_has_is_refused(name: str) -> None:
    with pytest.raises(BadBars, match="is not a symbol"):
        Bars.empty(name)
    with pytest.raises(BadBars, match="is not a symbol"):
        Action(name, date(2024, 1, 4), "split", 2.0)
