"""Prices of a made market, as the store takes them."""

from datetime import date

import numpy as np

from tests.forecasting.price.markets import Market
from worker_core.market.bars import Bars

SESSIONS = 1400


def bars(symbol: str, made: Market, days: list[date]) -> Bars:
    opens, highs, lows, closes = made.ohlc[: len(days)].T
    return Bars(
        symbol,
        np.array(days, dtype="datetime64[D]"),
        opens,
        highs,
        lows,
        closes,
        np.full(len(days), 1e6),
        currency="USD",
        provider="test",
    )
