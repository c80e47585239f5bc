"""Searched weights are judged, and the forecasts of metrics use those that were put in use."""

from typing import cast

import pytest

from tests.tasks.direct import Direct
from tests.tasks.test_metric_forecasts import keep, quarters
from tests.tasks.test_tuning import fill
from worker_core.storage import NewModel
from worker_core.tasks import metric_forecasts, metric_models, metric_training
from worker_core.tasks.base import Run
from worker_core.tasks.tuned_forecasts import past_of

KIND = "forecast.metric"
DEFAULT = {"pooled_share": 1 / 3, "boosted_share": 2 / 3, "theta_share": 0.5, "running_share": 0.25}


def register(run: Direct, version: str, **weights: float | str) -> None:
    run.storage.models.register(NewModel(KIND, version, parameters={**DEFAULT, **weights}))


def forecast(run: Direct) -> dict[str, object]:
    found = metric_forecasts.forecast(run, ["C0", "C1"], [], 4)
    kept = run.storage.forecasts.latest("metric", "C0", "revenue")
    assert kept is not None
    return {
        **kept.details,
        "mean": kept.points[0].mean,
        "made": found["forecasts"],
        "notes": " ".join(kept.notes),
    }


def test_a_forecast_uses_the_weights_in_use_and_says_which(run: Direct) -> None:
    for number in range(2):
        keep(run, f"C{number}", quarters(32, number))
    plain = forecast(run)
    assert plain["weights_version"] is None
    assert plain["weights"] == pytest.approx(DEFAULT)
    register(run, "theta-alone", pooled_share=0.0, theta_share=1.0)
    run.storage.models.promote(KIND, "theta-alone")
    tuned = forecast(run)
    assert tuned["made"], "the same figures with other weights are another forecast"
    assert tuned["weights_version"] == "theta-alone"
    assert tuned["mean"] != plain["mean"]
    assert not forecast(run)["made"]
    run.storage.models.roll_back(KIND)
    assert not forecast(run)["made"], "the forecast with the weights of before is still there"


def test_weights_that_cannot_be_read_are_said_and_replaced(run: Direct) -> None:
    for number in range(2):
        keep(run, f"C{number}", quarters(32, number))
    register(run, "broken", theta_share="much")
    run.storage.models.promote(KIND, "broken")
    made = forecast(run)
    assert made["weights_version"] is None
    assert "weights of broken are in use, but cannot be read" in str(made["notes"])


def test_nothing_to_judge_says_why_nothing_is_retrained(run: Direct) -> None:
    answer = metric_training.judge(run)
    assert answer["outcome"] == "nothing"
    assert "fitted at each forecast" in answer["note"]


def test_too_few_series_leave_a_challenger_waiting(run: Direct) -> None:
    fill(run.storage, companies=9)
    register(run, "new")
    answer = metric_training.judge(run)
    assert (answer["outcome"], answer["version"]) == ("kept", "new")
    assert "fewer are stored" in answer["reasons"][0]
    assert run.storage.models.get(KIND, "new").status == "candidate"  # type: ignore[union-attr]


def test_a_challenger_is_promoted_only_where_it_is_better(
    run: Direct, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(run.storage, companies=30, quarters=28)
    past = past_of(cast("Run", run), 1)
    monkeypatch.setattr(metric_training, "past_of", lambda *_: past)
    # The season and the trend are the same in all: the pooled models know them best.
    register(run, "poor", pooled_share=0.0, theta_share=1.0, running_share=1.0)
    run.storage.models.promote(KIND, "poor")
    register(run, "good")
    better = metric_training.judge(run)
    assert (better["outcome"], better["against"]) == ("promoted", "poor"), better
    assert metric_models.in_use(run).champion == "good"
    register(run, "poorer", pooled_share=0.0, theta_share=1.0, running_share=1.0)
    worse = metric_training.judge(run)
    assert (worse["outcome"], worse["against"]) == ("rejected", "good")
    assert "not surely better" in worse["reasons"][0]
    assert run.storage.models.get(KIND, "poorer").verdict is not None  # type: ignore[union-attr]
    assert metric_training.judge(run)["outcome"] == "nothing"
