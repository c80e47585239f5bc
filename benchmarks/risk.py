"""Systemic risk: the published worked values, and what 33 years of 20 stocks cost.

``python -m benchmarks.risk``: prints what was measured, then all of it as one JSON object. The
stocks are invented (one factor, Student's t with 4 degrees of freedom): only their number counts.
"""

import argparse
import json
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from worker_core.risk import Options, analyse, connectedness, panel

ROOT = Path(__file__).resolve().parents[1]
SYST = ROOT.parent / "shared" / "data" / "syst"
DAYS, NAMES = 33 * 252, 20


def worked_values() -> dict[str, object]:
    """Diebold and Yilmaz on their own data, beside what they published."""
    if not SYST.is_dir():
        return {"absent": "the replication data are not beside this checkout: shared/data/syst"}
    first, second = (
        np.loadtxt(SYST / f"dy{year}.csv", delimiter=",", skiprows=1)[:, 1:]
        for year in (2009, 2012)
    )
    of_2009, of_2012 = connectedness(first, 2, 10, "cholesky"), connectedness(second, 4, 10)
    return {
        "dy2012_total": round(of_2012.total, 3),
        "dy2012_first_row": of_2012.table[0].round(2).tolist(),
        "dy2009_total": round(of_2009.total, 3),
        "published": {
            "dy2012_total": 12.592,
            "dy2012_first_row": [88.76, 7.29, 0.35, 3.61],
            "dy2009_total": 35.528,
        },
    }


def cost(seed: int) -> dict[str, object]:
    """CPU seconds of all measures over 33 years of 20 stocks, by stage."""
    random = np.random.default_rng(seed)
    factor = random.standard_t(4, DAYS) * 0.008
    x = factor[:, None] * random.uniform(0.6, 1.4, NAMES) + (
        random.standard_t(4, (DAYS, NAMES)) * 0.01
    )
    days = [date(1990, 1, 1) + timedelta(days=number) for number in range(DAYS)]
    whole = panel(days, [f"S{number}" for number in range(NAMES)], x.clip(-0.9))
    stages: list[tuple[str, float]] = []
    began = time.process_time()
    report = analyse(
        whole, Options(), progress=lambda stage, _: stages.append((stage, time.process_time()))
    )
    ended = time.process_time()
    times = [at for _, at in stages] + [ended]
    return {
        "days": DAYS,
        "names": NAMES,
        "cpu_s": round(ended - began, 2),
        "stages": {
            stage: round(after - at, 2)
            for (stage, at), after in zip(stages, times[1:], strict=True)
        },
        "values": {
            name: int(np.isfinite(each.values).sum()) for name, each in report.measures.items()
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="of the invented stocks")
    arguments = parser.parse_args()
    found = {"bench": "risk", "worked": worked_values(), "cost": cost(arguments.seed)}
    for name, each in found.items():
        print(f"{name}: {each}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
