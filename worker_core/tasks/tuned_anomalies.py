"""Thresholds of the price detectors, searched by defects planted into the stored histories."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np

from worker_core import models
from worker_core.anomalies.prices import SEED_DAYS, THRESHOLDS
from worker_core.models.tuning import Number, Parameters
from worker_core.storage import NewModel
from worker_core.tasks import anomaly_work
from worker_core.tasks.anomaly_training import (
    DEFECTS,
    FEWEST_DAYS,
    SEED,
    TRAIN_SEEDS,
    Case,
    histories_of,
    planted_cases,
)
from worker_core.tasks.base import PermanentFailure, Run
from worker_core.tasks.tuning import Work

_PARTS: Final = 4
_MOST_SYMBOLS: Final = 60
_SPACE: Final = {defect: Number(2.0, 40.0, log=True) for defect in DEFECTS}

Folds = tuple[list[Case], ...]


def anomalies(run: Run) -> Work:
    """The work of tuning the detectors of defects in prices.

    Raises:
        PermanentFailure: no history is long enough.
    """
    histories, _ = histories_of(run, [])
    if not histories:
        raise PermanentFailure(
            f"No symbol has {FEWEST_DAYS} prices, by which thresholds could be tuned. Fetch more "
            "with update_market_data."
        )
    chosen = dict(sorted(histories.items())[:_MOST_SYMBOLS])
    *searched, kept = _folds(run, chosen)
    in_use, champion = anomaly_work.thresholds(run)
    data = models.set_hash(f"{name}:{closes.tobytes().hex()}" for name, closes in chosen.items())

    def losses(parameters: Parameters) -> Iterator[float]:
        for fold in searched:
            yield _loss(fold, parameters)

    def simple() -> Iterator[float]:
        for fold in searched:
            yield float(np.mean([case.naive_loss for case in fold]))

    def settle(best: Mapping[str, Any], told: dict[str, Any]) -> tuple[NewModel, None]:
        thresholds = {name: round(float(best[name]), 3) for name in DEFECTS}
        parameters: dict[str, Any] = {
            "thresholds": thresholds,
            "seed": SEED,
            "defects": list(DEFECTS),
        }
        new = NewModel(
            anomaly_work.MODEL_KIND,
            models.version_name("thresholds", json.dumps(parameters, sort_keys=True) + data),
            parameters=parameters,
            metrics={
                "search": told,
                "untouched": {
                    "loss": _loss(kept, thresholds),
                    "loss_default": _loss(kept, THRESHOLDS),
                    "loss_naive": float(np.mean([case.naive_loss for case in kept])),
                },
            },
            training_set=data,
            libraries=models.libraries("numpy"),
            seed=SEED,
            parent_version=champion,
            task_id=run.task_id,
        )
        return new, None

    return Work(
        kind=anomaly_work.MODEL_KIND,
        data=data,
        space=_SPACE,
        default=dict(THRESHOLDS),
        in_use=None if champion is None else in_use,
        champion=champion,
        objective=losses,
        simple=("the naive rule", simple),
        settle=settle,
    )


def _folds(run: Run, histories: Mapping[str, Any]) -> Folds:
    """Parts of the histories one after the other, each judged with what came before it alone."""
    found: Folds = tuple([] for _ in range(_PARTS))
    for number, (symbol, closes) in enumerate(histories.items()):
        run.progress("Planting defects", 0.1 * number / len(histories))
        edges = np.linspace(SEED_DAYS, len(closes), _PARTS + 1).astype(int)
        for part, cases in enumerate(found):
            length = int(edges[part + 1] - edges[part])
            seeds = range(part * TRAIN_SEEDS, (part + 1) * TRAIN_SEEDS)
            cases += [
                replace(
                    case,
                    label=case.label[-length:],
                    score=case.score[-length:],
                    naive=case.naive[-length:],
                )
                for case in planted_cases(symbol, closes[: edges[part + 1]], seeds)
            ]
    if not all(found):
        raise PermanentFailure("The stored prices are too odd for defects to be planted into them.")
    return found


def _loss(cases: list[Case], thresholds: Mapping[str, Any]) -> float:
    """Mean of 1 − F1."""
    return float(np.mean([case.loss(float(thresholds[case.defect])) for case in cases]))
