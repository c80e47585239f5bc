"""Holds weights that a search found for metrics against those in use, on what it has not seen."""

import logging
from typing import Any, Final

from worker_core import models
from worker_core.models.verdict import FEWEST, FEWEST_GROUPS
from worker_core.storage import ModelRecord, StorageError
from worker_core.tasks import metric_models
from worker_core.tasks.base import Run
from worker_core.tasks.trained import judged
from worker_core.tasks.tuned_forecasts import Past, past_of

log = logging.getLogger(__name__)

FITTED_EACH_TIME: Final = (
    "The models of metrics that learn from all series are fitted at each forecast, from what is "
    "stored then: they keep nothing that could be retrained. What is kept are the weights of the "
    "methods, which tuning searches and this task judges."
)
_NO_CHALLENGER: Final = "No searched weights wait to be judged; tune the forecasts to find some."
_TOO_FEW: Final = (
    f"At least {FEWEST} series of {FEWEST_GROUPS} companies with four or more years are needed to "
    "judge weights by, and fewer are stored. It waits."
)
_AGAIN: Final = 3


def judge(run: Run) -> dict[str, Any]:
    """Promote or reject the newest weights that a search has found; what became of them.

    They are judged by the last horizon of the stored metrics, which the search leaves out.
    """
    candidates = [
        one for one in run.storage.models.versions(metric_models.KIND) if one.status == "candidate"
    ]
    if not candidates:
        return _told("nothing", None, (_NO_CHALLENGER,))
    challenger = candidates[0]
    past = past_of(run, 1)
    if past is None or not _enough(past):
        return _told("kept", challenger, (_TOO_FEW,))
    for _ in range(_AGAIN):
        try:
            return _judged(run, challenger, past)
        except StorageError as error:
            if error.code != "champion_changed":
                raise
            log.info("%s It is judged again.", error.message)
    return _told("kept", challenger, ("The weights in use were changed again and again.",))


def _judged(run: Run, challenger: ModelRecord, past: Past) -> dict[str, Any]:
    """
    Raises:
        StorageError: ``champion_changed`` if others came into use meanwhile.
    """
    run.progress("Judging the weights of metrics", 0.95)
    champion = metric_models.in_use(run)
    against = run.storage.models.pointer(metric_models.KIND).version
    point, groups = past.points[-1], past.companies
    try:
        new = point.losses(metric_models.weights_of(challenger))
    except (KeyError, TypeError, ValueError) as error:
        verdict = models.Verdict(False, (f"Its weights cannot be read: {error}",))
    else:
        verdict = models.compare_losses(point.naive_losses(), new, groups)
        if verdict.promoted:
            verdict = models.compare_losses(point.losses(champion.options), new, groups)
        else:
            words = tuple(f"Against the seasonal naive method: {one}" for one in verdict.reasons)
            verdict = models.Verdict(False, words, verdict.figures)
    record = judged(run, challenger, verdict, against=against)
    outcome = "promoted" if record.status == "champion" else "rejected"
    log.info("%s: %s. %s", record.version, outcome, " ".join(verdict.reasons))
    return _told(outcome, record, verdict.reasons) | {"against": against}


def _enough(past: Past) -> bool:
    companies = past.companies
    return len(companies) >= FEWEST and len(set(companies)) >= FEWEST_GROUPS


def _told(outcome: str, record: ModelRecord | None, reasons: tuple[str, ...]) -> dict[str, Any]:
    return {
        "outcome": outcome,
        "version": None if record is None else record.version,
        "reasons": list(reasons),
        "note": FITTED_EACH_TIME,
    }
