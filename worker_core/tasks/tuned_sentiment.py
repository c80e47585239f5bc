"""The recipe of the sentiment model, searched by the labels that are there."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

import numpy as np

from worker_core import models, settings
from worker_core.models.tuning import Number, Parameters, walk_forward
from worker_core.sentiment import labels, scorers
from worker_core.sentiment.evaluation import classes, macro_f1
from worker_core.sentiment.labels import Labelled, LabelsError, deduplicated
from worker_core.sentiment.model import SentenceScorer
from worker_core.sentiment.scorers import LinearScorer
from worker_core.sentiment.training import Recipe, train
from worker_core.sentiment.vader import VaderScorer
from worker_core.storage import NewModel
from worker_core.tasks.base import PermanentFailure, Run
from worker_core.tasks.tone import KIND
from worker_core.tasks.tuning import Work, number_settings

_FOLDS: Final = 3
_FEWEST: Final = 200
_MOST: Final = 6000
"""Sentences that a trial learns from and is judged by; the version is learned from all."""
_SPACE: Final = {"strength": Number(0.1, 30.0, log=True), "rules": Number(0.0, 2.0)}
_LIBRARIES: Final = ("numpy", "scipy", "vaderSentiment")


def sentiment(run: Run) -> Work:
    """The work of tuning the sentiment model.

    Raises:
        PermanentFailure: too few sentences are labelled, or a file of labels cannot be read.
    """
    try:
        rows = _rows(run)
    except LabelsError as error:
        raise PermanentFailure(str(error)) from error
    if len(rows) < _FEWEST:
        raise PermanentFailure(
            f"{len(rows)} sentences are labelled, and {_FEWEST} are needed to tune the sentiment "
            "model by. Label more in the window, or name files in AFI_SENTIMENT_LABEL_FILES."
        )
    part = rows[:_MOST]
    splits = walk_forward(len(part), _FOLDS, fewest=_FEWEST // 4)
    base = scorers.bundled_model()
    record = run.storage.models.champion(KIND)
    data = models.set_hash(f"{row.label}\t{row.text}" for row in rows)

    def losses(parameters: Parameters) -> Iterator[float]:
        recipe = Recipe(float(parameters["strength"]), float(parameters["rules"]))
        for split in splits:
            learned = [part[place] for place in split.train]
            model = train(learned, lexicon=base.lexicon.weights, recipe=recipe)
            yield _loss(LinearScorer(model), [part[place] for place in split.test])

    def simple() -> Iterator[float]:
        vader = VaderScorer()
        for split in splits:
            yield _loss(vader, [part[place] for place in split.test])

    def settle(best: Mapping[str, Any], told: dict[str, Any]) -> tuple[NewModel, bytes]:
        recipe = Recipe(float(best["strength"]), float(best["rules"]))
        model = train(rows, lexicon=base.lexicon.weights, recipe=recipe)
        new = NewModel(
            KIND,
            model.version,
            parameters={**model.about, **asdict(recipe)},
            metrics={"search": told},
            training_set=data,
            libraries=models.libraries(*_LIBRARIES),
            seed=0,
            parent_version=None if record is None else record.version,
            task_id=run.task_id,
        )
        return new, model.dumps()

    return Work(
        kind=KIND,
        data=data,
        space=_SPACE,
        default=asdict(Recipe()),
        in_use=number_settings(record, _SPACE),
        champion=None if record is None else record.version,
        objective=losses,
        simple=("VADER", simple),
        settle=settle,
    )


def _rows(run: Run) -> list[Labelled]:
    """All labels, one of each text, in an order that is the same for the same labels.

    Files know no times, so the order is by the texts' hashes: no fold is a topic of its own.
    """
    paths = labels.files_of(settings.current().sentiment_label_files)
    rows = [row for path in paths for row in labels.read(path)]
    rows += [Labelled(each.text, each.label) for each in run.storage.labels.all()]
    return sorted(deduplicated(rows), key=lambda row: hashlib.sha256(row.text.encode()).digest())


def _loss(scorer: SentenceScorer, rows: list[Labelled]) -> float:
    """1 − macro-F1."""
    given = [label for _, label in scorer.score([row.text for row in rows])]
    return 1.0 - macro_f1(classes([row.label for row in rows]), np.asarray(classes(given)))
