"""The figures of models in words, and which of two is better."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.services.model_figures import compared, figures, headline
from worker_core.storage import ModelRecord


def record(kind: str, metrics: dict[str, Any]) -> ModelRecord:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return ModelRecord(
        1,
        kind,
        "",
        "v",
        "candidate",
        None,
        None,
        {},
        metrics,
        None,
        None,
        {},
        None,
        None,
        None,
        at,
        at,
    )


PRICE = {
    "horizons": {
        "1": {"crps": 0.01, "skill": 0.95, "coverage": {"95": 0.94}, "horizon": 1, "pit": [0.1]}
    },
    "words": {"1": "good"},
    "conformal": [1.0],
}


def test_a_price_model_is_told_by_horizon() -> None:
    found = {one.title: one.value for one in figures(record("forecast.price", PRICE))}
    assert found == {
        "1 session ahead: CRPS": 0.01,
        "1 session ahead: CRPS over that of historical simulation": 0.95,
        "1 session ahead: 95 % coverage": 0.94,
    }
    assert headline(record("forecast.price", PRICE)) == 0.95


def test_coverage_is_better_where_it_is_nearer_to_its_level() -> None:
    def of(coverage: float) -> ModelRecord:
        return record("x", {"coverage": {"80": coverage}})

    assert compared(of(0.7), of(0.79))[0].judgement == "better"
    assert compared(of(0.8), of(0.9))[0].judgement == "worse"
    assert compared(of(0.79), of(0.81))[0].judgement == "same"


def test_what_one_of_them_lacks_is_shown_and_not_judged() -> None:
    ours, theirs = record("x", {"mase": 0.9}), record("x", {"accuracy": 0.5})
    pairs = {pair.title: pair for pair in compared(ours, theirs)}
    assert pairs["MASE"].other is None
    assert pairs["Accuracy"].ours is None
    assert {pair.judgement for pair in pairs.values()} == {""}
    assert compared(None, None) == ()


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@settings(max_examples=60)
@given(st.dictionaries(st.text(max_size=8), _json, max_size=4))
def test_whatever_stands_in_the_registry_can_be_shown(metrics: dict[str, Any]) -> None:
    one = record("of others", metrics)
    for pair in compared(one, one):
        assert pair.title
        assert pair.judgement in {"", "same"}


def test_a_version_that_a_search_found_has_the_losses_that_it_was_chosen_by() -> None:
    search = {
        "loss": 0.0699,
        "folds": [0.07, 0.06],
        "candidates": {"default": 0.0732},
        "simple": {"name": "VADER", "loss": 0.3863},
    }
    found = {one.title: one.value for one in figures(record("sentiment", {"search": search}))}
    assert found == {
        "In the search: Mean loss": 0.0699,
        "In the search: Mean loss of the default": 0.0732,
        "In the search: Mean loss of VADER": 0.3863,
    }
    for odd in (None, 1, {"loss": "x", "candidates": 1, "simple": [], "folds": None}):
        assert not figures(record("sentiment", {"search": odd}))
