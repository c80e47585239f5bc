"""Models that learn from all series of a group at once: what followed windows like the last one.

A linear one (P. Montero-Manso & R. J. Hyndman, 2021) and gradient boosting on the same windows.
Both see a series without its season, in units of its usual step, around the mean of its last
season; so one that is large or young is as good a lesson as another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from worker_core.forecasting.metric.panel import Floats
from worker_core.forecasting.metric.seasonality import Adjusted

FEWEST_WINDOWS: Final = 400
"""Windows below which there is nothing to learn that the series do not say by themselves."""
FEWEST_SERIES: Final = 20

_MOST_OF_A_SERIES: Final = 200
_MOST_ROWS: Final = 60_000
_RIDGE: Final = 1e-3
# Surprises beyond this share are no lesson.
_CLIP: Final = 0.995


@dataclass(frozen=True, slots=True)
class PooledModels:
    """Both models after training.

    Attributes:
        length: values in a window.
        width: the last of them, around whose mean the trees see a window.
        horizon: steps ahead.
        coefficients: (length + 1, horizon) of the linear model.
        trees: scikit-learn's ensemble.
        windows: on how many both were trained.
    """

    length: int
    width: int
    horizon: int
    coefficients: Floats
    trees: Any
    windows: int

    def forecast(self, series: Sequence[Adjusted]) -> tuple[Floats, Floats]:
        """By the linear model, and by the trees, each (n, horizon)."""
        units = np.array([_unit(each.values) for each in series])
        last = np.stack(
            [
                _last(each.values / unit, self.length)
                for each, unit in zip(series, units, strict=True)
            ]
        )
        rows = np.column_stack([last - last[:, -1:], np.ones(len(last))])
        linear = rows @ self.coefficients + last[:, -1:]
        centre = last[:, -self.width :].mean(axis=1)
        asked = np.column_stack(
            [
                np.repeat(last - centre[:, None], self.horizon, axis=0),
                np.tile(np.arange(self.horizon, dtype=np.float64), len(last)),
            ]
        )
        boosted = self.trees.predict(asked).reshape(len(last), -1) + centre[:, None]

        def whole(found: Floats) -> Floats:
            pairs = zip(series, found * units[:, None], strict=True)
            return np.stack([each.back(row) for each, row in pairs])

        return whole(linear), whole(boosted)


def learn(
    series: Sequence[Adjusted], period: int, horizon: int, *, seed: int = 0
) -> PooledModels | None:
    """Train on all series; None where there are too few of them or too few windows."""
    if len(series) < FEWEST_SERIES:
        return None
    length = max(2 * min(period, 12), 5)
    parts = [_windows(each.values / _unit(each.values), length, horizon) for each in series]
    counts = np.array([len(part) for part in parts])
    if counts.sum() < FEWEST_WINDOWS:
        return None
    windows = np.concatenate(parts)
    # A long series has more to teach, but not in proportion.
    weight = np.repeat(1.0 / np.sqrt(np.maximum(counts, 1)), counts)
    past, future = windows[:, :length], windows[:, length:]
    width = max(min(period, 12), 3)
    return PooledModels(
        length,
        width,
        horizon,
        _linear(past, future, weight),
        _boosted(past, future, weight, width, seed),
        len(windows),
    )


def _unit(values: Floats) -> float:
    """The usual step; where nothing ever moves, the size itself."""
    steps = float(np.abs(np.diff(values)).mean()) if len(values) > 1 else 0.0
    return steps or float(np.abs(values).max()) or 1.0


def _windows(values: Floats, length: int, horizon: int) -> Floats:
    """(windows, length + horizon), the newest."""
    if len(values) < length + horizon:
        return np.empty((0, length + horizon))
    found = np.lib.stride_tricks.sliding_window_view(values, length + horizon)
    return found[-_MOST_OF_A_SERIES:]


def _last(values: Floats, length: int) -> Floats:
    """The last window; before a short series its first value is repeated."""
    return np.concatenate([np.full(max(0, length - len(values)), values[0]), values])[-length:]


def _linear(past: Floats, future: Floats, weight: Floats) -> Floats:
    """Ridge regression, one for each step ahead, around the last value."""
    centre = past[:, -1:]
    rows = np.column_stack([past - centre, np.ones(len(past))])
    answers = _clipped(future - centre)
    weighted = (rows * weight[:, None]).T
    matrix = weighted @ rows + _RIDGE * len(rows) * np.eye(rows.shape[1])
    return np.asarray(np.linalg.solve(matrix, weighted @ answers))


def _boosted(past: Floats, future: Floats, weight: Floats, width: int, seed: int) -> Any:
    """One ensemble of trees for all steps ahead, for the absolute error, around the mean of the
    last ``width`` values."""
    from sklearn.ensemble import HistGradientBoostingRegressor
    from threadpoolctl import threadpool_limits

    horizon = future.shape[1]
    centre = past[:, -width:].mean(axis=1)
    # Drawn by their weight, and then all alike: medians without weights are found far faster.
    share = np.repeat(weight, horizon)
    count = min(len(share), _MOST_ROWS)
    chance = np.random.default_rng(seed)
    rows = np.sort(chance.choice(len(share), count, p=share / share.sum()))
    window, step = rows // horizon, rows % horizon
    trees = HistGradientBoostingRegressor(
        loss="absolute_error",
        max_iter=120,
        learning_rate=0.07,
        max_leaf_nodes=15,
        min_samples_leaf=40,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=seed,
    )
    # Once more: its threads come with the import.
    with threadpool_limits(limits=1):
        trees.fit(
            np.column_stack([past[window] - centre[window, None], step]),
            _clipped(future[window, step] - centre[window]),
        )
    return trees


def _clipped(answers: Floats) -> Floats:
    reach = np.quantile(np.abs(answers), _CLIP)
    return np.clip(answers, -reach, reach)
