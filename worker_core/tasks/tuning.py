"""The search for better settings of a model, and what becomes of the best."""

import json
import logging
import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from worker_core import models
from worker_core.arguments import OptimizeHyperparameters
from worker_core.models.tuning import Candidate, Number, Objective, Tuned, Tuning, tune
from worker_core.storage import ModelRecord, NewModel
from worker_core.tasks.base import Result, Run

log = logging.getLogger(__name__)

_SETTLING: Final = 0.1
"""Share of the time that is kept for what comes after the search."""
_LOOK_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Work:
    """A model that can be tuned.

    Attributes:
        data: SHA-256 of what it is judged by: the same data go on with the same study.
        default, in_use: settings; None where nothing is in use.
        settle: makes a version of the best settings, to be registered; with its file.
    """

    kind: str
    data: str
    space: Mapping[str, Number]
    default: Mapping[str, float | int | str]
    in_use: Mapping[str, float | int | str] | None
    champion: str | None
    objective: Objective
    simple: tuple[str, Callable[[], Iterator[float]]]
    settle: Callable[[Mapping[str, Any], dict[str, Any]], tuple[NewModel, bytes | None]]


def optimize(run: Run, arguments: OptimizeHyperparameters) -> Result:
    """Search, and register the best as a challenger; what to answer.

    A run that was killed goes on where it was: the study is in the database.

    Raises:
        PermanentFailure: there is nothing to be judged by.
    """
    started = time.monotonic()
    run.progress("Preparing", 0.0)
    work = _work(run, arguments)
    name = f"{work.kind}-{work.data[:16]}-{_space_hash(work.space)}"
    left = models.seconds_left(started, arguments.time_budget_s)
    candidates = [Candidate("default", work.default)]
    if work.in_use is not None:
        candidates.append(Candidate("in use", work.in_use))
    tuning = Tuning(
        name,
        work.space,
        candidates,
        work.simple,
        arguments.trials,
        left * (1.0 - _SETTLING),
        labels={"task_id": run.task_id, "at": datetime.now(UTC).isoformat()},
    )
    found = tune(
        tuning,
        work.objective,
        run.storage.studies(),
        progress=lambda stage, fraction: run.progress(stage, 0.1 + 0.8 * fraction),
        cancelled=_Cancelled(run),
    )
    run.progress("Settling", 0.9)
    answer = _told(found, name)
    if found.best is None:
        log.info("%s: nothing was tried to its end (%s).", name, found.ended)
        return {**answer, "registered": False, "reasons": [_nothing(found)]}
    if found.beaten_by_simple:
        reason = (
            f"{found.simple[0]} does as well ({found.simple[1]:.4g} against {found.loss:.4g}), so "
            "no settings are worth having."
        )
        return {**answer, "registered": False, "reasons": [reason]}
    new, file = work.settle(found.best, answer)
    record = run.storage.models.register(new, file)
    log.info("%s is a challenger: loss %.4g by %s.", record.version, found.loss, found.origin)
    return {
        **answer,
        "registered": True,
        "kind": record.kind,
        "version": record.version,
        "status": record.status,
        "reasons": [_why(found)],
    }


def _work(run: Run, arguments: OptimizeHyperparameters) -> Work:
    if arguments.model == "forecasting":
        from worker_core.tasks.tuned_forecasts import forecasting

        return forecasting(run)
    if arguments.model == "sentiment":
        from worker_core.tasks.tuned_sentiment import sentiment

        return sentiment(run)
    from worker_core.tasks.tuned_anomalies import anomalies

    return anomalies(run)


def number_settings(
    record: ModelRecord | None, names: Mapping[str, Number]
) -> dict[str, Any] | None:
    """The settings of a version, if it has all of them."""
    if record is None or not set(names) <= set(record.parameters):
        return None
    return {name: record.parameters[name] for name in names}


class _Cancelled:
    """Whether somebody has cancelled the task meanwhile; looks at the ledger now and then."""

    def __init__(self, run: Run) -> None:
        self._run, self._looked, self._found = run, -math.inf, False

    def __call__(self) -> bool:
        now = time.monotonic()
        if not self._found and now - self._looked >= _LOOK_S:
            self._looked = now
            row = self._run.storage.tasks.get(self._run.task_id)
            self._found = row is not None and row.state == "cancelled"
        return self._found


def _space_hash(space: Mapping[str, Number]) -> str:
    content = json.dumps({name: repr(number) for name, number in sorted(space.items())})
    return models.set_hash([content])[:8]


def _told(found: Tuned, name: str) -> dict[str, Any]:
    def known(value: float | None) -> float | None:
        return value if value is not None and math.isfinite(value) else None

    return {
        "study": name,
        "ended": found.ended,
        "trials": {
            "complete": found.complete,
            "pruned": found.pruned,
            "failed": found.failed,
        },
        "best": found.best,
        "origin": found.origin,
        "loss": known(found.loss),
        "folds": list(found.folds),
        "candidates": {name: known(loss) for name, loss in found.candidates.items()},
        "simple": {"name": found.simple[0], "loss": known(found.simple[1])},
        "notes": list(found.notes),
    }


def _nothing(found: Tuned) -> str:
    if found.failed and found.notes:
        return f"No settings could be tried to their end: {found.notes[0]}"
    return (
        "No settings could be tried to their end before the search was "
        f"{'cancelled' if found.ended == 'cancelled' else 'out of time'}. What was tried is kept; "
        "start it again, with more time."
    )


def _why(found: Tuned) -> str:
    default = found.candidates.get("default")
    against = "" if default is None else f" against {default:.4g} of the default"
    return (
        f"Loss {found.loss:.4g}{against} and {found.simple[1]:.4g} of {found.simple[0]}, over "
        f"{len(found.folds)} points of the past. It takes nobody's place before it is judged."
    )
