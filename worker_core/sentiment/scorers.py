"""The scorers: the linear model as the default, and what stands in when it cannot be read."""

import logging
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

import resources
from worker_core.sentiment.explain import explain
from worker_core.sentiment.linear import LABELS, Floats, LinearModel, ModelError, load
from worker_core.sentiment.model import Label, Scored, SentenceScorer
from worker_core.sentiment.vader import VaderScorer

log = logging.getLogger(__name__)

_BATCH = 1024
"""Sentences whose features are in memory at a time."""


class LinearScorer:
    """Scores sentences with a linear model.

    The compound is the probability of positive less that of negative, and the class is the
    likeliest one.
    """

    def __init__(self, model: LinearModel) -> None:
        self.model = model

    @property
    def model_version(self) -> str:
        """``linear-`` and the beginning of the hash of the model."""
        return self.model.version

    def score(self, sentences: Sequence[str]) -> list[tuple[float, Label]]:
        """See ``SentenceScorer.score``."""
        return [
            scored
            for start in range(0, len(sentences), _BATCH)
            for scored in outcomes(self.model.probabilities(sentences[start : start + _BATCH]))
        ]

    def details(self, sentences: Sequence[str]) -> list[Scored]:
        """See ``DetailedScorer.details``."""
        found: list[Scored] = []
        for start in range(0, len(sentences), _BATCH):
            features = [self.model.extract(each) for each in sentences[start : start + _BATCH]]
            chances = self.model.probabilities_of(features)
            found.extend(
                Scored(compound, label, float(chance.max()), explain(self.model, each))
                for each, chance, (compound, label) in zip(
                    features, chances, outcomes(chances), strict=True
                )
            )
        return found


def outcomes(chances: Floats) -> list[tuple[float, Label]]:
    """Compounds and classes from probabilities, (n, 3)."""
    compounds = np.clip(chances[:, 2] - chances[:, 0], -1.0, 1.0)
    return [
        (float(compound), LABELS[place])
        for compound, place in zip(compounds, chances.argmax(axis=1), strict=True)
    ]


@cache
def bundled_model() -> LinearModel:
    """The model that ships with the application.

    Raises:
        ModelError: it is missing or damaged.
    """
    try:
        path = resources.sentiment_model_path()
    except resources.ResourceError as error:
        raise ModelError(str(error)) from error
    return load(path)


@cache
def default_scorer() -> SentenceScorer:
    """The scorer that is used where none is named; one for the process.

    Where the bundled model cannot be read, VADER stands in, and the log says so; its name goes
    with every score.
    """
    return scorer_or_vader()


def scorer_or_vader(path: Path | None = None) -> SentenceScorer:
    """The model at ``path``, or the bundled one; VADER where it cannot be read."""
    try:
        return LinearScorer(bundled_model() if path is None else load(path))
    except ModelError as error:
        log.warning("%s Sentences are scored with VADER until then.", error)
        return VaderScorer()
