"""The search for settings: judged without leaks, ended in time, gone on with after a kill."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna.storages import BaseStorage

from worker_core.models.tuning import Candidate, Number, Tuned, Tuning, tune, walk_forward
from worker_core.models.tuning.splits import Integers
from worker_core.storage.engine import create_engine
from worker_core.storage.studies import study_store

SPACE = {"x": Number(-5.0, 5.0), "n": Number(1, 8, whole=True)}
DEFAULT = Candidate("default", {"x": 4.0, "n": 8})
IN_USE = Candidate("in use", {"x": 1.5, "n": 3})


def bowl(parameters: Mapping[str, float | int | str]) -> Iterator[float]:
    for fold in range(4):
        yield (float(parameters["x"]) - 1) ** 2 + abs(int(parameters["n"]) - 2) + 0.01 * fold


def flat(loss: float) -> Iterator[float]:
    yield from [loss] * 4


def tuning(trials: int = 30, *, simple: float = 9.0, budget_s: float = 600.0) -> Tuning:
    return Tuning(
        "bowl", SPACE, (DEFAULT, IN_USE), ("simple", lambda: flat(simple)), trials, budget_s, 7
    )


@given(
    count=st.integers(1, 300), folds=st.integers(1, 8), label=st.integers(1, 30),
    embargo=st.integers(0, 20), fewest=st.integers(1, 20),
)  # fmt: skip
def test_no_answer_that_is_learned_reaches_into_what_is_judged(
    count: int, folds: int, label: int, embargo: int, fewest: int
) -> None:
    try:
        splits = walk_forward(count, folds, label=label, embargo=embargo, fewest=fewest)
    except ValueError:
        return
    judged = np.concatenate([split.test for split in splits])
    assert len(set(judged)) == len(judged)
    for split in splits:
        # The answer of the sample t spans the steps t to t + label − 1.
        assert split.train[-1] + label - 1 + embargo < split.test[0]
        assert len(split.train) >= fewest


def test_an_answer_that_leaks_is_learned_by_shuffled_folds_and_not_by_these() -> None:
    """A walk's mean over the next 20 steps: neighbours know the answer, the past does not."""
    chance = np.random.default_rng(3)
    walk = np.cumsum(chance.normal(size=420))
    answers = np.array([walk[t + 1 : t + 21].mean() - walk[t] for t in range(400)])

    def error(train: Integers, test: Integers) -> float:
        nearest = train[np.abs(train[None] - test[:, None]).argmin(axis=1)]
        return float(np.mean((answers[test] - answers[nearest]) ** 2) / np.var(answers))

    mixed = chance.permutation(400)
    shuffled = error(mixed[:300], mixed[300:])
    splits = walk_forward(400, 4, label=20, embargo=5, fewest=50)
    honest = np.mean([error(split.train, split.test) for split in splits])
    assert shuffled < 0.3
    assert honest > 0.9


def test_old_samples_are_forgotten_where_that_is_asked_for() -> None:
    splits = walk_forward(100, 4, longest=10)
    assert [len(split.train) for split in splits] == [10, 10, 10, 10]


@pytest.mark.parametrize("wrong", [{"folds": 0}, {"label": 0}, {"embargo": -1}, {"longest": 0}])
def test_splits_out_of_bounds_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least"):
        walk_forward(100, **({"folds": 3} | wrong))


def test_the_search_finds_better_settings_than_the_candidates() -> None:
    found = tune(tuning(40), bowl)
    assert found.ended == "trials"
    assert found.best is not None
    default, in_use = found.candidates["default"], found.candidates["in use"]
    assert default is not None
    assert in_use is not None
    assert found.loss < 0.5 < in_use < default
    assert found.origin == "search"
    assert found.complete + found.pruned == 40
    assert found.pruned > 0
    assert len(found.folds) == 4


def test_the_same_seed_finds_the_same() -> None:
    assert tune(tuning(20), bowl) == tune(tuning(20), bowl)


def test_the_default_and_what_is_in_use_are_tried_even_by_the_shortest_search() -> None:
    found = tune(tuning(2), bowl)
    assert found.candidates == {"default": pytest.approx(15.015), "in use": pytest.approx(1.265)}
    assert found.origin == "in use"


def test_the_simple_model_stands_among_the_candidates() -> None:
    assert tune(tuning(5, simple=0.0), bowl).beaten_by_simple
    assert not tune(tuning(5, simple=9.0), bowl).beaten_by_simple


def test_settings_in_use_that_are_no_longer_searched_are_left_out() -> None:
    odd = Tuning(
        "odd", SPACE, (DEFAULT, Candidate("in use", {"x": 99.0})), ("s", lambda: flat(1)), 3, 60.0
    )
    assert tune(odd, bowl).candidates["in use"] is None


def test_a_search_without_time_says_so_and_finds_nothing() -> None:
    found = tune(tuning(budget_s=0.0), bowl)
    assert (found.ended, found.best, found.complete) == ("time", None, 0)


def test_a_cancelled_search_ends_with_the_fold_and_keeps_what_it_found() -> None:
    folds = 0

    def counted(parameters: Mapping[str, float | int | str]) -> Iterator[float]:
        nonlocal folds
        for loss in bowl(parameters):
            folds += 1
            yield loss

    found = tune(tuning(), counted, cancelled=lambda: folds >= 6)
    assert found.ended == "cancelled"
    assert folds == 6
    assert found.complete == 1


def test_progress_goes_from_nothing_to_nearly_all() -> None:
    told: list[float] = []
    tune(tuning(10), bowl, progress=lambda _stage, fraction: told.append(fraction))
    assert told[0] == 0.0
    assert told == sorted(told)
    assert told[-1] == 0.9


def test_progress_follows_the_time_where_that_is_used_up_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, told = 1000.0, []
    monkeypatch.setattr("worker_core.models.tuning.search.time.monotonic", lambda: now)

    def slow(parameters: Mapping[str, float | int | str]) -> Iterator[float]:
        nonlocal now
        now += 10.0
        return bowl(parameters)

    found = tune(tuning(2000, budget_s=100.0), slow, progress=lambda _, share: told.append(share))
    assert found.ended == "time"
    assert told == sorted(told)
    assert told[-1] >= 0.9


def test_settings_that_fail_cost_their_trial_alone() -> None:
    def brittle(parameters: Mapping[str, float | int | str]) -> Iterator[float]:
        if int(parameters["n"]) > 4:
            raise ZeroDivisionError("n is too large")
        yield from bowl(parameters)

    found = tune(tuning(30), brittle)
    assert found.failed > 0
    assert found.best is not None
    assert found.best["n"] <= 4
    assert found.notes == ("n is too large",)


def test_an_objective_that_always_fails_comes_to_an_end() -> None:
    def broken(parameters: Mapping[str, float | int | str]) -> Iterator[float]:
        yield float(parameters["missing"])

    found = tune(tuning(6), broken)
    assert (found.best, found.failed) == (None, 6)


KILLED = """
import os, sys
sys.path.insert(0, sys.argv[2])
from tests.models.test_tuning import bowl, tuning
from worker_core.models.tuning import tune
from worker_core.storage.engine import create_engine
from worker_core.storage.studies import study_store
begun = 0
def deadly(parameters):
    global begun
    begun += 1
    for fold, loss in enumerate(bowl(parameters)):
        if begun == 6 and fold == 2:
            os._exit(9)
        yield loss
tune(tuning(20), deadly, study_store(create_engine(sys.argv[1])))
"""


def trials(store: BaseStorage, study: int) -> dict[int, tuple[str, dict[str, Any]]]:
    found = store.get_all_trials(study)
    return {trial.number: (trial.state.name, trial.params) for trial in found}


def test_a_killed_search_goes_on_without_losing_a_trial(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'db.sqlite3'}"
    root = str(Path(__file__).resolve().parents[2])
    killed = subprocess.run([sys.executable, "-c", KILLED, url, root], check=False)
    assert killed.returncode == 9
    store = study_store(create_engine(url))
    study = store.get_study_id_from_name("bowl")
    before = trials(store, study)
    assert [state for state, _ in before.values()].count("RUNNING") == 1
    cut_off = before[5][1]

    found = tune(tuning(20), bowl, store)
    after = trials(store, study)
    for number in range(5):
        assert after[number] == before[number]
    assert after[5][0] == "FAIL"
    again = [params for number, (_, params) in after.items() if number > 5]
    assert cut_off in again
    assert isinstance(found, Tuned)
    assert found.ended == "trials"
    assert len(store.get_all_studies()) == 1
