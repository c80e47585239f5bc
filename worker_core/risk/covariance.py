"""Covariances of windows: the sample's, or shrunk where the days are few for so many names."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from worker_core.risk.panel import Floats, Panel

Ints = npt.NDArray[np.int64]

DAYS_PER_NAME = 3
"""Below so many days a name, a window's covariance is shrunk."""
_BLOCK_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Windows:
    """Windows that measure the same names.

    Attributes:
        ends: row of each window's last day, ascending.
        columns: of the panel, those that are measured.
        means: ``(n_windows, n_columns)``.
        covariances: ``(n_windows, n_columns, n_columns)``, unbiased; shrunk if ``shrunk``.
    """

    ends: Ints
    columns: Ints
    means: Floats
    covariances: Floats
    shrunk: bool


def windows(
    panel: Panel, window: int, stride: int = 1, *, shrink: bool = False
) -> Iterator[Windows]:
    """The windows of ``window`` days, every ``stride`` days and at the last day, in blocks that
    fit into memory. Windows in which fewer than two names can be measured are passed over.

    Where ``shrink`` is set and there are fewer than 3 days a name, the covariances are those of
    Ledoit and Wolf (2004).
    """
    x, able = panel.filled, panel.measurable(window)
    last = len(x) - 1
    ends = np.arange(last, window - 2, -stride)[::-1]
    start = 0
    while start < len(ends):
        names = able[ends[start]]
        columns = np.flatnonzero(names)
        room = max(1, _BLOCK_BYTES // (8 * max(1, len(columns)) ** 2))
        stop = start + 1
        while stop < len(ends) and stop - start < room and (able[ends[stop]] == names).all():
            stop += 1
        if len(columns) >= 2:
            part = ends[start:stop]
            few = shrink and window < DAYS_PER_NAME * len(columns)
            make = _shrunk if few else _sample
            means, covariances = make(x[:, columns], part, window)
            yield Windows(part, columns, means, covariances, few)
        start = stop


def _sample(x: Floats, ends: Ints, window: int) -> tuple[Floats, Floats]:
    """By adding what comes and taking away what goes, from a fresh start in each block."""
    rows = x[ends[0] - window + 1 : ends[-1] + 1]
    centre = rows.mean(axis=0)
    rows = rows - centre
    count = rows.shape[1]
    sums, products = np.empty((len(ends), count)), np.empty((len(ends), count, count))
    at = ends - ends[0]
    held, square = rows[:window].sum(axis=0), rows[:window].T @ rows[:window]
    before = 0
    for number, place in enumerate(at):
        if place > before:
            new, old = rows[before + window : place + window], rows[before:place]
            held = held + new.sum(axis=0) - old.sum(axis=0)
            square = square + new.T @ new - old.T @ old
            before = int(place)
        sums[number], products[number] = held, square
    means = sums / window
    outer = means[:, :, None] * means[:, None, :]
    return means + centre, (products - window * outer) / (window - 1)


def _shrunk(x: Floats, ends: Ints, window: int) -> tuple[Floats, Floats]:
    found = [ledoit_wolf(x[end - window + 1 : end + 1]) for end in ends]
    means = np.stack([x[end - window + 1 : end + 1].mean(axis=0) for end in ends])
    return means, np.stack(found)


def ledoit_wolf(x: Floats) -> Floats:
    """The covariance shrunk towards a multiple of the identity (Ledoit & Wolf 2004, A
    well-conditioned estimator for large-dimensional covariance matrices).

    Args:
        x: ``(n_days, n_names)``; there may be more names than days.
    """
    days, names = x.shape
    y = x - x.mean(axis=0)
    sample = y.T @ y / days
    mean = np.trace(sample) / names
    distance = float(((sample - mean * np.eye(names)) ** 2).sum()) / names
    norms = (y**2).sum(axis=1)
    spread = (float((norms**2).sum()) / days - float((sample**2).sum())) / days / names
    weight = 1.0 if distance <= 0.0 else min(spread / distance, 1.0)
    return np.asarray(weight * mean * np.eye(names) + (1.0 - weight) * sample)


def correlations(covariances: Floats) -> Floats:
    """Correlations of covariances ``(…, n, n)``; a name without variance correlates with none."""
    scale = np.sqrt(np.diagonal(covariances, axis1=-2, axis2=-1).clip(0.0))
    inverse = np.divide(1.0, scale, out=np.zeros_like(scale), where=scale > 0.0)
    found = covariances * inverse[..., :, None] * inverse[..., None, :]
    return np.asarray(found.clip(-1.0, 1.0))
