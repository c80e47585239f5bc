"""All measures together, on whole, broken and hostile panels."""

import math

import numpy as np
import pytest

from tests.risk.market import days, named, returns
from worker_core.risk import Options, RiskError, analyse, panel

OPTIONS = Options(window=120)


def test_a_crisis_is_seen_by_every_measure_of_it() -> None:
    x = returns(900, crisis=60)
    found = analyse(panel(days(900), named(8), x), OPTIONS).measures
    for name in ("absorption_ratio", "average_correlation", "mes", "delta_covar", "volatility"):
        percentile = found[name].percentile
        if percentile is not None:
            assert percentile > 95.0, name
    assert found["absorption_shift"].value > 1.0
    assert found["eigenvalue_entropy"].percentile is not None
    assert found["eigenvalue_entropy"].percentile < 5.0


def test_every_measure_names_what_each_name_adds_but_for_those_of_the_whole() -> None:
    found = analyse(panel(days(900), named(8), returns()), OPTIONS)
    without = {"absorption_shift", "eigenvalue_entropy", "volatility"}
    for name, measure in found.measures.items():
        expected = set() if name in without else set(named(8))
        assert set(measure.contributions) == expected, name
    assert found.table is not None
    assert found.table.table.shape == (8, 8)


def test_the_report_says_that_its_measures_are_coincident() -> None:
    found = analyse(panel(days(300), named(3), returns(300, 3)), OPTIONS)
    assert "coincident" in found.notes[-1]
    assert "63-day volatility" in found.notes[-1]


def test_a_percentile_needs_sixty_values() -> None:
    found = analyse(panel(days(300), named(3), returns(300, 3)), OPTIONS).measures
    assert found["delta_covar"].percentile is None
    assert found["mes"].percentile is not None


def test_delisted_new_and_resting_names_are_measured_only_while_they_moved() -> None:
    x = returns(600, names=6)
    x[300:, 0] = np.nan
    x[:550, 1] = np.nan
    x[400:, 2] = 0.0
    x[100:102, 3] = np.nan
    found = analyse(panel(days(600), named(6), x), OPTIONS)
    said = " ".join(found.notes)
    assert f"N0 (last on {days(600)[299]})" in said
    assert "not in today’s figures: N1, N2" in said.replace("'", "’")
    assert "unchanged price: 2 returns" in said
    assert "On the last day 3 names are measured, and between 3 and 5 were before" in said
    assert set(found.measures["mes"].contributions) == {"N3", "N4", "N5"}
    for measure in found.measures.values():
        assert math.isfinite(measure.value)


def test_empty_and_resting_columns_and_bad_returns_are_left_out_and_said() -> None:
    x = returns(300, names=5)
    x[:, 0] = np.nan
    x[:, 1] = 0.0
    x[5, 2], x[6, 3] = np.inf, -3.0
    found = panel(days(300), named(5), x)
    assert found.names == ("N2", "N3", "N4")
    assert "Without a single return, so left out: N0." in found.notes
    assert "Never moved, so left out: N1." in found.notes
    assert any(note.endswith("more than all: 2 returns.") for note in found.notes)


def test_days_out_of_order_or_twice_are_put_right_and_said() -> None:
    x = returns(300, names=3)
    there = panel(days(300), named(3), x)
    mixed = panel([*days(300)[::-1], days(300)[0]], named(3), np.vstack([x[::-1], x[:1]]))
    np.testing.assert_array_equal(there.values, mixed.values)
    assert len(mixed.notes) == 2


def test_more_names_than_days_in_a_window_are_shrunk_and_connectedness_is_refused() -> None:
    x = returns(200, names=90)
    found = analyse(panel(days(200), named(90), x), Options(window=80))
    said = " ".join(found.notes)
    assert "shrunk" in said
    assert "No connectedness" in said
    assert "connectedness" not in found.measures
    assert found.table is None
    assert math.isfinite(found.measures["turbulence"].value)


def test_copies_of_a_name_give_numbers_and_a_word_instead_of_an_error() -> None:
    x = returns(300, names=3)
    x = np.column_stack([x, x[:, 0]])
    found = analyse(panel(days(300), named(4), x), OPTIONS)
    assert all(math.isfinite(measure.value) for measure in found.measures.values())
    assert any("copies of each other" in note for note in found.notes)


def test_srisk_is_given_where_liabilities_are_and_said_to_lack_elsewhere() -> None:
    whole = panel(days(300), named(3), returns(300, 3))
    balance = {"N0": (100.0, 2000.0), "N2": (100.0, 10.0), "GONE": (1.0, 1.0), "N1": (-1.0, 1.0)}
    found = analyse(whole, OPTIONS, balance)
    assert [each.name for each in found.srisk] == ["N0", "N2"]
    assert found.srisk[0].shortfall > 0 > found.srisk[1].shortfall
    said = " ".join(found.notes)
    assert "GONE" in said
    assert "market value of N1" in said
    assert "No SRISK" in " ".join(analyse(whole, OPTIONS).notes)


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (returns(300, names=1), "1 name with"),
        (np.full((300, 3), np.nan), "0 names with"),
        (np.zeros((300, 3)), "0 names with"),
        (returns(30), "30 days"),
        (np.empty((0, 3)), "0 names with"),
    ],
)
def test_what_cannot_be_measured_at_all_is_refused_in_words(x: np.ndarray, words: str) -> None:
    with pytest.raises(RiskError, match=words):
        panel(days(len(x)), named(x.shape[1]), x)


def test_a_panel_shorter_than_its_window_is_refused_with_what_it_needs() -> None:
    whole = panel(days(300), named(3), returns(300, 3))
    with pytest.raises(RiskError, match="window of 500 needs 501"):
        analyse(whole)


def test_a_panel_whose_names_all_ended_is_refused() -> None:
    x = returns(400, names=4)
    x[300:, :3] = np.nan
    with pytest.raises(RiskError, match="Fewer than two names"):
        analyse(panel(days(400), named(4), x), OPTIONS)


def test_two_columns_of_one_name_are_refused() -> None:
    with pytest.raises(RiskError, match="two columns: A"):
        panel(days(100), ["A", "A"], returns(100, 2))
