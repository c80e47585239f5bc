"""Champion and challenger: whether a new model takes the place of the one in use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

FEWEST: Final = 30
"""Paired losses below which nothing is decided."""
FEWEST_GROUPS: Final = 5
_SAMPLES: Final = 2000

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of holding a challenger against the champion.

    Attributes:
        promoted: whether the challenger takes the place.
        reasons: sentences for the reader: why, or why not; at least one.
        figures: what it was decided by, as JSON.
    """

    promoted: bool
    reasons: tuple[str, ...]
    figures: Mapping[str, Any] = field(default_factory=dict)


def first_of_its_kind(
    faults: Sequence[str] = (), figures: Mapping[str, Any] | None = None
) -> Verdict:
    """The verdict where there is no champion: promoted unless something is wrong with it.

    Args:
        faults: sentences for the reader on what the model fails by itself, such as its
            calibration or the naive method that it does not beat.
    """
    if faults:
        return Verdict(False, tuple(faults), figures or {})
    return Verdict(True, ("There was no model before it.",), figures or {})


def compare_losses(
    champion: Sequence[float] | Floats,
    challenger: Sequence[float] | Floats,
    groups: Sequence[object] | None = None,
    *,
    allowed_worse: float = 0.0,
    seed: int = 0,
) -> Verdict:
    """Decide by the losses of both models on the same cases; smaller is better.

    The challenger is promoted if the upper end of the 95 % interval of the mean difference
    (challenger - champion) is below 0. The interval is a percentile bootstrap over whole groups
    (A. C. Cameron, J. B. Gelbach, D. L. Miller, 2008, Review of Economics and Statistics 90(3)):
    errors of one series, or of one day, are not independent.

    Args:
        groups: one of each case, any hashable; by default each case stands alone.
        allowed_worse: share by which the loss of a single group may grow on the mean of the
            groups' worst tenth; 0 does not look at it.

    Raises:
        ValueError: the lengths differ, or a loss is not a finite number.
    """
    old, new = np.asarray(champion, np.float64), np.asarray(challenger, np.float64)
    labels = list(range(len(old))) if groups is None else list(groups)
    if not len(old) == len(new) == len(labels):
        raise ValueError("both models need a loss, and a group, for each case")
    if not (np.isfinite(old).all() and np.isfinite(new).all()):
        raise ValueError("a loss is not a finite number")
    places = {label: place for place, label in enumerate(dict.fromkeys(labels))}
    if len(old) < FEWEST or len(places) < FEWEST_GROUPS:
        return Verdict(
            False,
            (_too_few(len(old), len(places)),),
            {"cases": len(old), "groups": len(places)},
        )
    of = np.array([places[label] for label in labels])
    counts = np.bincount(of).astype(np.float64)
    old_sums, new_sums = np.bincount(of, old), np.bincount(of, new)
    low, high = _interval(np.asarray(new_sums - old_sums, np.float64), counts, seed)
    before, after = float(old.mean()), float(new.mean())
    figures = {
        "cases": len(old),
        "groups": len(places),
        "champion_loss": before,
        "challenger_loss": after,
        "low": low,
        "high": high,
    }
    against = []
    if not high < 0:
        against.append(
            f"The new model is not surely better: its mean loss is {after:.4g} against "
            f"{before:.4g}, and the difference is between {low:+.3g} and {high:+.3g}."
        )
    if allowed_worse:
        worse = _worst_tenth(old_sums / counts, new_sums / counts)
        figures["worst_tenth"] = worse
        if worse > allowed_worse:
            against.append(
                f"In the tenth of the groups where it does worst its loss is {worse * 100:+.1f} % "
                f"of the old one, and {allowed_worse * 100:.0f} % more are allowed."
            )
    told = (
        f"The mean loss falls from {before:.4g} to {after:.4g} (95 % interval of the difference "
        f"{low:+.3g} to {high:+.3g})."
    )
    return Verdict(not against, tuple(against) or (told,), figures)


def _too_few(cases: int, groups: int) -> str:
    return (
        f"Not enough to judge by: {cases} cases of {groups} groups, and {FEWEST} of "
        f"{FEWEST_GROUPS} are needed."
    )


def _interval(differences: Floats, counts: Floats, seed: int) -> tuple[float, float]:
    """Of the mean over all cases, by drawing groups."""
    chance = np.random.default_rng(seed)
    groups = len(counts)
    means = np.empty(_SAMPLES)
    # By rows, so that memory does not grow with groups times samples.
    for sample in range(_SAMPLES):
        drawn = chance.integers(0, groups, groups)
        means[sample] = differences[drawn].sum() / counts[drawn].sum()
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def _worst_tenth(old: Floats, new: Floats) -> float:
    """Growth of the loss where it grows most, as a share of the mean of the old loss there."""
    count = max(1, len(old) // 10)
    worst = np.argsort(old - new, kind="stable")[:count]
    base = float(np.abs(old[worst]).mean())
    grown = float((new[worst] - old[worst]).mean())
    # A loss that was nothing and is something has grown by more than any share.
    return min(grown / base, 1e6) if base > 0 else (0.0 if grown <= 0 else 1e6)
