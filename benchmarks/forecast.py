"""How well business metrics are forecast and what a forecast costs, beside statsforecast and
statsmodels.

``python -m benchmarks.forecast``: prints a line for each method, then all of it as one JSON object.
The series are the quarterly and other ones of the M3 competition, as they stand beside the
checkout. statsmodels is so much slower that it gets a part of them, drawn by ``--seed``, on which
ours is judged once more; ``--all`` gives it all. OWA is against Naive2; times are processor time,
imports not counted. All methods see the same series in the same run.
"""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._peers import PeerMissingError, ask
from worker_core.forecasting import scores
from worker_core.forecasting.metric.checks import Series
from worker_core.forecasting.metric.forecast import forecast_metrics
from worker_core.forecasting.metric.naive import naive2
from worker_core.forecasting.metric.panel import Floats

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data" / "m3" / "m3_quarterly_other.parquet"
SEASONS = {"quarterly": 4, "other": 1}
PART = {"quarterly": 12, "other": 24}
LEVELS = (80.0, 95.0)
Places = Sequence[int]

STATSFORECAST = ["statsforecast==2.1.1"]
STATSMODELS = ["statsmodels==0.15.0"]

STATSFORECAST_SCRIPT = """
import time, warnings
warnings.simplefilter("ignore")
started = time.process_time()
import numpy as np
from statsforecast import models
imported = time.process_time() - started
found = {"import_s": imported}
for name in given["models"]:
    rows, started = [], time.process_time()
    for values in given["series"]:
        parts = [
            getattr(models, each)(season_length=given["season"]).forecast(
                y=np.asarray(values, dtype=float), h=given["horizon"], level=[80, 95]
            )
            for each in given["models"][name]
        ]
        rows.append({
            "mean": np.median([part["mean"] for part in parts], axis=0).tolist(),
            "low": [np.mean([p["lo-%d" % l] for p in parts], axis=0).tolist() for l in (80, 95)],
            "high": [np.mean([p["hi-%d" % l] for p in parts], axis=0).tolist() for l in (80, 95)],
        })
    spent = 1e3 * (time.process_time() - started)
    found[name] = {"ms": spent / len(given["series"]), "rows": rows}
answer(found)
"""

STATSMODELS_SCRIPT = """
import time, warnings
warnings.simplefilter("ignore")
started = time.process_time()
import numpy as np
import pandas as pd
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
imported = time.process_time() - started
season, horizon = given["season"], given["horizon"]

def theta(values):
    test = season > 1
    model = ThetaModel(pd.Series(values), period=season, deseasonalize=test, use_test=test)
    found = model.fit()
    ends = [found.prediction_intervals(horizon, alpha=1 - l).to_numpy() for l in (0.80, 0.95)]
    return found.forecast(horizon).to_numpy(), [e[:, 0] for e in ends], [e[:, 1] for e in ends]

def ets(values):
    best = None
    seasons = [None, "add", "mul"] if season > 1 and len(values) > 2 * season else [None]
    for error in ("add", "mul"):
        for trend, damped in ((None, False), ("add", False), ("add", True)):
            for pattern in seasons:
                if error == "add" and pattern == "mul":
                    continue
                try:
                    found = ETSModel(
                        pd.Series(values), error=error, trend=trend, damped_trend=damped,
                        seasonal=pattern,
                        seasonal_periods=season if pattern else None,
                    ).fit(disp=False)
                except Exception:
                    continue
                if np.isfinite(found.aicc) and (best is None or found.aicc < best.aicc):
                    best = found
    ends = best.get_prediction(len(values), len(values) + horizon - 1)
    spans = [np.asarray(ends.pred_int(alpha=1 - l)) for l in (0.80, 0.95)]
    return np.asarray(best.forecast(horizon)), [e[:, 0] for e in spans], [e[:, 1] for e in spans]

found = {"import_s": imported}
for name, method in (("Theta", theta), ("ETS", ets)):
    rows, started = [], time.process_time()
    for values in given["series"]:
        mean, low, high = method(np.asarray(values, dtype=float))
        rows.append({"mean": mean.tolist(), "low": [e.tolist() for e in low],
                     "high": [e.tolist() for e in high]})
    found[name] = {"ms": 1e3 * (time.process_time() - started) / len(given["series"]), "rows": rows}
answer(found)
"""


def series_of(name: str) -> tuple[list[Floats], list[Floats]]:
    """Histories and futures."""
    from fastparquet import ParquetFile

    with DATA.open("rb") as file:
        rows = ParquetFile(file).to_pandas()
    rows = rows[rows["freq"].astype(str).str.lower() == name]
    return (
        [np.asarray(each, dtype=np.float64) for each in rows["history"]],
        [np.asarray(each, dtype=np.float64) for each in rows["future"]],
    )


def judged(
    histories: Sequence[Floats],
    futures: Sequence[Floats],
    rows: Sequence[dict[str, Any]],
    season: int,
    ms: float,
) -> dict[str, float]:
    """Figures of one method; series without a naive error are left out."""
    own, naive, inside = [], [], []
    for past, future, row in zip(histories, futures, rows, strict=True):
        if not scores.naive_scale(past, season) > 0:
            continue
        second = naive2(past, season, len(future))
        mean = np.asarray(row["mean"], dtype=np.float64)
        own.append((scores.mase(future, mean, past, season), scores.smape(future, mean)))
        naive.append((scores.mase(future, second, past, season), scores.smape(future, second)))
        inside.append(
            [
                scores.coverage(future, low, high)
                for low, high in zip(row["low"], row["high"], strict=True)
            ]
        )
    mase, smape = (float(each) for each in np.mean(own, axis=0))
    of_mase, of_smape = (float(each) for each in np.mean(naive, axis=0))
    covered = np.mean(inside, axis=0)
    return {
        "owa": round(scores.owa(mase, smape, of_mase, of_smape), 4),
        "mase": round(mase, 4),
        "smape": round(smape, 3),
        "coverage_80": round(float(covered[0]), 4),
        "coverage_95": round(float(covered[1]), 4),
        "cpu_ms_a_series": round(ms, 2),
    }


def ours(histories: Sequence[Floats], season: int, horizon: int) -> tuple[list[Any], float]:
    """Our forecasts, and CPU-ms a series: all of it, the held-out calibration included."""
    group = [Series(str(place), values) for place, values in enumerate(histories)]
    started = time.process_time()
    found = forecast_metrics(group, season=season, horizon=horizon, levels=LEVELS)
    spent = 1e3 * (time.process_time() - started) / len(group)
    rows = [
        {
            "mean": each.mean,
            "low": [each.low[level] for level in LEVELS],
            "high": [each.high[level] for level in LEVELS],
        }
        for each in found.forecasts
    ]
    return rows, spent


def measure(name: str, *, whole: bool, seed: int, scum: bool) -> dict[str, Any]:
    """All methods on one subset."""
    season = SEASONS[name]
    histories, futures = series_of(name)
    horizon = len(futures[0])
    rows, ms = ours(histories, season, horizon)
    found: dict[str, Any] = {"series": len(histories)}

    def keep(label: str, places: Places, answers: Sequence[Any], spent: float) -> None:
        found[label] = judged(
            [histories[place] for place in places],
            [futures[place] for place in places],
            answers,
            season,
            spent,
        )
        show(name, label, found[label])

    def peers(library: str, packages: list[str], script: str, places: Places) -> None:
        models = {"AutoETS": ["AutoETS"], "Theta": ["Theta"]}
        if scum:
            models["SCUM"] = ["AutoETS", "AutoCES", "AutoARIMA", "DynamicOptimizedTheta"]
        given = {
            "series": [histories[place].tolist() for place in places],
            "season": season,
            "horizon": horizon,
            "models": models,
        }
        try:
            answer = ask(packages, script, given)
        except PeerMissingError as error:
            print(error)
            return
        found[f"{library}_import_cpu_s"] = round(answer.pop("import_s"), 2)
        for method, each in answer.items():
            keep(f"{library} {method}", places, each["rows"], each["ms"])

    every = list(range(len(histories)))
    keep("ours", every, rows, ms)
    peers("statsforecast", STATSFORECAST, STATSFORECAST_SCRIPT, every)
    part = every
    if not whole:
        chance = np.random.default_rng(seed)
        part = sorted(int(each) for each in chance.choice(len(every), PART[name], replace=False))
        keep(f"ours, {len(part)} of them", part, [rows[place] for place in part], ms)
    peers("statsmodels", STATSMODELS, STATSMODELS_SCRIPT, part)
    return found


def show(subset: str, method: str, figures: dict[str, float]) -> None:
    """One line."""
    print(
        f"{subset:<10} {method:<24} OWA {figures['owa']:.3f}  coverage "
        f"{figures['coverage_80']:.3f} {figures['coverage_95']:.3f}  "
        f"{figures['cpu_ms_a_series']:>8.1f} cpu-ms a series",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="of the part that is drawn")
    parser.add_argument("--all", action="store_true", help="all series for statsmodels too: slow")
    parser.add_argument("--scum", action="store_true", help="the mean of four as well: slow")
    arguments = parser.parse_args()
    if not DATA.is_file():
        print("No development data stand beside the checkout, so nothing is measured.")
        print(json.dumps({"bench": "forecast", "no_development_data": True}))
        return
    # What is imported once is no series' cost.
    ours([np.arange(30.0) + np.sin(np.arange(30.0)) for _ in range(25)], 1, 4)
    found: dict[str, Any] = {"bench": "forecast", "seed": arguments.seed, "all": arguments.all}
    for name in SEASONS:
        found[name] = measure(name, whole=arguments.all, seed=arguments.seed, scum=arguments.scum)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
