"""Settings of a model are searched by what is stored, and the best becomes a challenger."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from tests.databases import lay
from tests.tasks.conftest import System, until
from worker_core import settings
from worker_core.arguments import OptimizeHyperparameters
from worker_core.operations.submit import submit
from worker_core.storage import MetricPeriod, MetricRecord, Storage
from worker_core.tasks.base import PermanentFailure, Run
from worker_core.tasks.tuning import optimize

TASK = "model_training.optimize_model_hyperparameters"
NEWSWIRE = Path(__file__).parents[1] / "sentiment" / "newswire.csv"


@dataclass
class Direct:
    """A run without a worker."""

    storage: Storage
    task_id: str = "by-hand"
    told: list[tuple[str, float]] = field(default_factory=list)

    def progress(self, stage: str, fraction: float) -> None:
        self.told.append((stage, fraction))


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Direct]:
    with Storage.open(lay(tmp_path / "afi.sqlite3"), str(tmp_path / "files")) as opened:
        yield Direct(opened)


def arguments(model: str = "forecasting", trials: int = 6) -> OptimizeHyperparameters:
    return OptimizeHyperparameters.model_validate(
        {"model": model, "trials": trials, "time_budget_s": 600}
    )


def searched(run: Direct, **values: Any) -> dict[str, Any]:
    return optimize(cast("Run", run), arguments(**values))


def fill(storage: Storage, companies: int = 9, quarters: int = 40) -> None:
    """Companies whose revenue grows with a season."""
    ends = [(3, 31), (6, 30), (9, 30), (12, 31)]
    for place in range(companies):
        chance = np.random.default_rng(place)
        rows = []
        for step in range(quarters):
            month, day = ends[step % 4]
            end = date(2014 + step // 4, month, day)
            value = (100 + 2 * step) * (1.2 if step % 4 == 3 else 1.0) + chance.normal(0, 4)
            number = Decimal(str(round(value, 2)))
            rows.append(
                MetricPeriod(
                    entity=f"C{place}",
                    ticker=f"C{place}",
                    company=f"Company {place}",
                    basis="quarter",
                    start=end,
                    end=end,
                    currency="USD",
                    warnings=(),
                    documents=(),
                    metrics=(MetricRecord("revenue", "size", number, "money", "", "1"),),
                )
            )
        storage.metrics.replace(f"C{place}", rows)


def test_the_best_weights_are_registered_as_a_challenger(run: Direct) -> None:
    fill(run.storage)
    answer = searched(run)
    assert answer["registered"]
    assert answer["candidates"]["default"] < answer["simple"]["loss"]
    assert answer["loss"] <= answer["candidates"]["default"]
    record = run.storage.models.get("forecast.metric", answer["version"])
    assert record is not None
    assert record.status == "candidate"
    assert record.parameters == answer["best"]
    untouched = cast("dict[str, float]", record.metrics["untouched"])
    assert untouched["mase"] < untouched["mase_naive"]
    assert run.storage.models.champion("forecast.metric") is None
    assert [fraction for _, fraction in run.told] == sorted(fraction for _, fraction in run.told)


def test_a_second_delivery_goes_on_with_the_same_study_and_changes_nothing(run: Direct) -> None:
    fill(run.storage)
    first, second = searched(run), searched(run)
    assert second == first
    assert len(run.storage.models.versions("forecast.metric")) == 1
    assert len(run.storage.studies().get_all_studies()) == 1


def test_settings_in_use_stand_among_the_candidates(run: Direct) -> None:
    fill(run.storage)
    version = searched(run)["version"]
    run.storage.models.promote("forecast.metric", version)
    answer = searched(run, trials=8)
    assert answer["candidates"].keys() == {"default", "in use"}
    assert answer["candidates"]["in use"] is not None


def test_nothing_stored_is_said_and_nothing_is_made_up(run: Direct) -> None:
    with pytest.raises(PermanentFailure, match="Process more reports"):
        searched(run)
    with pytest.raises(PermanentFailure, match="0 sentences are labelled"):
        searched(run, model="sentiment")
    assert run.storage.models.versions() == ()


def test_a_cancelled_search_registers_nothing_it_has_not_tried(
    run: Direct, monkeypatch: pytest.MonkeyPatch
) -> None:
    from worker_core.tasks import tuning

    fill(run.storage)
    monkeypatch.setattr(tuning._Cancelled, "__call__", lambda _self: True)
    answer = searched(run)
    assert (answer["ended"], answer["registered"]) == ("cancelled", False)
    assert "cancelled" in answer["reasons"][0]


SEARCH = """
import sys
from tests.tasks.test_tuning import Direct, searched
from worker_core.storage import Storage
with Storage.open(sys.argv[1], sys.argv[2]) as storage:
    searched(Direct(storage), trials=2000)
"""


def test_a_search_that_is_killed_leaves_whole_trials_alone_and_is_gone_on_with(
    run: Direct, tmp_path: Path
) -> None:
    fill(run.storage)
    words = [f"sqlite:///{tmp_path / 'afi.sqlite3'}", str(tmp_path / "files")]
    process = subprocess.Popen(
        [sys.executable, "-c", SEARCH, *words], cwd=Path(__file__).parents[2]
    )
    reading = run.storage.trials

    def some() -> bool | None:
        assert process.poll() is None
        found = reading.studies("forecast.metric")
        return True if found and found[0].counts.get("COMPLETE", 0) >= 3 else None

    try:
        until(some)
    finally:
        process.kill()
        process.wait()
    assert run.storage.models.versions() == ()
    (study,) = reading.studies()
    for trial in reading.trials(study.name):
        assert (trial.value is not None) == (trial.state == "COMPLETE")
        if trial.value is not None:
            assert trial.value == pytest.approx(sum(trial.folds) / len(trial.folds))
    done = sum(study.counts.get(state, 0) for state in ("COMPLETE", "PRUNED", "FAIL"))
    answer = searched(run, trials=done + 1)
    assert answer["study"] == study.name
    assert answer["trials"]["complete"] >= study.counts["COMPLETE"]
    assert [one.version for one in run.storage.models.versions()] == [answer["version"]]
    assert "RUNNING" not in {trial.state for trial in reading.trials(study.name)}


def test_the_recipe_of_the_sentiment_model_is_tuned_with_its_labels(
    run: Direct, tmp_path: Path
) -> None:
    chance = np.random.default_rng(1)
    words = {
        "positive": ["record profit", "strong growth", "raised guidance", "beat expectations"],
        "negative": ["heavy loss", "weak demand", "cut guidance", "missed expectations"],
        "neutral": ["annual meeting", "new address", "board member", "fiscal calendar"],
    }
    lines = ["text,label"]
    for number in range(300):
        label = list(words)[number % 3]
        told = chance.choice(words[label], 2)
        firm = chr(65 + number % 26) + chr(97 + number // 26)
        lines.append(f"Firm {firm} reports {told[0]} and {told[1]},{label}")
    path = tmp_path / "labels.csv"
    path.write_text("\n".join(lines))
    settings.override({"sentiment_label_files": str(path)})
    try:
        answer = searched(run, model="sentiment", trials=3)
    finally:
        settings.override({})
    assert answer["loss"] < 0.2
    if answer["registered"]:
        record = run.storage.models.get("sentiment", answer["version"])
        assert record is not None
        assert record.artifact_bytes


def test_thresholds_of_detectors_are_tuned_by_planted_defects(
    run: Direct, monkeypatch: pytest.MonkeyPatch
) -> None:
    from worker_core.tasks import tuned_anomalies

    chance = np.random.default_rng(2)
    closes = {name: 100 * np.exp(np.cumsum(chance.normal(0, 0.01, 1200))) for name in ("A", "B")}
    monkeypatch.setattr(tuned_anomalies, "histories_of", lambda _run, _tickers: (closes, []))
    answer = searched(run, model="anomalies", trials=12)
    assert answer["registered"], answer
    assert answer["loss"] <= answer["candidates"]["default"]
    record = run.storage.models.get("anomaly.price", answer["version"])
    assert record is not None
    thresholds = cast("dict[str, float]", record.parameters["thresholds"])
    assert thresholds.keys() == {"bad tick", "level jump", "stale run"}
    untouched = cast("dict[str, float]", record.metrics["untouched"])
    assert untouched["loss"] < untouched["loss_naive"]


def test_no_prices_tune_no_detector(run: Direct) -> None:
    with pytest.raises(PermanentFailure, match="No symbol has 750 prices"):
        searched(run, model="anomalies")


@pytest.mark.slow
def test_a_worker_tunes_and_tells_how_far_it_is(system: System) -> None:
    fill(system.storage)
    task = submit(
        TASK, {"model": "forecasting", "trials": 4, "time_budget_s": 300}, settings=system.settings
    )
    outcome = system.outcome(task.task_id)
    assert outcome.state == "SUCCESS", outcome
    assert outcome.result["trials"]["complete"] + outcome.result["trials"]["pruned"] == 4
    assert system.storage.models.get("forecast.metric", outcome.result["version"]) is not None
