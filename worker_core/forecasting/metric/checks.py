"""What a series must be for a forecast, and what is done where it is not quite that."""

import hashlib
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from worker_core.forecasting.metric.intermittent import is_intermittent
from worker_core.forecasting.metric.model import Refusal
from worker_core.forecasting.metric.options import Options
from worker_core.forecasting.metric.panel import Floats

FEWEST: Final = 3
"""Values below which there is no forecast."""
FEWEST_MODELLED: Final = 6
"""Values that the models need, and two seasons."""
_MOST_MISSING: Final = 1 / 3
_LARGEST: Final = 1e100
_SMALLEST: Final = 1e-100

Nature = Literal["plain", "short", "constant", "intermittent"]


@dataclass(frozen=True, slots=True)
class Series:
    """Values in regular steps, (n,), NaN where one is missing; the oldest first."""

    id: str
    values: Floats


@dataclass(frozen=True, slots=True)
class Checked:
    """A series that can be forecast: ``values`` (n,) without gaps, the newest part of it."""

    id: str
    values: Floats
    nature: Nature
    notes: tuple[str, ...]
    data_hash: str


def check(series: Series, season: int, options: Options) -> Checked | Refusal:
    """Look at a series, fill its gaps, and say how it is to be forecast."""
    values = np.asarray(series.values, dtype=np.float64)
    known = ~np.isnan(values)
    if values.ndim != 1:
        raise ValueError("A series has one value a step.")
    if reason := _unusable(values, known):
        return Refusal(series.id, reason)
    notes: list[str] = []
    places = np.flatnonzero(known)
    if after := len(values) - 1 - int(places[-1]):
        notes.append(
            f"The last {after} steps have no value; the forecast begins after the last known one."
        )
    whole = values[places[0] : places[-1] + 1]
    if missing := int(np.isnan(whole).sum()):
        if missing > _MOST_MISSING * len(whole):
            reason = (
                f"{missing} of {len(whole)} values are missing, which is too many to fill in. "
                "Give a coarser series, such as sums a month or a quarter."
            )
            return Refusal(series.id, reason)
        notes.append(f"{missing} of {len(whole)} values are missing and were filled in.")
        whole = _filled(whole, season)
    used = whole[-options.longest(season) :]
    if len(used) < len(whole):
        notes.append(f"The newest {len(used)} of {len(whole)} values were used.")
    nature = _nature(used, season, notes)
    return Checked(series.id, used, nature, tuple(notes), _hash(values, season))


def _unusable(values: Floats, known: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> str:
    if not known.any():
        return "It has no value at all, so there is nothing to forecast from."
    infinite = np.flatnonzero(np.isinf(values))
    if infinite.size:
        return (
            f"{_many(infinite.size, 'value is', 'values are')} infinite, first at step "
            f"{infinite[0] + 1}: mostly a division by 0 upstream. Mend or empty that value."
        )
    if np.abs(values[known]).max() > _LARGEST:
        return "A value is beyond 1e100, which no metric is. Mend or empty it."
    if 0 < np.abs(values[known]).max() < _SMALLEST:
        return (
            "All values are below 1e-100, where numbers lose their digits. Give them in a larger "
            "unit."
        )
    count = int(known.sum())
    if count < FEWEST:
        return (
            f"It has {_many(count, 'value', 'values')}, and {FEWEST} are needed for the plainest "
            "of forecasts. Wait for more of the past."
        )
    return ""


def _nature(values: Floats, season: int, notes: list[str]) -> Nature:
    if np.ptp(values) == 0:
        notes.append(
            "The series never changed, so neither does its forecast, and the interval has no "
            "width: the past says nothing about how it would change."
        )
        return "constant"
    needed = max(2 * season, FEWEST_MODELLED)
    if len(values) < needed:
        notes.append(
            f"Only {len(values)} values, and {needed} (two seasons) are needed for more than the "
            "naive method: it repeats what was, and its intervals are wide."
        )
        return "short"
    if is_intermittent(values):
        notes.append(
            "Most steps are 0: the forecast is the mean demand a step (Croston, corrected by "
            "Syntetos and Boylan), and the interval is where past steps were."
        )
        return "intermittent"
    return "plain"


def _filled(values: Floats, season: int) -> Floats:
    """Between known values a line; with a season, the line is that of the same phase."""
    found = values.copy()
    if 1 < season <= len(values) // 2:
        for phase in range(season):
            part = found[phase::season]
            known = np.isfinite(part)
            # Only where both sides are known: beyond, the plain line does better.
            if known.sum() >= 2:
                at = np.arange(len(part))
                inside = ~known & (at > at[known][0]) & (at < at[known][-1])
                part[inside] = np.interp(at[inside], at[known], part[known])
    missing = np.isnan(found)
    at = np.arange(len(found))
    found[missing] = np.interp(at[missing], at[~missing], found[~missing])
    return found


def _hash(values: Floats, season: int) -> str:
    content = np.ascontiguousarray(values, dtype="<f8").tobytes()
    return hashlib.sha256(content + f"season {season}".encode()).hexdigest()


def _many(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"
