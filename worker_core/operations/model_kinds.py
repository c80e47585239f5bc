"""The kinds of models: what is in use where none is trained, and which task makes another."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

TUNE: Final = "model_training.optimize_model_hyperparameters"


@dataclass(frozen=True, slots=True)
class ModelKind:
    """A kind of model.

    Attributes:
        name: as in the registry.
        built_in: what is in use where no version is, as the subject of a sentence.
        retrain: the task that trains a challenger and judges it; empty where none does.
        arguments: what that task is told when a person asks for it.
        by_subject: whether there is one for each symbol.
        tuned_as: what the search for settings calls it; empty where there is none.
    """

    name: str
    title: str
    description: str
    built_in: str
    retrain: str = ""
    arguments: tuple[tuple[str, Any], ...] = ()
    by_subject: bool = False
    tuned_as: str = ""


KINDS: Final[Mapping[str, ModelKind]] = {
    kind.name: kind
    for kind in (
        ModelKind(
            "sentiment",
            "Sentiment",
            "The tone of each sentence of a document.",
            "The model that comes with the program",
            "model_training.retrain_sentiment_model",
            (("force", True),),
            tuned_as="sentiment",
        ),
        ModelKind(
            "forecast.price",
            "Price forecast",
            "The volatility of a symbol's price, by which its forecasts are as wide as they are.",
            "Nothing",
            "model_training.retrain_forecasting_models",
            (("kind", "price"),),
            by_subject=True,
        ),
        ModelKind(
            "forecast.metric",
            "Metric forecast",
            "How much each method weighs in the forecasts of companies' metrics.",
            "The weights that come with the program",
            "model_training.retrain_forecasting_models",
            (("kind", "metric"),),
            tuned_as="forecasting",
        ),
        ModelKind(
            "anomaly.price",
            "Price anomalies",
            "From which score on a price counts as a defect.",
            "The thresholds that come with the program",
            "model_training.retrain_anomaly_models",
            tuned_as="anomalies",
        ),
    )
}


def kind_of(name: str) -> ModelKind:
    """A kind by its name; one that this release does not know has no task."""
    return KINDS.get(name) or ModelKind(name, name, "", "What comes with the program")


def retraining(kind: str, subject: str = "") -> tuple[str, dict[str, Any]] | None:
    """The task that trains a model of this kind and subject anew, and its arguments."""
    known = kind_of(kind)
    if not known.retrain or (known.by_subject and not subject):
        return None
    arguments = dict(known.arguments)
    if known.by_subject:
        arguments["tickers"] = [subject]
    return known.retrain, arguments
