"""A task that needs the analytics libraries, under the worker's own preloading.

``celery -A benchmarks._heavy worker -Q document_processing`` serves it. ``BENCH_FREEZE=no`` leaves
out what keeps garbage collection from copying shared pages, to measure what that brings.
"""

import gc
import os
import time
from typing import Any

from worker_core import preload, profiles
from worker_core.celery import app

__all__ = ["app"]

NAME, QUEUE = "heavy.model", "document_processing"
# Of a queue whose tasks can be run, so that the worker counts them among what it needs.
profiles.LIBRARIES[QUEUE] = profiles.ANALYTICS

if os.environ.get("BENCH_FREEZE") == "no":
    preload.freeze = lambda: None


@app.task(name=NAME)  # type: ignore[untyped-decorator]  # celery carries no types
def model(hold_s: float) -> dict[str, Any]:
    """Fit a small model with each library, then collect garbage as a child does in time.

    It stays for ``hold_s`` seconds more, so that each child gets one. Times are in unix seconds.
    """
    began = time.time()
    import numpy as np
    import pandas as pd
    from sklearn.ensemble import RandomForestRegressor
    from statsmodels.tsa.api import AutoReg

    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(200, 3)), columns=list("abc")).rolling(3).mean().dropna()
    forest = RandomForestRegressor(n_estimators=5, random_state=0)
    forest.fit(frame[["a", "b"]].to_numpy(), frame["c"].to_numpy())
    AutoReg(frame["a"].to_numpy(), lags=2).fit()
    ended = time.time()
    gc.collect()
    time.sleep(hold_s)
    return {"pid": os.getpid(), "began": began, "ended": ended}
