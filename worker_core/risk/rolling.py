"""The measures that look at each window by itself: tails, connectedness, volatility."""

from typing import Final

import numpy as np

from worker_core.risk.comovement import Rolling, standardised_shift
from worker_core.risk.connectedness import Connectedness, connectedness
from worker_core.risk.panel import Bools, Floats, Panel, RiskError, rolling_sum
from worker_core.risk.tails import delta_covar, marginal_expected_shortfall

VOLATILITY_DAYS: Final = 63
SESSIONS: Final = 252


def market_return(panel: Panel) -> Floats:
    """The equally weighted return of the names that have one that day."""
    seen = np.isfinite(panel.values)
    count = seen.sum(axis=1)
    return np.asarray(panel.filled.sum(axis=1) / count.clip(1))


def _ends(able: Bools, window: int, stride: int) -> list[int]:
    last = len(able) - 1
    return [end for end in range(last, window - 2, -stride) if able[end].sum() >= 2][::-1]


def rolling_mes(panel: Panel, able: Bools, market: Floats, window: int, stride: int) -> Rolling:
    """Mean marginal expected shortfall of the names, and each name's own as its share."""
    found = Rolling(np.full(len(able), np.nan))
    x = panel.filled
    for end in _ends(able, window, stride):
        rows, columns = slice(end - window + 1, end + 1), np.flatnonzero(able[end])
        each = marginal_expected_shortfall(x[rows][:, columns], market[rows])
        found.values[end] = each.mean()
        found.names, found.shares = columns.tolist(), each
    return found


def rolling_delta_covar(
    panel: Panel, able: Bools, market: Floats, window: int, stride: int
) -> Rolling:
    """Mean delta-CoVaR of the names, and each name's own as its share."""
    found = Rolling(np.full(len(able), np.nan))
    x = panel.filled
    for end in _ends(able, window, stride):
        rows, columns = slice(end - window + 1, end + 1), np.flatnonzero(able[end])
        each = delta_covar(x[rows][:, columns], market[rows])
        found.values[end] = np.nanmean(each)
        found.names, found.shares = columns.tolist(), each
    return found


def rolling_connectedness(
    panel: Panel, able: Bools, window: int, stride: int, lags: int, horizon: int
) -> tuple[Rolling, Connectedness | None, list[str]]:
    """Total connectedness, what each name gives less what it receives, the table of the last day
    (``None`` where it is refused), and the refusal in words."""
    found, table, why = Rolling(np.full(len(able), np.nan)), None, ""
    x = panel.filled
    for end in _ends(able, window, stride):
        rows, columns = slice(end - window + 1, end + 1), np.flatnonzero(able[end])
        try:
            table = connectedness(x[rows][:, columns], lags, horizon)
        except RiskError as error:
            table, why = None, str(error)
            continue
        found.values[end] = table.total
        found.names, found.shares = columns.tolist(), table.given - table.received
    if table is None:
        found.values[-1] = np.nan
        return found, None, [f"No connectedness now. {why}"]
    return found, table, []


def market_volatility(market: Floats) -> Floats:
    """Standard deviation of the last 63 days, a year, ``(n_days,)``."""
    days = VOLATILITY_DAYS
    mean = rolling_sum(market, days) / days
    square = rolling_sum(market**2, days) / days
    return np.asarray(np.sqrt((square - mean**2).clip(0.0) * days / (days - 1) * SESSIONS))


def absorption_shift(values: Floats) -> Floats:
    """The shift of the values that are there: with a weekly one, of the weeks' last values."""
    there = np.flatnonzero(np.isfinite(values))
    found = np.full(len(values), np.nan)
    step = int(np.median(np.diff(there))) if len(there) > 1 else 1
    short, long = max(2, round(15 / step)), max(8, round(SESSIONS / step))
    found[there] = standardised_shift(values[there], short, long)
    return found
