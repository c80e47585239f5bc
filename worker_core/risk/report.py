"""All measures of systemic risk of one panel, each over its own history."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from worker_core.risk.comovement import Rolling, comovement, standardised_shift, turbulence
from worker_core.risk.connectedness import Connectedness, connectedness
from worker_core.risk.panel import Floats, Panel, RiskError, rolling_sum
from worker_core.risk.tails import (
    Srisk,
    delta_covar,
    marginal_expected_shortfall,
    market_beta,
    srisk,
)

COINCIDENT: Final = (
    "These measures are coincident: they say how strained the market is now, not what comes. "
    "On 33 years of US stocks they peak in 2008 and 2020 together with the losses, and none "
    "foretold them better than plain 63-day volatility (area under the curve .702 against "
    ".46 to .65)."
)
LARGE = 40
"""With more names, windows are measured once a week instead of daily."""
VOLATILITY_DAYS = 63
SESSIONS = 252
FEWEST_VALUES = 60
"""A percentile needs so many values."""

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Options:
    """How to measure. Days are sessions.

    Attributes:
        window: days looked back.
        tail_stride: days between two values of delta-CoVaR and connectedness, which are costly.
        lags: of the vector autoregression of the connectedness.
        horizon: of its forecast error.
    """

    window: int = 500
    tail_stride: int = 21
    lags: int = 1
    horizon: int = 10


@dataclass(frozen=True)
class Measure:
    """One measure over time.

    Attributes:
        values: by day of the panel, NaN where it was not measured.
        value: the last one.
        as_of: its day.
        percentile: the share of all values so far that are not above it, in percent; ``None`` with
            fewer than 60 values.
        contributions: what each name adds, by name; the meaning is in ``title``.
        days: how many days each value looks back.
    """

    name: str
    title: str
    values: Floats
    value: float
    as_of: date
    percentile: float | None
    days: int
    contributions: Mapping[str, float]


@dataclass(frozen=True)
class RiskReport:
    """What was measured.

    Attributes:
        measures: by name.
        table: connectedness at the last day, of ``table_names``; ``None`` if refused.
        srisk: of the names whose liabilities were given, the largest shortfall first.
        notes: sentences for the reader.
    """

    panel: Panel
    measures: Mapping[str, Measure]
    table: Connectedness | None
    table_names: tuple[str, ...]
    srisk: tuple[Srisk, ...]
    notes: tuple[str, ...]


TITLES: Final = {
    "turbulence": "Turbulence: distance of the day's returns from the usual (Kritzman & Li 2010)",
    "absorption_ratio": "Share of all variance in the first fifth of the eigenvectors "
    "(Kritzman et al. 2011)",
    "absorption_shift": "Standardised shift of the absorption ratio, 15 days against a year",
    "average_correlation": "Mean correlation of all pairs",
    "eigenvalue_entropy": "Entropy of the correlations' eigenvalues: 1 apart, 0 all one",
    "mes": "Marginal expected shortfall: mean loss on the market's worst days (Acharya et al.)",
    "delta_covar": "Delta-CoVaR: what a name's distress adds to the market's value at risk "
    "(Adrian & Brunnermeier)",
    "connectedness": "Total connectedness, percent (Diebold & Yilmaz 2012)",
    "volatility": "63-day volatility of the equally weighted market, a year",
}


def analyse(
    panel: Panel,
    options: Options | None = None,
    balance: Mapping[str, tuple[float, float]] | None = None,
    progress: Progress = lambda _stage, _share: None,
) -> RiskReport:
    """Measure the panel.

    Args:
        balance: (market value, liabilities) of names, for SRISK.

    Raises:
        RiskError: the panel is shorter than the window, or no two names can be measured.
    """
    options = options or Options()
    window = options.window
    if len(panel.days) <= window:
        raise RiskError(
            f"There are {len(panel.days):,} days, and a window of {window} needs {window + 1} at "
            "least. Give a longer history, or a shorter window."
        )
    able = panel.measurable(window)
    if able[-1].sum() < 2:
        raise RiskError(
            f"Fewer than two names have returns that move throughout the last {window} days. Give "
            "a shorter window, or names that are still traded."
        )
    notes = [*panel.notes, *_about(panel, able, window)]
    stride = 1 if len(panel.names) <= LARGE else 5
    progress("Turbulence", 0.05)
    rolling = {"turbulence": turbulence(panel, window, stride)}
    if rolling["turbulence"].shrunk:
        notes.append(
            "There are fewer than three days a name in a window, so the covariances of the "
            "turbulence were shrunk (Ledoit & Wolf 2004)."
        )
    progress("Absorption", 0.25)
    moved = comovement(panel, window, stride)
    rolling |= {
        "absorption_ratio": moved.absorption,
        "absorption_shift": Rolling(_shift(moved.absorption.values)),
        "average_correlation": moved.correlation,
        "eigenvalue_entropy": moved.entropy,
    }
    progress("Tails", 0.5)
    market = _market(panel)
    rolling["mes"] = _mes(panel, able, market, window, stride)
    rolling["delta_covar"] = _covar(panel, able, market, window, options.tail_stride)
    progress("Connectedness", 0.7)
    rolling["connectedness"], table, refused = _connected(panel, able, options)
    notes += refused
    rolling["volatility"] = Rolling(_volatility(market))
    measures = {
        name: measure
        for name, one in rolling.items()
        if (measure := _measure(name, one, panel, window)) is not None
    }
    lacking = [name for name in rolling if name not in measures and name != "connectedness"]
    if lacking:
        notes.append(f"Not measured, for want of days: {', '.join(lacking)}.")
    columns = np.flatnonzero(able[-1])
    names = tuple(panel.names[column] for column in columns)
    shortfalls = _srisk(panel, able, market, window, balance or {}, notes)
    notes.append(COINCIDENT)
    return RiskReport(panel, measures, table, names, shortfalls, tuple(notes))


def _about(panel: Panel, able: np.ndarray, window: int) -> list[str]:
    notes = []
    seen = np.isfinite(panel.values)
    last = len(seen) - 1 - np.argmax(seen[::-1], axis=0)
    gone = [
        f"{name} (last on {panel.days[end]})"
        for name, end in zip(panel.names, last, strict=True)
        if end < len(seen) - 1
    ]
    if gone:
        notes.append(f"Not traded to the end, so measured only while they were: {', '.join(gone)}.")
    ended = {name.partition(" (")[0] for name in gone}
    short = [
        name
        for name, now in zip(panel.names, able[-1], strict=True)
        if not now and name not in ended
    ]
    if short:
        notes.append(
            f"Without enough returns that move in the last {window} days, so not in today's "
            f"figures: {', '.join(short)}."
        )
    first = np.argmax(seen, axis=0)
    rows = np.arange(len(seen))[:, None]
    gaps = int((~seen & (rows > first) & (rows < last)).sum())
    if gaps:
        notes.append(f"{gaps:,} missing returns between others count as an unchanged price.")
    return notes


def _market(panel: Panel) -> Floats:
    """The equally weighted return of the names that have one that day."""
    seen = np.isfinite(panel.values)
    count = seen.sum(axis=1)
    return np.asarray(panel.filled.sum(axis=1) / count.clip(1))


def _ends(able: np.ndarray, window: int, stride: int) -> list[int]:
    last = len(able) - 1
    return [end for end in range(last, window - 2, -stride) if able[end].sum() >= 2][::-1]


def _mes(panel: Panel, able: np.ndarray, market: Floats, window: int, stride: int) -> Rolling:
    found = Rolling(np.full(len(able), np.nan))
    x = panel.filled
    for end in _ends(able, window, stride):
        rows, columns = slice(end - window + 1, end + 1), np.flatnonzero(able[end])
        each = marginal_expected_shortfall(x[rows][:, columns], market[rows])
        found.values[end] = each.mean()
        found.names, found.shares = columns.tolist(), each
    return found


def _covar(panel: Panel, able: np.ndarray, market: Floats, window: int, stride: int) -> Rolling:
    found = Rolling(np.full(len(able), np.nan))
    x = panel.filled
    for end in _ends(able, window, stride):
        rows, columns = slice(end - window + 1, end + 1), np.flatnonzero(able[end])
        each = delta_covar(x[rows][:, columns], market[rows])
        found.values[end] = np.nanmean(each)
        found.names, found.shares = columns.tolist(), each
    return found


def _connected(
    panel: Panel, able: np.ndarray, options: Options
) -> tuple[Rolling, Connectedness | None, list[str]]:
    found, table, why = Rolling(np.full(len(able), np.nan)), None, ""
    x = panel.filled
    for end in _ends(able, options.window, options.tail_stride):
        rows, columns = slice(end - options.window + 1, end + 1), np.flatnonzero(able[end])
        try:
            table = connectedness(x[rows][:, columns], options.lags, options.horizon)
        except RiskError as error:
            table, why = None, str(error)
            continue
        found.values[end] = table.total
        found.names, found.shares = columns.tolist(), table.given - table.received
    if table is None:
        found.values[-1] = np.nan
        return found, None, [f"No connectedness now. {why}"]
    return found, table, []


def _volatility(market: Floats) -> Floats:
    days = VOLATILITY_DAYS
    mean = rolling_sum(market, days) / days
    square = rolling_sum(market**2, days) / days
    return np.asarray(np.sqrt((square - mean**2).clip(0.0) * days / (days - 1) * SESSIONS))


def _shift(values: Floats) -> Floats:
    """The shift of the values that are there: with a weekly one, of the weeks' last values."""
    there = np.flatnonzero(np.isfinite(values))
    found = np.full(len(values), np.nan)
    step = int(np.median(np.diff(there))) if len(there) > 1 else 1
    short, long = max(2, round(15 / step)), max(8, round(SESSIONS / step))
    found[there] = standardised_shift(values[there], short, long)
    return found


def _measure(name: str, rolling: Rolling, panel: Panel, window: int) -> Measure | None:
    there = np.flatnonzero(np.isfinite(rolling.values))
    if not len(there):
        return None
    last = int(there[-1])
    history = rolling.values[there]
    value = float(history[-1])
    percentile = float(100.0 * (history <= value).mean()) if len(history) >= FEWEST_VALUES else None
    shares = {
        panel.names[column]: float(share)
        for column, share in zip(rolling.names, rolling.shares, strict=True)
        if math.isfinite(share)
    }
    days = VOLATILITY_DAYS if name == "volatility" else window
    return Measure(
        name, TITLES[name], rolling.values, value, panel.days[last], percentile, days, shares
    )


def _srisk(
    panel: Panel,
    able: np.ndarray,
    market: Floats,
    window: int,
    balance: Mapping[str, tuple[float, float]],
    notes: list[str],
) -> tuple[Srisk, ...]:
    if not balance:
        notes.append("No SRISK: no market values and liabilities were given.")
        return ()
    places = {panel.names[column]: int(column) for column in np.flatnonzero(able[-1])}
    unknown = sorted(set(balance) - set(places))
    if unknown:
        notes.append(f"No SRISK of names without enough returns: {', '.join(unknown)}.")
    found = []
    for name in sorted(set(balance) & set(places)):
        column = panel.filled[-window:, [places[name]]]
        beta = float(market_beta(column, market[-window:])[0])
        try:
            found.append(srisk(name, beta, *balance[name]))
        except RiskError as error:
            notes.append(str(error))
    return tuple(sorted(found, key=lambda each: -each.shortfall))
