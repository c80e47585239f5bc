"""The forecasts of 250 quarterly series of the M3 competition."""

from pathlib import Path

import numpy as np
import pytest

from worker_core.forecasting import scores
from worker_core.forecasting.metric.checks import Series
from worker_core.forecasting.metric.forecast import forecast_metrics
from worker_core.forecasting.metric.naive import naive2

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "m3" / "m3_quarterly_other.parquet"


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_file(), reason="the M3 series do not stand beside the checkout")
def test_quarterly_series_are_forecast_better_than_the_published_methods_and_covered() -> None:
    from fastparquet import ParquetFile

    with DATA.open("rb") as file:
        rows = ParquetFile(file).to_pandas()
    rows = rows[rows["freq"].astype(str) == "QUARTERLY"].iloc[::3]
    series = [np.asarray(values, dtype=np.float64) for values in rows["history"]]
    futures = [np.asarray(values, dtype=np.float64) for values in rows["future"]]
    found = forecast_metrics(
        [Series(str(place), values) for place, values in enumerate(series)], season=4, horizon=8
    )
    own, naive, inside = [], [], []
    for past, future, forecast in zip(series, futures, found.forecasts, strict=True):
        second = naive2(past, 4, 8)
        own.append(
            (scores.mase(future, forecast.mean, past, 4), scores.smape(future, forecast.mean))
        )
        naive.append((scores.mase(future, second, past, 4), scores.smape(future, second)))
        inside.append(scores.coverage(future, forecast.low[95.0], forecast.high[95.0]))
    mase, smape = np.mean(own, axis=0)
    of_mase, of_smape = np.mean(naive, axis=0)
    assert scores.owa(mase, smape, of_mase, of_smape) < 0.89
    assert np.mean(inside) == pytest.approx(0.95, abs=0.03)
