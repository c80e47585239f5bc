"""A registry of models at every point of their way, and a search that is under way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from worker_core import models
from worker_core.models.tuning import Candidate, Number, Tuning, tune
from worker_core.storage import NewModel, NewTask, Storage, TaskNote

TASK = "model_training.optimize_model_hyperparameters"
SEARCH_ID = "5f0c4a51-74f5-4d5c-9c40-0f6c54b19c11"
BETTER = (
    "The mean loss falls from 0.0961 to 0.0829 (95 % interval of the difference -0.0201 to "
    "-0.00638)."
)
REFUSED = (
    "The new model is not surely better: its mean loss is 0.0861 against 0.0829, and the "
    "difference is between -0.0042 and +0.0107."
)
LIBRARIES = {"numpy": "2.3.4", "scipy": "1.16.3", "vaderSentiment": "3.3.2"}


@dataclass(frozen=True)
class Judged:
    """A verdict."""

    promoted: bool
    reasons: tuple[str, ...]
    figures: Mapping[str, Any] = field(default_factory=dict)


def fill(storage: Storage) -> None:
    """Sentiment with a champion and one that was refused, prices by symbol, a tuned candidate."""
    _sentiment(storage)
    for place, symbol in enumerate(("AAPL", "GOOG", "IBM", "MSFT")):
        _price(storage, symbol, place)
    storage.models.register(
        NewModel(
            "forecast.metric",
            "ensemble-1b7d3f02c9aa",
            parameters={"pooled_share": 0.41, "theta_share": 0.37},
            metrics={
                "search": {"study": "forecast.metric-…"},
                "untouched": {
                    "series": 54,
                    "mase": 0.871,
                    "mase_default": 0.884,
                    "mase_naive": 1.113,
                },
            },
            training_set=models.set_hash(["metrics"]),
            libraries={"numpy": "2.3.4", "scikit-learn": "1.9.0"},
            seed=0,
            task_id=SEARCH_ID,
        )
    )


def _sentiment(storage: Storage) -> None:
    rows: tuple[tuple[str, float, float, Judged | None], ...] = (
        ("linear-0d2c5a7710be", 0.912, 0.904, Judged(True, ("There was no model before it.",))),
        (
            "linear-8fe1c04a92d3",
            0.924,
            0.917,
            Judged(
                True,
                (BETTER,),
            ),
        ),
        (
            "linear-c61b9e55f0a8",
            0.919,
            0.914,
            Judged(
                False,
                (REFUSED,),
            ),
        ),
    )
    before: str | None = None
    for place, (version, accuracy, macro_f1, verdict) in enumerate(rows):
        storage.models.register(
            NewModel(
                "sentiment",
                version,
                metrics={
                    "accuracy": accuracy,
                    "macro_f1": macro_f1,
                    "by_class": {
                        name: {"precision": round(macro_f1 + off, 4), "recall": macro_f1}
                        for name, off in (
                            ("positive", 0.01),
                            ("neutral", 0.02),
                            ("negative", -0.03),
                        )
                    },
                    "learned": 8_214 + 310 * place,
                    "judged": 2_051 + 78 * place,
                },
                training_set=models.set_hash([version]),
                libraries=LIBRARIES,
                seed=0,
                parent_version=before or "linear-bundled",
            ),
            bytes(1_284_000 + place),
        )
        if verdict is not None and verdict.promoted:
            storage.models.promote("sentiment", version, verdict=verdict, against=before)
            before = version
        elif verdict is not None:
            storage.models.reject("sentiment", version, verdict=verdict)


def _price(storage: Storage, symbol: str, place: int) -> None:
    version = models.version_name("fhs", symbol)
    skills = {"1": 0.953, "5": 0.969, "21": 0.978}
    storage.models.register(
        NewModel(
            "forecast.price",
            version,
            symbol,
            parameters={"trained_until": "2013-03-01"},
            metrics={
                "horizons": {
                    horizon: {
                        "origins": 97,
                        "crps": round(0.0081 * int(horizon) ** 0.5, 5),
                        "skill": skill + 0.004 * place,
                        "dm_p": 0.012,
                        "coverage": {"80": 0.812, "95": 0.949},
                        "worst_year": 0.872,
                    }
                    for horizon, skill in skills.items()
                }
            },
            training_set=models.set_hash([symbol]),
            libraries={"arch": "8.0.0", "numpy": "2.3.4"},
            seed=0,
        )
    )
    words = ("There was no model before it.",)
    storage.models.promote("forecast.price", version, symbol, verdict=Judged(True, words))


def search(storage: Storage, done: int = 23, wanted: int = 50) -> str:
    """A search of the metric forecasts that a worker is at; its name."""
    storage.tasks.add(NewTask(SEARCH_ID, TASK, "model_training", {"model": "forecasting"}))
    storage.tasks.published([SEARCH_ID])
    storage.tasks.note([TaskNote(SEARCH_ID, "running", datetime.now(UTC))])
    space = {name: Number(0.0, 1.0) for name in ("pooled_share", "theta_share")}

    def losses(parameters: Mapping[str, Any]) -> Iterator[float]:
        chance = np.random.default_rng(int(1e6 * float(parameters["pooled_share"])))
        for _ in range(4):
            hollow = (float(parameters["pooled_share"]) - 0.4) ** 2
            hollow += 0.4 * (float(parameters["theta_share"]) - 0.35) ** 2
            yield 0.86 + hollow + float(chance.normal(0, 0.004))

    def simple() -> Iterator[float]:
        yield 1.093

    name = "forecast.metric-3be91d4c8a0f7752-61d0ab3e"
    tune(
        Tuning(
            name,
            space,
            [Candidate("default", {"pooled_share": 0.333, "theta_share": 0.5})],
            ("the seasonal naive method", simple),
            done,
            600.0,
            labels={"task_id": SEARCH_ID},
        ),
        losses,
        storage.studies(),
    )
    _want(storage, name, wanted)
    return name


def _want(storage: Storage, name: str, wanted: int) -> None:
    import optuna

    study = optuna.load_study(study_name=name, storage=storage.studies())
    study.set_user_attr("trials", wanted)


def backdate(storage: Storage, now: float) -> None:
    """Put what was written into the days before ``now``, an hour between any two."""
    from sqlalchemy import update

    from worker_core.storage import schema
    from worker_core.storage.engine import writing

    newest = datetime.fromtimestamp(now, UTC)
    rows, changes = storage.models.versions(), storage.models.changes()
    with writing(storage.models._engine) as connection:
        for place, row in enumerate(rows):
            at = newest - timedelta(hours=1 + 23 * place)
            table = schema.model_registry
            connection.execute(
                update(table).where(table.c.id == row.id).values(created_at=at, changed_at=at)
            )
        for place, change in enumerate(changes):
            table = schema.model_changes
            at = newest - timedelta(hours=1 + 23 * place)
            connection.execute(update(table).where(table.c.at == change.at).values(at=at))
