"""All measures of systemic risk of one panel, each over its own history."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from worker_core.risk.comovement import Rolling, comovement, turbulence
from worker_core.risk.connectedness import Connectedness
from worker_core.risk.membership import membership_notes
from worker_core.risk.panel import Bools, Floats, Panel, RiskError
from worker_core.risk.rolling import (
    VOLATILITY_DAYS,
    absorption_shift,
    market_return,
    market_volatility,
    rolling_connectedness,
    rolling_delta_covar,
    rolling_mes,
)
from worker_core.risk.tails import Srisk, market_beta, srisk

COINCIDENT: Final = (
    "These measures are coincident: they say how strained the market is now, not what comes. "
    "On 33 years of US stocks they peak in 2008 and 2020 together with the losses, and none "
    "foretold them better than plain 63-day volatility (area under the curve .702 against "
    ".46 to .65)."
)
LARGE = 40
"""With more names, windows are measured once a week instead of daily."""
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
    notes = [*panel.notes, *membership_notes(panel, able, window)]
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
        "absorption_shift": Rolling(absorption_shift(moved.absorption.values)),
        "average_correlation": moved.correlation,
        "eigenvalue_entropy": moved.entropy,
    }
    progress("Tails", 0.5)
    market = market_return(panel)
    rolling["mes"] = rolling_mes(panel, able, market, window, stride)
    rolling["delta_covar"] = rolling_delta_covar(panel, able, market, window, options.tail_stride)
    progress("Connectedness", 0.7)
    rolling["connectedness"], table, refused = rolling_connectedness(
        panel, able, window, options.tail_stride, options.lags, options.horizon
    )
    notes += refused
    rolling["volatility"] = Rolling(market_volatility(market))
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
    able: Bools,
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
