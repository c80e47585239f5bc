"""Whether a new model takes the place of the one in use."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from worker_core.sentiment.evaluation import Classes, classes, macro_f1, recalls
from worker_core.sentiment.labels import Labelled
from worker_core.sentiment.linear import LABELS
from worker_core.sentiment.model import Label, SentenceScorer
from worker_core.sentiment.tokens import normalised

FEWEST: Final = 100
FEWEST_OF_A_CLASS: Final = 10
WORST_LOSS: Final = 0.02
"""Recall that a class may lose at most."""
_SAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of holding a challenger against the champion on the same sentences.

    Attributes:
        promoted: whether the challenger takes the place.
        reasons: sentences for the reader: why, or why not.
        champion_f1, challenger_f1: macro-F1 of each.
        low, high: 95 % interval of the difference of the macro-F1, by a paired bootstrap.
        p_value: McNemar's, exact, on which of the two is right where one of them is.
        recall_change: by class; a class without sentences is left out.
    """

    promoted: bool
    reasons: tuple[str, ...]
    sentences: int
    champion_f1: float
    challenger_f1: float
    low: float
    high: float
    p_value: float
    recall_change: dict[Label, float]

    @property
    def figures(self) -> dict[str, Any]:
        """What it was decided by, as JSON."""
        told = asdict(self)
        return {name: told[name] for name in told if name not in ("promoted", "reasons")}


def judge(
    champion: SentenceScorer,
    challenger: SentenceScorer,
    held_out: Sequence[Labelled],
    *,
    learned: Sequence[Labelled] = (),
    seed: int = 0,
) -> Verdict:
    """Score the held-out sentences with both models and decide.

    The challenger is promoted if the lower end of the bootstrap's interval is above 0 and no
    class loses more than ``WORST_LOSS`` of its recall.

    Args:
        learned: what the challenger was trained on: sentences that occur there are not judged.
    """
    seen = {normalised(row.text) for row in learned}
    rows = [row for row in held_out if normalised(row.text) not in seen]
    texts = [row.text for row in rows]
    return decide(
        [row.label for row in rows],
        [label for _, label in champion.score(texts)],
        [label for _, label in challenger.score(texts)],
        seed=seed,
    )


def decide(
    truth: Sequence[Label],
    champion: Sequence[Label],
    challenger: Sequence[Label],
    *,
    seed: int = 0,
) -> Verdict:
    """As ``judge``, of answers that are there already; all three in the same order."""
    labels, old, new = classes(truth), classes(champion), classes(challenger)
    old_f1, new_f1 = macro_f1(labels, old), macro_f1(labels, new)
    low, high = _bootstrap(labels, old, new, seed) if len(labels) else (0.0, 0.0)
    change = {
        label: after - before
        for label, before, after in zip(
            LABELS, recalls(labels, old), recalls(labels, new), strict=True
        )
        if before is not None and after is not None
    }
    against = _too_few(labels) or [*_not_better(low, high), *_worse(change)]
    reasons = against or [
        (
            f"Macro-F1 rises from {old_f1:.3f} to {new_f1:.3f} (95 % interval of the gain "
            f"{low:+.3f} to {high:+.3f}), and no class loses."
        )
    ]
    p_value = mcnemar(int(((old == labels) & (new != labels)).sum()),
                      int(((old != labels) & (new == labels)).sum()))  # fmt: skip
    return Verdict(
        not against, tuple(reasons), len(labels), old_f1, new_f1, low, high, p_value, change
    )


def mcnemar(only_first: int, only_second: int) -> float:
    """Exact two-sided p-value that two models are right equally often (Q. McNemar, 1947)."""
    count = only_first + only_second
    fewer = min(only_first, only_second)
    if count == 0:
        return 1.0
    if count > 1000:
        # The binomial's tail, by the normal with the correction for continuity.
        distance = max(abs(only_first - only_second) - 1, 0) / math.sqrt(count)
        return math.erfc(distance / math.sqrt(2))
    tail = sum(math.comb(count, each) for each in range(fewer + 1))
    return min(1.0, float(Fraction(tail, 2 ** (count - 1))))


def _bootstrap(labels: Classes, old: Classes, new: Classes, seed: int) -> tuple[float, float]:
    """Percentiles of the difference of macro-F1 over samples of sentences, within the classes.

    A sample is drawn as the counts of the 27 combinations of label and answers.
    """
    chance = np.random.default_rng(seed)
    cells = np.bincount(labels * 9 + old * 3 + new, minlength=27).reshape(3, 9)
    tables = np.stack(
        [
            chance.multinomial(int(row.sum()), row / max(row.sum(), 1), size=_SAMPLES)
            if row.sum()
            else np.zeros((_SAMPLES, 9), dtype=np.int64)
            for row in cells
        ],
        axis=1,
    ).reshape(_SAMPLES, 3, 3, 3)
    gains = _f1_of(tables.sum(axis=2)) - _f1_of(tables.sum(axis=3))
    low, high = np.percentile(gains, [2.5, 97.5])
    return float(low), float(high)


def _f1_of(tables: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Macro-F1 of confusion tables, (n, 3, 3): rows by label, columns by answer."""
    right = tables[:, [0, 1, 2], [0, 1, 2]]
    both = tables.sum(axis=1) + tables.sum(axis=2)
    there = both > 0
    scores = np.where(there, 2 * right / np.maximum(both, 1), 0.0)
    means: npt.NDArray[np.float64] = scores.sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    return means


def _too_few(labels: Classes) -> list[str]:
    counts = np.bincount(labels, minlength=3)
    if len(labels) < FEWEST:
        return [
            (
                f"Not enough to judge by: {len(labels)} labelled sentences that neither model has "
                f"learned, and {FEWEST} are needed."
            )
        ]
    return [
        f"Not enough to judge by: {counts[place]} {label} sentences, and "
        f"{FEWEST_OF_A_CLASS} are needed."
        for place, label in enumerate(LABELS)
        if counts[place] < FEWEST_OF_A_CLASS
    ]


def _not_better(low: float, high: float) -> list[str]:
    if low > 0:
        return []
    return [
        (
            "The new model is not surely better: the difference of macro-F1 is between "
            f"{low:+.3f} and {high:+.3f}."
        )
    ]


def _worse(change: dict[Label, float]) -> list[str]:
    return [
        f"It finds fewer of the {label} sentences: {-lost * 100:.1f} points less recall, and "
        f"{WORST_LOSS * 100:.0f} are allowed."
        for label, lost in change.items()
        if lost < -WORST_LOSS
    ]
