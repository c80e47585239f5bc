"""Average precision of the price detectors on defects planted into the bundled sample."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from resources import sample_prices
from worker_core.anomalies.planting import average_precision, planted
from worker_core.anomalies.prices import BAD_TICK, LEVEL_JUMP, SEED_DAYS, STALE_RUN, price_scores

Floats = npt.NDArray[np.float64]

SEEDS = 5


def sample_closes() -> dict[str, Floats]:
    """The adjusted closes of the bundled sample, by symbol."""
    closes = {}
    for symbol, rows in sample_prices().sort_values("date").groupby("ticker"):
        values = rows["adj_close"].fillna(rows["close"]).to_numpy(np.float64)
        closes[str(symbol)] = values[np.isfinite(values) & (values > 0.0)]
    return closes


def hampel(closes: Floats, reach: int = 10) -> Floats:
    """The usual filter for comparison: deviations from a running median of log closes."""
    import pandas as pd

    logs = pd.Series(np.log(closes))
    middle = logs.rolling(2 * reach + 1, center=True, min_periods=1).median()
    away = (logs - middle).abs()
    unit = 1.4826 * away.rolling(2 * reach + 1, center=True, min_periods=1).median()
    return np.asarray((away / unit.clip(lower=1e-4)).to_numpy())


def measure_prices() -> Mapping[str, object]:
    """Average precision by defect, over all symbols and seeds together."""
    closes = sample_closes()
    found: dict[str, object] = {"symbols": len(closes), "seeds": SEEDS}
    for defect in (BAD_TICK, LEVEL_JUMP, STALE_RUN):
        labels, ours, theirs = [], [], []
        for seed in range(SEEDS):
            for values in closes.values():
                x, label = planted(values, defect, seed)
                labels.append(label[SEED_DAYS + 1 :])
                ours.append(price_scores(x).by_detector()[defect][SEED_DAYS + 1 :])
                theirs.append(hampel(x)[SEED_DAYS + 1 :])
        label = np.concatenate(labels)
        found[defect] = {
            "planted_days": int(label.sum()),
            "days": len(label),
            "average_precision": round(average_precision(label, np.concatenate(ours)), 3),
            "hampel": round(average_precision(label, np.concatenate(theirs)), 3),
        }
    return found
