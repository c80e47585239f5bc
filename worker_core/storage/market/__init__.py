"""Prices, corporate actions, economic series and what was found wrong with them.

This package loads NumPy; `worker_core.storage` loads it at the first use of ``Storage.market``.
"""

from worker_core.storage.market.repository import MarketRepository

__all__ = ["MarketRepository"]
