"""Prices as if today's shares had always been the shares.

Adjusted prices are derived and never stored: one more dividend changes them all.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from worker_core.market.bars import PRICES, Action, Bars, Floats


class BadAction(ValueError):  # noqa: N818 - what it is
    """An action that cannot have happened to these prices. The text says why."""


def factors(bars: Bars, actions: Iterable[Action]) -> tuple[Floats, Floats]:
    """What to multiply each day's prices, and its shares, with: two arrays (n_days,).

    The last day is the basis, so only actions up to it count, and none is seen before it happened.
    Splits divide; a dividend ``D`` scales what came before it by ``1 - D / C`` with ``C`` the close
    before the ex date (CRSP's method, which pays the dividend into the share).

    Raises:
        BadAction: a dividend is as large as the price before it.
    """
    known = list(actions)
    prices, shares = np.ones(len(bars)), np.ones(len(bars))
    if not len(bars):
        return prices, shares
    last = bars.dates[-1]
    # Splits before dividends of the same day, whose amounts are counted in new shares.
    for action in sorted(known, key=lambda one: (one.ex_date, one.kind != "split")):
        ex_date = np.datetime64(action.ex_date, "D")
        before = int(np.searchsorted(bars.dates, ex_date))
        if before == 0 or ex_date > last:
            continue
        if action.kind == "split":
            prices[:before] /= action.value
            shares[:before] *= action.value
        else:
            close = _close_in_new_shares(bars, known, before, action)
            if action.value >= close:
                raise BadAction(
                    f"{bars.symbol}: a dividend of {action.value:g} on {action.ex_date} is not "
                    f"less than the price before it, {close:g}."
                )
            prices[:before] *= 1 - action.value / close
    return prices, shares


def _close_in_new_shares(
    bars: Bars, actions: Iterable[Action], before: int, dividend: Action
) -> float:
    close = float(bars.close[before - 1])
    for action in actions:
        if action.kind == "split" and action.ex_date == dividend.ex_date:
            close /= action.value
    return close


def adjusted(bars: Bars, actions: Iterable[Action]) -> Bars:
    """``bars`` adjusted for splits and dividends, on the basis of their last day.

    Raises:
        BadAction: see ``factors``.
    """
    known = list(actions)
    if not known:
        return bars
    prices, shares = factors(bars, known)
    columns = {name: getattr(bars, name) * prices for name in PRICES}
    return replace(bars, volume=bars.volume * shares, **columns)


def split_adjusted(bars: Bars, actions: Iterable[Action]) -> Bars:
    """``bars`` adjusted for splits alone, as charts show them."""
    return adjusted(bars, [action for action in actions if action.kind == "split"])
