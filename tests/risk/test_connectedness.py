"""Diebold-Yilmaz tables: the published data, and what must hold of any."""

from pathlib import Path

import numpy as np
import pytest

from tests.risk.market import returns
from worker_core.risk import RiskError, connectedness

PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "data" / "syst"


def published(name: str) -> np.ndarray:
    path = PUBLISHED / name
    if not path.is_file():
        pytest.skip(f"the replication data {name} are not beside this checkout")
    return np.loadtxt(path, delimiter=",", skiprows=1)[:, 1:]


def test_the_volatility_spillovers_of_2012_are_those_published() -> None:
    found = connectedness(published("dy2012.csv"), lags=4, horizon=10)
    assert round(found.total, 3) == 12.592
    assert found.table[0].round(2).tolist() == [88.76, 7.29, 0.35, 3.61]


def test_the_return_spillovers_of_2009_are_those_published() -> None:
    found = connectedness(published("dy2009.csv"), 2, 10, "cholesky")
    assert round(found.total, 3) == 35.528


def test_each_row_sums_to_a_hundred_and_what_is_given_is_what_is_received() -> None:
    found = connectedness(returns(), 2)
    assert found.table.sum(axis=1) == pytest.approx(100.0)
    assert found.given.sum() == pytest.approx(found.received.sum())
    assert found.total == pytest.approx(found.received.mean())


def test_independent_series_receive_next_to_nothing() -> None:
    noise = np.random.default_rng(1).standard_normal((20_000, 4))
    assert connectedness(noise).total < 0.5


def test_a_series_that_follows_another_receives_from_it_and_gives_nothing_back() -> None:
    random = np.random.default_rng(2)
    leader = random.standard_normal(5000)
    follower = np.append(0.0, leader[:-1]) + 0.1 * random.standard_normal(5000)
    found = connectedness(np.column_stack([leader, follower]))
    assert found.table[1, 0] > 90.0
    assert found.table[0, 1] < 1.0


def test_generalised_tables_do_not_depend_on_the_order_or_scale_of_the_columns() -> None:
    x = returns(names=4)
    there = connectedness(x).table
    back = connectedness(x[:, ::-1] * 1e6).table
    assert back[::-1, ::-1] == pytest.approx(there)


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (returns(20), "needs .* days"),
        (np.repeat(returns(names=1), 2, axis=1), "copies of each other"),
        (np.column_stack([returns(names=2), np.zeros(900)]), "some variance"),
        (np.where(returns() > 0.03, np.nan, returns()), "without gaps"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_words(x: np.ndarray, words: str) -> None:
    with pytest.raises(RiskError, match=words):
        connectedness(x)
