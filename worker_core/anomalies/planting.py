"""Defects planted into real prices, to judge detectors where nobody has labelled any."""

import numpy as np

from worker_core.anomalies.model import Bools, Floats
from worker_core.anomalies.prices import BAD_TICK, LEVEL_JUMP, SEED_DAYS

EVERY = 250
"""Days between two planted defects of a kind, about."""
_ROOM = 15


def planted(closes: Floats, defect: str, seed: int, every: int = EVERY) -> tuple[Floats, Bools]:
    """The closes with defects of one kind, and on which days they are, ``(n_days,)`` each.

    A bad tick is 5 to 50 % away for a day, a level jump 10 to 50 % away for good (in logs), a stale
    run 3 to 10 days long, of which the first two are no defect yet.
    """
    random = np.random.default_rng(seed)
    x, label = closes.copy(), np.zeros(len(closes), dtype=np.bool_)
    last = len(x) - _ROOM
    days = np.arange(SEED_DAYS + 5, last, every) + random.integers(0, max(1, every - _ROOM))
    for day in days[days < last].tolist():
        way = random.choice([-1.0, 1.0])
        if defect == BAD_TICK:
            x[day] *= np.exp(way * random.uniform(0.05, 0.5))
            label[day] = True
        elif defect == LEVEL_JUMP:
            x[day:] *= np.exp(way * random.uniform(0.1, 0.5))
            label[day] = True
        else:
            rows = int(random.integers(3, 11))
            x[day + 1 : day + 1 + rows] = x[day]
            label[day + 3 : day + 1 + rows] = True
    return x, label


def average_precision(label: Bools, score: Floats) -> float:
    """Mean precision at each defect, by falling score; NaN where there is no defect."""
    hits = label[np.argsort(-score, kind="stable")]
    if not hits.any():
        return float("nan")
    return float((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].mean())


def f1_loss(label: Bools, alarms: Bools) -> float:
    """1 - F1 of alarms against defects."""
    hits = float((label & alarms).sum())
    total = float(label.sum() + alarms.sum())
    return 1.0 - 2.0 * hits / total if total else 0.0
