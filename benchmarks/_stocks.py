"""Adjusted daily prices of stocks, for measurements."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

SAMPLE = Path(__file__).parents[1] / "resources/samples/sample_ohlcv.parquet"


@dataclass(frozen=True)
class Stock:
    """``ohlc`` is (n, 4), adjusted for splits and dividends; ``days`` is (n,)."""

    ticker: str
    days: npt.NDArray[np.datetime64]
    ohlc: npt.NDArray[np.float64]

    @property
    def closes(self) -> npt.NDArray[np.float64]:
        closes: npt.NDArray[np.float64] = self.ohlc[:, 3]
        return closes


def stocks(path: Path | None = None) -> Iterator[Stock]:
    """Those of a table with ticker, date, open, high, low, close and adj_close, whose ratio of
    adjusted close to close declares all splits and dividends."""
    import pandas as pd

    table = pd.read_parquet(path or SAMPLE)
    for ticker, group in table.groupby("ticker", sort=True):
        rows = group.sort_values("date").drop_duplicates("date").dropna(subset=["close"])
        factor = (rows["adj_close"] / rows["close"]).to_numpy(dtype=np.float64)
        bars = rows[["open", "high", "low", "close"]].to_numpy(dtype=np.float64)
        days = rows["date"].to_numpy().astype("datetime64[D]")
        yield Stock(str(ticker), days, bars * factor[:, None])
