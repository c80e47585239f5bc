"""Forecasts of a part of many series with nothing around; prints processor and wall seconds."""

import json
import sys
import time

import numpy as np
import numpy.typing as npt

from worker_core.forecasting.price import Conformal, Parameters, forecast_history, prepare
from worker_core.forecasting.price.contest import first

HORIZON = 21


Known = tuple[Parameters, Conformal]
"""What a symbol's test leaves to its forecasts."""


def forecast(rows: npt.NDArray[np.float64], known: Known | None, seed: int) -> Known:
    """One forecast, with what a new symbol needs before it."""
    history = prepare(rows[:, 3], rows)
    if known is None:
        contest = first(history)
        tested = contest.evaluation
        known = contest.parameters, tested.conformal if tested else Conformal()
    forecast_history(history, HORIZON, parameters=known[0], conformal=known[1], seed=seed)
    return known


def main() -> None:
    path, known, part, parts = sys.argv[1:]
    several = np.load(path)[int(part) :: int(parts)]
    # What the others' parameters are does not change what a forecast costs.
    used = forecast(several[0][:-1], None, 0)
    cpu, wall = time.process_time(), time.perf_counter()
    for seed, rows in enumerate(several):
        if int(known):
            forecast(rows, used, seed)
        else:
            forecast(rows[:-1], None, seed)
    print(json.dumps({"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}))


if __name__ == "__main__":
    main()
