from dataclasses import replace
from typing import Any

import pytest

from tests.forecasting.price.markets import Market, market
from worker_core.forecasting.price import (
    PriceHistory,
    evaluation,
    forecast_history,
    prepare,
)
from worker_core.forecasting.price.contest import again, first
from worker_core.forecasting.price.model import Parameters, fit
from worker_core.forecasting.price.volatility import Gjr


@pytest.fixture(scope="module")
def history() -> PriceHistory:
    made = market(1700, seed=31)
    return prepare(made.closes, made.ohlc)


def spoiled(parameters: Parameters) -> Parameters:
    """Parameters whose volatility hardly follows the market, and follows it the wrong way."""
    assert parameters.har is not None
    flat = Gjr(0.0, 1e-4, 0.0, 0.0, 0.0, 6.0)
    wrong = replace(parameters.har, coefficients=(-60.0, 0.0, 0.0, -5.0, 0.0, 0.0, 0.0))
    return replace(parameters, gjr=flat, har=wrong)


def test_the_first_model_comes_into_use_and_says_how_it_stands_to_the_naive_method(
    history: PriceHistory,
) -> None:
    contest = first(history)
    assert contest.verdict.promoted
    assert contest.evaluation is not None
    assert contest.trained == len(history.returns) - 504
    assert contest.parameters.method == "fhs"
    assert contest.verdict.figures["origins"] >= 60
    assert "historical simulation" in contest.verdict.reasons[0].lower()


def test_a_short_history_gets_a_model_that_was_not_tested_and_says_so() -> None:
    contest = first(prepare(market(300, seed=5).closes))
    assert contest.verdict.promoted
    assert contest.evaluation is None
    assert "too short to test" in contest.verdict.reasons[0]


def test_a_challenger_takes_the_place_of_a_bad_champion(history: PriceHistory) -> None:
    bad = spoiled(fit(history))
    contest = again(history, bad, trained=300)
    assert contest is not None
    assert contest.verdict.promoted, contest.verdict
    assert contest.verdict.figures["dm_statistic"] < -1.65
    assert contest.verdict.figures["origins"] >= 60


def test_one_that_is_only_as_good_is_rejected_with_its_reasons(history: PriceHistory) -> None:
    champion = first(history)
    contest = again(history, champion.parameters, champion.trained)
    assert contest is not None
    assert contest.trained > champion.trained
    assert not contest.verdict.promoted
    assert any("not surely better" in reason or "cannot be told" in reason
               for reason in contest.verdict.reasons)  # fmt: skip


def test_with_few_new_sessions_nothing_is_decided(history: PriceHistory) -> None:
    champion = fit(history)
    assert again(history, champion, len(history.returns) - 125) is None
    assert again(history, champion, len(history.returns)) is None
    assert again(history, champion, len(history.returns) - 126) is not None


def test_the_naive_method_wins_where_it_is_surely_better(
    history: PriceHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mixture is hardly ever so bad, so its scores are made worse here."""
    real = evaluation.evaluate

    def worse(*arguments: Any, **more: Any) -> evaluation.Evaluation | None:
        found = real(*arguments, **more)
        assert found is not None
        scores = found.horizons[1]
        losses = tuple(1.2 * loss for loss in scores.naive_losses)
        return replace(found, horizons=found.horizons | {1: replace(scores, losses=losses)})

    monkeypatch.setattr("worker_core.forecasting.price.contest.evaluate", worse)
    for contest in (first(history), again(history, fit(history), trained=900)):
        assert contest is not None
        assert contest.verdict.promoted
        assert contest.parameters.method == "historical"
        assert "Historical simulation is better" in contest.verdict.reasons[0]


def test_historical_simulation_in_use_forecasts_and_can_be_beaten(
    history: PriceHistory,
) -> None:
    naive = Parameters(None, None, 1000, "historical")
    forecast = forecast_history(history, 21, parameters=naive)
    assert forecast.models == ("historical simulation",)
    assert any("Historical simulation was found" in note for note in forecast.notes)
    contest = again(history, naive, trained=600)
    assert contest is not None
    assert contest.parameters.method == "fhs"
    assert "historical simulation" in contest.verdict.reasons[0]
    assert Parameters.from_json(naive.as_json()) == naive


def test_the_same_data_make_the_same_challenger(stock: Market) -> None:
    history = prepare(stock.closes)
    champion = first(history)
    one = again(history, champion.parameters, champion.trained)
    two = again(history, champion.parameters, champion.trained)
    assert one is not None
    assert two is not None
    assert one.parameters == two.parameters
    assert one.verdict == two.verdict
