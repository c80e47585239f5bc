"""Searches for settings of a model, and what they have tried."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

TrialState = Literal["RUNNING", "COMPLETE", "PRUNED", "FAIL", "WAITING"]


@dataclass(frozen=True, slots=True)
class StudyRecord:
    """A search for settings.

    Attributes:
        name: begins with the kind of the model.
        labels: what the task said of it: ``task_id``, ``trials``, ``simple``, … ; JSON values.
        counts: trials by their state.
        best: the least loss of a trial that ran to its end.
    """

    name: str
    labels: Mapping[str, Any]
    counts: Mapping[str, int]
    best: float | None


@dataclass(frozen=True, slots=True)
class TrialRecord:
    """One try.

    Attributes:
        number: from 0, in the order in which they were asked for.
        value: its loss; None unless it ran to its end.
        origin: ``default``, ``in use`` or ``search``; empty while it is not known.
        folds: the loss by fold.
        seconds: how long it took; None while it runs.
        error: why it failed, where that is known.
    """

    number: int
    state: TrialState
    value: float | None
    parameters: Mapping[str, float]
    origin: str = ""
    folds: tuple[float, ...] = ()
    seconds: float | None = None
    error: str = ""
