"""How well a scorer does on labelled sentences."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from worker_core.sentiment.labels import Labelled
from worker_core.sentiment.linear import LABELS
from worker_core.sentiment.model import Label, SentenceScorer

Classes = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class ClassQuality:
    """Of one class; 0 where there is nothing to divide by."""

    precision: float
    recall: float
    f1: float
    sentences: int


@dataclass(frozen=True, slots=True)
class Quality:
    """What a scorer got right.

    Attributes:
        macro_f1: mean of the F1 of the three classes; a class that occurs neither among the
            labels nor among the answers is left out.
        per_cpu_s: sentences scored in a second of this process's processor time.
    """

    accuracy: float
    macro_f1: float
    by_class: dict[Label, ClassQuality]
    sentences: int
    per_cpu_s: float


def evaluate(scorer: SentenceScorer, rows: Sequence[Labelled]) -> Quality:
    """Score the sentences of ``rows`` and hold the answers against their labels.

    Raises:
        ValueError: there are no rows.
    """
    if not rows:
        raise ValueError("There is no labelled sentence to evaluate with.")
    start = time.process_time()
    answers = scorer.score([row.text for row in rows])
    spent = time.process_time() - start
    truth = classes([row.label for row in rows])
    given = classes([label for _, label in answers])
    by_class = {label: _class(truth, given, place) for place, label in enumerate(LABELS)}
    return Quality(
        float((truth == given).mean()),
        macro_f1(truth, given),
        by_class,
        len(rows),
        len(rows) / max(spent, 1e-6),
    )


def classes(labels: Sequence[Label]) -> Classes:
    """Places in ``LABELS``."""
    return np.array([LABELS.index(label) for label in labels], dtype=np.intp)


def confusion(truth: Classes, given: Classes) -> npt.NDArray[np.intp]:
    """(3, 3): rows by label, columns by answer."""
    return np.bincount(truth * 3 + given, minlength=9).reshape(3, 3)


def macro_f1(truth: Classes, given: Classes) -> float:
    """See ``Quality.macro_f1``."""
    table = confusion(truth, given)
    both = table.sum(axis=0) + table.sum(axis=1)
    there = both > 0
    return float((2 * table.diagonal()[there] / both[there]).mean()) if there.any() else 0.0


def recalls(truth: Classes, given: Classes) -> list[float | None]:
    """Share of each class that was found; ``None`` for a class without sentences."""
    table = confusion(truth, given)
    return [
        float(table[place, place] / table[place].sum()) if table[place].sum() else None
        for place in range(3)
    ]


def _class(truth: Classes, given: Classes, place: int) -> ClassQuality:
    table = confusion(truth, given)
    right, labelled, answered = table[place, place], table[place].sum(), table[:, place].sum()
    return ClassQuality(
        float(right / answered) if answered else 0.0,
        float(right / labelled) if labelled else 0.0,
        float(2 * right / (labelled + answered)) if labelled + answered else 0.0,
        int(labelled),
    )
