"""Prices that are known to the last parameter."""

import numpy as np
import pytest

from tests.forecasting.price.markets import Market, market


@pytest.fixture(scope="session")
def stock() -> Market:
    """Six years of a stock whose volatility clusters."""
    return market(1500, seed=1)


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(11)
