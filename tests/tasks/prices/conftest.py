"""A market of one stock, and a run to forecast it in."""

from datetime import date

import pytest

from tests.forecasting.price.markets import Market, market
from tests.tasks.prices.symbols import SESSIONS
from worker_core.market.calendar import sessions_after


@pytest.fixture(scope="module")
def days() -> list[date]:
    """Sessions of New York up to about now."""
    start = date(2019, 1, 2)
    every = sessions_after(start, SESSIONS + 300)
    return [start, *every]


@pytest.fixture(scope="module")
def stock() -> Market:
    return market(SESSIONS + 300, seed=41)
