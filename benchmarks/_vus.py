"""Volume under the precision-recall surface (Paparrizos, Boniol, Palpanas, Tsay, Elmore & Franklin
2022, Volume Under the Surface: A New Accuracy Evaluation Measure for Time-Series Anomalies).

Labels get a soft edge of every length from 0 to ``longest`` rows, so that an alarm just beside a
window is worth something; recall counts by how many windows are found at all. The surface's volume
is the mean of the areas under the precision-recall curves over these lengths.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

THRESHOLDS = 250


def vus_pr(scores: Floats, windows: Sequence[tuple[int, int]], longest: int = 100) -> float:
    """The volume, from 0 to 1.

    Args:
        scores: ``(n,)``; higher is more anomalous.
        windows: first and last row of each labelled window.
        longest: of the soft edges, in rows.
    """
    areas = [_area(scores, windows, edge) for edge in range(longest + 1)]
    return float(np.mean(areas))


def _area(scores: Floats, windows: Sequence[tuple[int, int]], edge: int) -> float:
    rows = len(scores)
    core = np.zeros(rows)
    soft = np.zeros(rows)
    reaches = []
    for first, last in windows:
        core[first : last + 1] = 1.0
        before = np.arange(max(first - edge // 2, 0), first)
        after = np.arange(last + 1, min(last + edge // 2 + 1, rows))
        if edge:
            soft[before] += np.sqrt(1.0 - (first - before) / edge)
            soft[after] += np.sqrt(1.0 - (after - last) / edge)
        reaches.append((before[0] if len(before) else first, after[-1] if len(after) else last))
    soft = np.minimum(np.where(core > 0, 0.0, soft), 1.0)
    order = np.argsort(-scores, kind="stable")
    # Rows with the same score are predicted together.
    level = scores[order]
    ends = np.linspace(0, rows - 1, THRESHOLDS).astype(int)
    predicted = np.searchsorted(-level, -level[ends], side="right")
    hits = np.cumsum(core[order])[predicted - 1]
    near = np.cumsum(soft[order])[predicted - 1]
    loudest = np.array([scores[first : last + 1].max() for first, last in _joined(reaches)])
    found = (loudest[None, :] >= level[ends][:, None]).mean(axis=1)
    positives = (2.0 * core.sum() + near) / 2.0
    recall = np.minimum((hits + near) / positives, 1.0) * found
    precision = (hits + near) / predicted
    return float(np.diff(recall, prepend=0.0) @ precision)


def _joined(reaches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for first, last in sorted(reaches):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found
