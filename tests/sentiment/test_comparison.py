"""Companies are compared with corrected p-values, and not at all where there is too little."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker_core.sentiment.comparison import (
    benjamini_hochberg,
    cliffs_delta,
    compare,
    hedges_g,
)


def tones(mean: float, count: int = 30, seed: int = 0) -> list[float]:
    return list(np.random.default_rng(seed).normal(mean, 0.1, count))


def test_a_clear_difference_is_found_with_its_size_and_direction() -> None:
    found = compare({"A": tones(0.0), "B": tones(0.3, seed=1)})
    assert [each.company for each in found.companies] == ["B", "A"]
    (pair,) = found.differences
    assert (pair.first, pair.second, pair.size) == ("B", "A", "large")
    assert pair.corrected < 0.001
    assert pair.delta > 0.9
    assert pair.hedges_g is not None
    assert pair.hedges_g > 2
    assert found.missing == ()


def test_every_pair_is_compared_and_corrected_for_all() -> None:
    found = compare({name: tones(0.0, seed=seed) for seed, name in enumerate("ABCDE")})
    assert len(found.differences) == 10
    assert all(each.corrected >= each.p_value for each in found.differences)


def test_a_company_with_too_few_documents_is_shown_and_not_compared() -> None:
    found = compare({"A": tones(0.0), "B": tones(0.2), "C": [0.9] * 7, "D": []})
    assert {each.company for each in found.companies} == {"A", "B", "C", "D"}
    assert [(each.first, each.second) for each in found.differences] == [("B", "A")]
    assert found.missing == (
        "C is not compared: it has 7 documents, and 8 are needed.",
        "D is not compared: it has 0 documents, and 8 are needed.",
    )


def test_one_company_alone_is_compared_with_nothing() -> None:
    found = compare({"A": tones(0.0)})
    assert found.differences == ()
    assert "two companies" in found.missing[0]


def test_equal_documents_differ_in_nothing() -> None:
    (pair,) = compare({"A": [0.1] * 10, "B": [0.1] * 10}).differences
    assert (pair.p_value, pair.delta, pair.size, pair.hedges_g) == (1.0, 0.0, "negligible", None)


def test_a_tone_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="A tone of A"):
        compare({"A": [float("inf")]})


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_the_correction_is_that_of_statsmodels(p_values: list[float]) -> None:
    from statsmodels.stats.multitest import multipletests

    theirs = multipletests(p_values, method="fdr_bh")[1]
    assert benjamini_hochberg(p_values) == pytest.approx(list(theirs))


@given(
    st.lists(st.integers(-3, 3).map(float), min_size=1, max_size=12),
    st.lists(st.integers(-3, 3).map(float), min_size=1, max_size=12),
)
def test_the_delta_counts_pairs(first: list[float], second: list[float]) -> None:
    pairs = [(a > b) - (a < b) for a in first for b in second]
    delta = cliffs_delta(np.array(first), np.array(second))
    assert delta == pytest.approx(sum(pairs) / len(pairs))


def test_the_difference_of_means_is_corrected_for_small_samples() -> None:
    # Means 4 and 2, both of variance 2.5: d = 2 / 1.5811, times 1 - 3/31.
    g = hedges_g(np.array([2.0, 3, 4, 5, 6]), np.array([0.0, 1, 2, 3, 4]))
    assert g == pytest.approx(1.2649 * (1 - 3 / 31), abs=1e-3)
