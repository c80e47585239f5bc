"""What Optuna writes of a search is read without it, on each kind of database."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import Engine

from worker_core.models.tuning import Candidate, Number, Tuning, tune
from worker_core.storage.studies import study_store
from worker_core.storage.trials import TrialReading


def searched(engine: Engine, name: str, trials: int = 12) -> None:
    def losses(parameters: Mapping[str, Any]) -> Iterator[float]:
        if parameters["depth"] == 5:
            raise ValueError("five is <b>never</b> right")
        yield abs(float(parameters["rate"]) - 0.1)
        yield abs(float(parameters["rate"]) - 0.2)

    def simple() -> Iterator[float]:
        yield 0.7

    space = {"rate": Number(0.001, 1.0, log=True), "depth": Number(1, 9, whole=True)}
    candidates = [
        Candidate("default", {"rate": 0.5, "depth": 3}),
        Candidate("in use", {"rate": 0.5, "depth": 5}),
    ]
    tuning = Tuning(
        name, space, candidates, ("a mean", simple), trials, 60.0, labels={"task_id": "t-1"}
    )
    tune(tuning, losses, study_store(engine))


def test_a_database_without_a_search_has_none(engine: Engine) -> None:
    reading = TrialReading(engine)
    assert reading.studies() == ()
    assert reading.trials("anything") == ()


def test_a_search_is_read_as_it_was_written(engine: Engine) -> None:
    reading = TrialReading(engine)
    assert reading.studies() == ()
    searched(engine, "kind.one-abc")
    (study,) = reading.studies("kind.one")
    assert study.labels["task_id"] == "t-1"
    assert study.labels["trials"] == 12
    assert study.labels["simple"] == {"name": "a mean", "loss": 0.7}
    assert sum(study.counts.values()) == 12
    trials = reading.trials("kind.one-abc")
    assert [one.number for one in trials] == list(range(12))
    first, second = trials[:2]
    assert (first.origin, first.state) == ("default", "COMPLETE")
    assert first.value == pytest.approx(0.35)
    assert first.folds == pytest.approx((0.4, 0.3))
    assert first.parameters == pytest.approx({"rate": 0.5, "depth": 3})
    assert isinstance(first.parameters["depth"], int)
    assert first.seconds is not None
    assert first.seconds >= 0.0
    assert (second.state, second.value) == ("FAIL", None)
    assert "never" in second.error
    ended = [one.value for one in trials if one.value is not None]
    assert study.best == min(ended)
    assert all(math.isfinite(value) for value in ended)
    assert reading.trials("kind.one-abc", limit=3) == trials[-3:]


def test_searches_of_other_kinds_are_left_out_also_by_names_like_patterns(engine: Engine) -> None:
    searched(engine, "kind_one-abc", 3)
    searched(engine, "kindXone-abc", 3)
    reading = TrialReading(engine)
    assert [one.name for one in reading.studies("kind_one")] == ["kind_one-abc"]
    assert [one.name for one in reading.studies()] == ["kindXone-abc", "kind_one-abc"]
    assert reading.trials("kind%-abc") == ()
