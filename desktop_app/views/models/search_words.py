"""What is said of searches for settings and their trials. Nothing here touches a widget."""

from typing import Any, Final

from desktop_app.qt_models.words import clean
from desktop_app.services.models import Search
from desktop_app.ui import formats
from desktop_app.ui.tokens import Tone
from desktop_app.views.models.wording import Said, figure
from worker_core.storage import TaskRecord, TrialRecord


def search_state(search: Search | None, waiting: TaskRecord | None) -> Said:
    """How far a search is."""
    if waiting is not None:
        return _waiting(waiting)
    if search is None:
        return Said(Tone.WAITING, "No settings have been searched yet")
    best = "" if search.study.best is None else f"Best so far {figure(search.study.best)}. "
    done = f"{formats.count(search.done)} of {formats.count(search.wanted or search.done)} trials"
    if search.running:
        return Said(Tone.RUNNING, done, f"{best}What was tried is kept if you cancel.")
    state = search.task.state if search.task else ""
    if state == "cancelled":
        return Said(Tone.WAITING, f"Cancelled after {done}", f"{best}Tune again to go on.")
    if state in {"failed", "quarantined"}:
        why = (search.task.error_message if search.task else "") or "See the task."
        return Said(Tone.DANGER, f"Failed after {done}", clean(why))
    return Said(Tone.OK, done, f"{best}{_against(search)}")


def _waiting(task: TaskRecord) -> Said:
    if task.state == "running":
        return Said(Tone.RUNNING, "A worker prepares the search", "Then each trial is shown.")
    return Said(
        Tone.RUNNING,
        "The search waits for a worker",
        "It is on the queue model_training; a worker for training models takes it.",
    )


def _against(search: Search) -> str:
    if search.simple is None or search.study.best is None:
        return ""
    name, loss = search.simple
    if loss <= search.study.best:
        return f"{name} does as well ({figure(loss)}): no settings are worth having."
    return f"{name}: {figure(loss)}."


_TRIALS: Final = {
    "RUNNING": "PROGRESS",
    "COMPLETE": "SUCCESS",
    "PRUNED": "cut-short",
    "FAIL": "FAILURE",
    "WAITING": "PENDING",
}


def trial_state(trial: TrialRecord) -> str:
    return _TRIALS[trial.state]


def settings_of(trial: TrialRecord) -> str:
    """``pooled_share 0.333 · theta_share 0.5``."""
    return " · ".join(f"{clean(name)} {_number(value)}" for name, value in trial.parameters.items())


def _number(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
