"""A training that is cancelled while it runs leaves nothing half made."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.tasks.conftest import System, until
from tests.tasks.test_tuning import TASK, fill
from worker_core.operations.control import revoke
from worker_core.operations.results import result
from worker_core.operations.submit import submit
from worker_core.storage import StudyRecord


@pytest.fixture(scope="module")
def more_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Labels enough for a training that takes a while."""
    chance = np.random.default_rng(3)
    moods = {"positive": "gains beats rises", "negative": "loses misses falls", "neutral": "is has"}
    lines = ["text,label"]
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    known = ["".join(chance.choice(letters, 5)) for _ in range(2000)]
    for number in range(3000):
        label = list(moods)[number % 3]
        words = [*chance.choice(known, 9), *chance.choice(moods[label].split(), 2)]
        lines.append(f"{' '.join(words)},{label}")
    path = tmp_path_factory.mktemp("labels") / "labels.csv"
    path.write_text("\n".join(lines))
    return {"AFI_SENTIMENT_LABEL_FILES": str(path)}


def cancelled(system: System, task_id: str, begun: Callable[[], object]) -> None:
    """End the process that runs a task once it has begun, as the window does."""

    def has_begun() -> bool | None:
        found = result(task_id, settings=system.settings)
        assert found is None or found.state not in {"SUCCESS", "FAILURE"}, found
        return True if begun() else None

    until(has_begun)
    assert revoke(task_id, terminate=True, settings=system.settings)

    def ended() -> bool | None:
        row = system.storage.tasks.get(task_id)
        return (row is not None and row.state == "cancelled") or None

    until(ended)


def stage(system: System, task_id: str) -> str:
    """What a running task says that it does."""
    found = result(task_id, settings=system.settings)
    told = found.result if found and found.state == "PROGRESS" else None
    return str(told.get("stage", "")) if isinstance(told, dict) else ""


@pytest.mark.slow
def test_a_retraining_that_is_cancelled_midway_leaves_the_registry_as_it_was(
    system: System,
) -> None:
    name = "model_training.retrain_sentiment_model"
    task = submit(name, {"force": True}, settings=system.settings)
    cancelled(system, task.task_id, lambda: stage(system, task.task_id) == "Training")
    models = system.storage.models
    assert models.versions("sentiment") == ()
    assert models.pointer("sentiment").version is None
    assert models.changes("sentiment") == ()
    # Not by a second delivery either: it has ended.
    assert system.storage.tasks.get(task.task_id).attempts == 1  # type: ignore[union-attr]


@pytest.mark.slow
def test_a_tuning_that_is_cancelled_midway_keeps_whole_trials_alone_and_goes_on(
    system: System,
) -> None:
    fill(system.storage, quarters=36)
    before = system.storage.models.versions("forecast.metric")
    wanted = {"model": "forecasting", "trials": 2000, "time_budget_s": 600}
    task = submit(TASK, wanted, settings=system.settings)

    def study() -> StudyRecord | None:
        found = system.storage.trials.studies("forecast.metric")
        mine = [one for one in found if one.labels.get("task_id") == task.task_id]
        return mine[0] if mine else None

    def some() -> bool:
        found = study()
        return found is not None and found.counts.get("COMPLETE", 0) >= 3

    cancelled(system, task.task_id, some)
    assert system.storage.models.versions("forecast.metric") == before
    left = study()
    assert left is not None
    whole = left.counts.get("COMPLETE", 0)
    for trial in system.storage.trials.trials(left.name):
        assert (trial.value is not None) == (trial.state == "COMPLETE")
        if trial.state == "COMPLETE":
            assert trial.value == pytest.approx(sum(trial.folds) / len(trial.folds))
    # What was tried is more than is asked for now: it is summed up, and nothing is tried again.
    done = sum(left.counts.get(state, 0) for state in ("COMPLETE", "PRUNED", "FAIL"))
    again = submit(TASK, {**wanted, "trials": max(done, 2)}, settings=system.settings)
    outcome = system.outcome(again.task_id)
    assert outcome.state == "SUCCESS", outcome
    assert outcome.result["study"] == left.name
    assert outcome.result["trials"]["complete"] >= whole
    assert len(system.storage.models.versions("forecast.metric")) == len(before) + 1
    states = {trial.state for trial in system.storage.trials.trials(left.name)}
    assert "RUNNING" not in states
