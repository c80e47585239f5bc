"""Forecasts of prices: an honest distribution about a random walk."""

from worker_core.forecasting.price.conformal import Conformal
from worker_core.forecasting.price.data import PriceDataError, PriceHistory, prepare
from worker_core.forecasting.price.drift import own_drift, pooled_prior
from worker_core.forecasting.price.forecast import (
    LONGEST_HORIZON,
    SHARES,
    PriceForecast,
    forecast_history,
    forecast_prices,
)
from worker_core.forecasting.price.model import VERSION, Parameters, fit, refilter

__all__ = [
    "LONGEST_HORIZON",
    "SHARES",
    "VERSION",
    "Conformal",
    "Parameters",
    "PriceDataError",
    "PriceForecast",
    "PriceHistory",
    "fit",
    "forecast_history",
    "forecast_prices",
    "own_drift",
    "pooled_prior",
    "prepare",
    "refilter",
]
