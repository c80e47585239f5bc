"""The Numenta Anomaly Benchmark's own rules (Lavin & Ahmad 2015), written from what they published.

An alarm inside a labelled window earns the more the earlier it is, and only the best one of a
window counts; a window without an alarm costs ``fn``; an alarm outside of all windows costs the
more the further it is behind the last one. The first 15 % of a file (750 rows at most) are for
learning and are not judged. The score is 0 for a detector that never alarms and 100 for one that
alarms at once in every window and nowhere else. One threshold serves the whole corpus.
"""

import csv
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

OUTSIDE = -1


@dataclass(frozen=True, slots=True)
class Costs:
    """A profile: the weight of a hit, a missed window and a false alarm."""

    tp: float = 1.0
    fn: float = 1.0
    fp: float = 0.11


STANDARD = Costs()


@dataclass(frozen=True)
class NabSeries:
    """One file.

    Attributes:
        windows: first and last row of each labelled window.
    """

    name: str
    stamps: tuple[datetime, ...]
    values: Floats
    windows: tuple[tuple[int, int], ...]

    @property
    def group(self) -> str:
        return self.name.partition("/")[0]

    @property
    def probation(self) -> int:
        """How many rows at the start are not judged."""
        return math.floor(0.15 * min(len(self.values), 5000))

    @cached_property
    def rewards(self) -> tuple[Floats, Ints]:
        """What an alarm in each row is worth before the profile's weights, and the number of the
        window that it falls in (-1 for none)."""
        return _rewards(len(self.values), self.windows)


def _sigmoid(x: float) -> float:
    return -1.0 if x > 3.0 else 2.0 / (1.0 + math.exp(5.0 * x)) - 1.0


def _rewards(rows: int, windows: Sequence[tuple[int, int]]) -> tuple[Floats, Ints]:
    worth, place = np.full(rows, -1.0), np.full(rows, OUTSIDE)
    for number, (first, last) in enumerate(windows):
        width = last - first + 1
        until = windows[number + 1][0] if number + 1 < len(windows) else rows
        for row in range(first, last + 1):
            worth[row] = _sigmoid(-(last - row + 1) / width) / _sigmoid(-1.0)
            place[row] = number
        for row in range(last + 1, until):
            worth[row] = _sigmoid((row - last) / (width - 1)) if width > 1 else -1.0
    return worth, place


def judged_windows(series: NabSeries) -> list[int]:
    """The windows that reach beyond the time for learning."""
    return [n for n, (_, last) in enumerate(series.windows) if last >= series.probation]


def raw_score(series: NabSeries, alarms: npt.NDArray[np.bool_], costs: Costs = STANDARD) -> float:
    """The unscaled score of one file's alarms."""
    worth, place = series.rewards
    heard = alarms.copy()
    heard[: series.probation] = False
    total = costs.fp * float(worth[heard & (place == OUTSIDE)].sum())
    for number in judged_windows(series):
        hits = worth[heard & (place == number)]
        total += costs.tp * float(hits.max()) if hits.size else -costs.fn
    return total


def nab_score(
    corpus: Sequence[NabSeries],
    alarms: Mapping[str, npt.NDArray[np.bool_]],
    costs: Costs = STANDARD,
) -> float:
    """The score of a corpus, from 0 (no alarm at all) to 100 (perfect); it may be negative."""
    windows = sum(len(judged_windows(series)) for series in corpus)
    raw = sum(raw_score(series, alarms[series.name], costs) for series in corpus)
    null = -costs.fn * windows
    return 100.0 * (raw - null) / (costs.tp * windows - null)


def best_threshold(
    corpus: Sequence[NabSeries], scores: Mapping[str, Floats], costs: Costs = STANDARD
) -> tuple[float, float]:
    """The threshold (alarm at or above it) with the best score of the corpus, and that score."""
    levels, gains = [], []
    for number, series in enumerate(corpus):
        worth, place = series.rewards
        rows = np.arange(series.probation, len(worth))
        values = scores[series.name][rows]
        order = rows[np.argsort(-values, kind="stable")]
        best: dict[int, float] = dict.fromkeys(judged_windows(series), -costs.fn)
        gain = np.zeros(len(order))
        for at, row in enumerate(order):
            window = int(place[row])
            if window == OUTSIDE:
                gain[at] = costs.fp * worth[row]
            elif costs.tp * worth[row] > best[window]:
                gain[at] = costs.tp * worth[row] - best[window]
                best[window] = costs.tp * worth[row]
        levels.append(scores[series.name][order])
        gains.append(gain)
        del number
    level, gain = np.concatenate(levels), np.concatenate(gains)
    order = np.argsort(-level, kind="stable")
    level, reached = level[order], np.cumsum(gain[order])
    last = np.append(level[1:] != level[:-1], True)
    windows = sum(len(judged_windows(series)) for series in corpus)
    at = int(np.argmax(np.where(last, reached, -np.inf)))
    if reached[at] <= 0.0:
        return math.inf, 0.0
    return float(level[at]), float(100.0 * reached[at] / (windows * (costs.tp + costs.fn)))


def read_corpus(folder: Path) -> list[NabSeries]:
    """The series below ``folder/data`` with the windows of ``folder/labels``."""
    labels = json.loads((folder / "labels" / "combined_windows.json").read_text())
    found = []
    for path in sorted((folder / "data").glob("*/*.csv")):
        name = f"{path.parent.name}/{path.name}"
        with path.open(newline="") as file:
            rows = list(csv.reader(file))[1:]
        stamps = tuple(datetime.fromisoformat(row[0]) for row in rows)
        values = np.array([float(row[1]) for row in rows])
        place: dict[datetime, int] = {}
        for row, stamp in enumerate(stamps):
            place.setdefault(stamp, row)
        windows = tuple(
            (place[datetime.fromisoformat(start)], place[datetime.fromisoformat(end)])
            for start, end in labels.get(name, [])
        )
        found.append(NabSeries(name, stamps, values, windows))
    return found
