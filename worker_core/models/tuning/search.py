"""A study of settings: tree-structured Parzen estimators, pruned by the median, kept in a store.

J. Bergstra, R. Bardenet, Y. Bengio & B. Kégl (2011); Optuna (T. Akiba et al., 2019). The default,
the settings in use and the simple model always stand among the candidates, and what is found
takes nobody's place by itself: it becomes a challenger.
"""

import logging
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    import optuna

log = logging.getLogger(__name__)

_ORIGIN: Final = "origin"
_SEARCHED: Final = "search"
_STARTUP: Final = 10
_UNPRUNED_TRIALS: Final = 5
_UNPRUNED_FOLDS: Final = 1

Parameters = Mapping[str, float | int | str]


class Stopped(Exception):  # noqa: N818 - reads as what it says
    """The search was told to stop, or its time is over, within a trial."""


class Objective(Protocol):
    """What is to be made small."""

    def __call__(self, parameters: Parameters) -> Iterator[float]:
        """The loss of each fold, one after the other; the same number of them each time."""
        ...


@dataclass(frozen=True, slots=True)
class Number:
    """A setting to be searched.

    Attributes:
        low, high: its bounds, both included.
        whole: an integer.
        log: by its logarithm.
    """

    low: float
    high: float
    whole: bool = False
    log: bool = False

    def ask(self, trial: "optuna.Trial", name: str) -> float | int:
        if self.whole:
            return trial.suggest_int(name, int(self.low), int(self.high), log=self.log)
        return trial.suggest_float(name, self.low, self.high, log=self.log)

    def holds(self, value: object) -> bool:
        return isinstance(value, (int, float)) and self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Candidate:
    """Settings that are tried whatever the search thinks of them: ``default``, ``in use``."""

    name: str
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Tuning:
    """What to search and for how long.

    Attributes:
        name: of the study; one of that name in the store is gone on with.
        space: settings by name.
        candidates: tried first.
        simple: name and objective of the simple model, which has no settings.
        trials: settings to try in all, the candidates and those of an earlier run included.
        budget_s: seconds by the wall clock; what runs then ends with its fold.
        labels: kept with the study for those who watch it, as JSON; ``simple`` is added.
    """

    name: str
    space: Mapping[str, Number]
    candidates: Sequence[Candidate]
    simple: tuple[str, Callable[[], Iterator[float]]]
    trials: int
    budget_s: float
    seed: int = 0
    labels: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tuned:
    """What a search found.

    Attributes:
        best: the settings with the least mean loss; None if nothing was tried to its end.
        origin: of these: ``default``, ``in use``, ``search``.
        loss: their mean over the folds.
        folds: their loss by fold.
        candidates: mean loss by name; None for one that was not tried to its end.
        simple: mean loss of the simple model, and its name.
        complete, pruned, failed: trials by how they ended.
        ended: why the search ended: ``trials``, ``time`` or ``cancelled``.
    """

    best: dict[str, Any] | None
    origin: str
    loss: float
    folds: tuple[float, ...]
    candidates: dict[str, float | None]
    simple: tuple[str, float]
    complete: int
    pruned: int
    failed: int
    ended: str
    notes: tuple[str, ...] = field(default=())

    @property
    def beaten_by_simple(self) -> bool:
        """Whether the simple model does at least as well as all that was tuned."""
        return self.simple[1] <= self.loss


def tune(
    tuning: Tuning,
    objective: Objective,
    store: "optuna.storages.BaseStorage | None" = None,
    *,
    progress: Callable[[str, float], None] = lambda _stage, _fraction: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Tuned:
    """Search until the trials, the time or the patience are used up.

    A trial that a killed process had begun is tried again; those that had ended stay. An error of
    the objective fails its trial alone.

    Args:
        store: where the study is kept; without one, in memory.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    began = time.monotonic()
    over = began + tuning.budget_s
    study = _study(tuning, store)
    for name, value in {**tuning.labels, "trials": tuning.trials}.items():
        study.set_user_attr(name, value)
    _take_up(study, tuning)

    def watch() -> None:
        if cancelled():
            raise Stopped("cancelled")
        if time.monotonic() >= over:
            raise Stopped("time")

    simple_name, simple_losses = tuning.simple
    ended, simple = "trials", math.nan
    try:
        progress(f"Trying {simple_name}", 0.0)
        simple = _mean(_watched(simple_losses(), watch))
        if math.isfinite(simple):
            study.set_user_attr("simple", {"name": simple_name, "loss": simple})
        while (done := _done(study)) < tuning.trials:
            watch()
            # Whichever is used up first ends it.
            spent = (time.monotonic() - began) / tuning.budget_s if tuning.budget_s > 0 else 1.0
            fraction = min(1.0, max(done / tuning.trials, spent))
            progress(f"Trial {done + 1} of {tuning.trials}", fraction)
            _try_one(study, tuning, objective, watch)
    except Stopped as stop:
        ended = str(stop)
    return _summed(study, tuning, (simple_name, simple), ended)


def _study(tuning: Tuning, store: "optuna.storages.BaseStorage | None") -> "optuna.Study":
    import optuna

    study = optuna.create_study(
        study_name=tuning.name,
        storage=store,
        load_if_exists=store is not None,
        direction="minimize",
        pruner=optuna.pruners.MedianPruner(_UNPRUNED_TRIALS, _UNPRUNED_FOLDS),
    )
    # A study that goes on draws other numbers than those it has drawn already.
    study.sampler = optuna.samplers.TPESampler(
        seed=tuning.seed + len(study.trials), n_startup_trials=_STARTUP
    )
    return study


def _take_up(study: "optuna.Study", tuning: Tuning) -> None:
    """Put in the candidates that are not there, and again what a killed process left."""
    from optuna.trial import TrialState

    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        log.info("Trial %d was cut off and is tried again.", trial.number)
        study.tell(trial.number, state=TrialState.FAIL)
        if set(trial.params) == set(tuning.space):
            _enqueue(study, trial.params, trial.user_attrs.get(_ORIGIN, _SEARCHED))
    there = {trial.user_attrs.get(_ORIGIN) for trial in _standing(study)}
    for candidate in tuning.candidates:
        wrong = [
            name
            for name, number in tuning.space.items()
            if not number.holds(candidate.parameters.get(name))
        ]
        if wrong:
            log.warning(
                "The settings %r are outside of what is searched (%s) and are left out.",
                candidate.name,
                ", ".join(wrong),
            )
        elif candidate.name not in there:
            chosen = {name: candidate.parameters[name] for name in tuning.space}
            _enqueue(study, chosen, candidate.name)


def _enqueue(study: "optuna.Study", parameters: Mapping[str, Any], origin: str) -> None:
    study.enqueue_trial(dict(parameters), user_attrs={_ORIGIN: origin})


def _standing(study: "optuna.Study") -> list[Any]:
    """Trials that have ended well, or will be tried."""
    from optuna.trial import TrialState

    states = (TrialState.WAITING, TrialState.COMPLETE, TrialState.PRUNED)
    return study.get_trials(deepcopy=False, states=states)


def _done(study: "optuna.Study") -> int:
    from optuna.trial import TrialState

    # One that fails counts as tried: an objective that always fails must come to an end.
    states = (TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL)
    return len(study.get_trials(deepcopy=False, states=states))


def _try_one(
    study: "optuna.Study", tuning: Tuning, objective: Objective, watch: Callable[[], None]
) -> None:
    from optuna.trial import TrialState

    trial = study.ask()
    named = trial.user_attrs.get(_ORIGIN)
    if named is None:
        trial.set_user_attr(_ORIGIN, _SEARCHED)
    try:
        parameters = {name: number.ask(trial, name) for name, number in tuning.space.items()}
        losses: list[float] = []
        for fold, loss in enumerate(_watched(objective(parameters), watch)):
            losses.append(loss)
            trial.report(_mean(losses), fold)
            # The candidates are what everything is held against: they are tried to the end.
            if named in (None, _SEARCHED) and trial.should_prune():
                study.tell(trial, state=TrialState.PRUNED)
                return
        mean = _mean(losses)
        if not math.isfinite(mean):
            study.tell(trial, state=TrialState.FAIL)
            return
        trial.set_user_attr("folds", losses)
        study.tell(trial, mean)
    except Stopped:
        study.tell(trial, state=TrialState.FAIL)
        # What was begun is tried again when the study goes on.
        _enqueue(study, trial.params, named or _SEARCHED)
        raise
    # What a model cannot be computed with. A time limit, or a store that fails, is no trial's.
    except (ArithmeticError, LookupError, RuntimeError, ValueError) as error:
        log.warning("Trial %d failed: %s", trial.number, error)
        trial.set_user_attr("error", str(error)[:500])
        study.tell(trial, state=TrialState.FAIL)


def _watched(losses: Iterator[float], watch: Callable[[], None]) -> Iterator[float]:
    for loss in losses:
        yield loss
        watch()


def _mean(losses: Iterator[float] | Sequence[float]) -> float:
    found = list(losses)
    return sum(found) / len(found) if found else math.nan


def _summed(study: "optuna.Study", tuning: Tuning, simple: tuple[str, float], ended: str) -> Tuned:
    from optuna.trial import TrialState

    trials = study.get_trials(deepcopy=False)
    complete = [trial for trial in trials if trial.state is TrialState.COMPLETE]
    by_origin = {trial.user_attrs.get(_ORIGIN): trial.value for trial in reversed(complete)}
    # Of equal ones the first: the default and what is in use come before what was searched.
    best = min(complete, key=lambda trial: (float(trial.value or 0.0), trial.number), default=None)
    failed = [trial for trial in trials if trial.state is TrialState.FAIL]
    told = {str(trial.user_attrs["error"]) for trial in failed if "error" in trial.user_attrs}
    return Tuned(
        best=None if best is None else dict(best.params),
        origin="" if best is None else str(best.user_attrs.get(_ORIGIN, _SEARCHED)),
        loss=math.inf if best is None else float(best.value or 0.0),
        folds=() if best is None else tuple(best.user_attrs.get("folds", ())),
        candidates={each.name: by_origin.get(each.name) for each in tuning.candidates},
        simple=simple,
        complete=len(complete),
        pruned=sum(trial.state is TrialState.PRUNED for trial in trials),
        failed=len(failed),
        ended=ended,
        notes=tuple(sorted(told)[:5]),
    )
