"""The bundled sample: real daily prices of five stocks and two indices, 1999 to 2018."""

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from resources import sample_prices
from worker_core.market.bars import COLUMNS, DAY, Action, Bars, as_day

if TYPE_CHECKING:
    import pandas as pd

PROVIDER: Final = "sample"
CURRENCY: Final = "USD"

# A step of the file's adjusted close against its close: below, it is rounding (1e-13); the
# smallest dividend in the file makes 1e-3.
_STEP: Final = 2e-4


@lru_cache(maxsize=1)
def sample_bars() -> tuple[Bars, ...]:
    """The bars of each symbol, in the order of symbols."""
    return tuple(_bars(symbol, frame) for symbol, frame in _frames())


@lru_cache(maxsize=1)
def sample_actions() -> tuple[Action, ...]:
    """Splits and dividends, worked out of the file's adjusted close.

    Each changes the ratio of the adjusted close to the close on its ex date and never otherwise: a
    dividend ``D`` by ``1 - D / C`` with ``C`` the close before.
    """
    return tuple(action for symbol, frame in _frames() for action in _actions(symbol, frame))


def _frames() -> Iterator[tuple[str, "pd.DataFrame"]]:
    for symbol, frame in sample_prices().groupby("ticker", sort=True):
        yield str(symbol), frame.sort_values("date")


def _bars(symbol: str, frame: "pd.DataFrame") -> Bars:
    columns = [frame[name].to_numpy(dtype=np.float64) for name in COLUMNS]
    days = frame["date"].to_numpy().astype(DAY)
    return Bars(symbol, days, *columns, currency=CURRENCY, provider=PROVIDER)


def _actions(symbol: str, frame: "pd.DataFrame") -> Iterator[Action]:
    days = frame["date"].to_numpy().astype(DAY)
    close = frame["close"].to_numpy(dtype=np.float64)
    ratio = frame["adj_close"].to_numpy(dtype=np.float64) / close
    steps = ratio[1:] / ratio[:-1]
    for row in np.flatnonzero(np.abs(steps - 1) > _STEP):
        day, step = as_day(days[row + 1]), float(steps[row])
        if abs(step - round(step)) < _STEP:
            yield Action(symbol, day, "split", float(round(step)), CURRENCY, PROVIDER)
        else:
            cash = round(float(close[row]) * (1 - 1 / step), 4)
            yield Action(symbol, day, "dividend", cash, CURRENCY, PROVIDER)
