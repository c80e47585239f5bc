"""The sentiment model retrained: what it learns from, whether it is time, and what became of it."""

import logging
import time
from dataclasses import asdict
from typing import Any

from worker_core import settings
from worker_core.arguments import RetrainSentiment
from worker_core.models import libraries, seconds_left, set_hash
from worker_core.sentiment import labels, scorers
from worker_core.sentiment.labels import Labelled, LabelsError
from worker_core.sentiment.linear import ModelError
from worker_core.sentiment.retraining import Retrained, retrain
from worker_core.storage import NewModel, StorageError
from worker_core.tasks.base import PermanentFailure, Result, Run
from worker_core.tasks.tone import KIND, champion
from worker_core.tasks.trained import settle

log = logging.getLogger(__name__)

_JUDGED_AT_MOST = 3
_LIBRARIES = ("numpy", "scipy", "vaderSentiment")


def retrain_sentiment(run: Run, arguments: RetrainSentiment) -> Result:
    """Train a challenger and settle it; what to answer.

    Raises:
        PermanentFailure: a label file cannot be read, a class has too few sentences, or the
            budget of time is spent. Nothing has changed then.
    """
    started = time.monotonic()
    run.progress("Reading labels", 0.0)
    try:
        files, rows = _rows(run)
        waits = None if arguments.force else _waits(run, files, rows)
        if waits is not None:
            log.info("%s", waits)
            return {"trained": False, "promoted": False, "reasons": [waits], "labels": len(rows)}

        def step(done: float) -> None:
            if seconds_left(started, arguments.time_budget_s) == 0:
                raise PermanentFailure(
                    f"Training took longer than the {arguments.time_budget_s} s it was given and "
                    "was stopped. The model in use stays. Give it more time."
                )
            run.progress("Training", 0.05 + 0.9 * done)

        for _ in range(_JUDGED_AT_MOST):
            model, version, notes = champion(run)
            base = scorers.bundled_model()
            made = retrain(rows, model or base, base, seed=arguments.seed, step=step)
            try:
                answer = _settled(run, arguments, made, version, files)
            except StorageError as error:
                if error.code != "champion_changed":
                    raise
                log.info("%s It is judged again.", error.message)
            else:
                return {**answer, "notes": list(notes)}
    except (LabelsError, ModelError) as error:
        raise PermanentFailure(str(error)) from error
    raise PermanentFailure(
        "The model in use was changed again and again while a new one was judged. Try again later."
    )


def _rows(run: Run) -> tuple[str, list[Labelled]]:
    """The hash of what stands in files, and all labels: of files, and of the window's users."""
    paths = labels.files_of(settings.current().sentiment_label_files)
    rows = [row for path in paths for row in labels.read(path)]
    files = set_hash(f"{row.label}\t{row.text}" for row in rows)
    rows += [Labelled(each.text, each.label) for each in run.storage.labels.all()]
    return files, rows


def _waits(run: Run, files: str, rows: list[Labelled]) -> str | None:
    """Why nothing is to be trained now, if so."""
    if not rows:
        return (
            "There is nothing to learn from: no sentence has been labelled, and "
            "AFI_SENTIMENT_LABEL_FILES names no file."
        )
    last = next(iter(run.storage.models.versions(KIND, "", limit=1)), None)
    new = run.storage.labels.changed_since(last.created_at if last else None)
    needed = settings.current().sentiment_retrain_after
    unchanged = files == (last.parameters.get("files") if last else set_hash([]))
    if not unchanged or new >= needed:
        return None
    return f"{new} sentences have been labelled since the last training, and {needed} are awaited."


def _settled(
    run: Run, arguments: RetrainSentiment, made: Retrained, against: str | None, files: str
) -> dict[str, Any]:
    model = made.model
    quality = asdict(made.quality) if made.quality else {}
    # A speed says something of the machine, and nothing of the model.
    quality.pop("per_cpu_s", None)
    new = NewModel(
        kind=KIND,
        version=model.version,
        parameters={**model.about, "files": files, "from_base": made.from_base},
        metrics={**quality, "learned": made.learned, "judged": made.judged},
        training_set=str(model.about["training_set"]),
        libraries=libraries(*_LIBRARIES),
        seed=arguments.seed,
        parent_version=against or scorers.bundled_model().version,
        task_id=run.task_id,
    )
    settled = settle(run, new, made.verdict, against=against, artifact=model.dumps())
    log.info("%s: %s. %s", model.version, settled["status"], " ".join(made.verdict.reasons))
    return {
        "trained": True,
        **settled,
        "learned": made.learned,
        "judged": made.judged,
        "figures": made.verdict.figures,
    }
