"""How well and how fast anomalies are found, by the Numenta Anomaly Benchmark's own rules.

``python -m benchmarks.anomalies``: prints what was measured, then all of it as one JSON object.
``as_is`` are the alarms as the program gives them. ``best_threshold`` is the benchmark's own
protocol, one threshold over the whole corpus, chosen by it. ``left_out`` is honest about that
choice: the scale of the thresholds is chosen on all groups of files but one, and judged on that
one. Beside it stand the windowed Gaussian (as in the benchmark, written anew), the plainest
threshold on deviations, and half-space trees (Tan, Ting & Liu 2011) as river has them on the last
four values, all judged by the same rules in the same run; and what was published for others on
all 58 files, of which 29 are here.

Patterns are judged by VUS-PR on the 12 files of realAWSCloudwatch and realKnownCause; price
detectors by average precision on defects that are planted into the bundled sample.
"""

import argparse
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from benchmarks._nab import Floats, NabSeries, best_threshold, nab_score, raw_score, read_corpus
from benchmarks._peers import PeerMissingError, ask
from benchmarks._prices import measure_prices
from benchmarks._vus import vus_pr
from worker_core.anomalies import Parameters, quick_parameters, score_series, sub_knn, sub_pca

ROOT = Path(__file__).resolve().parents[1]
NAB = ROOT.parent / "shared" / "data" / "nab"
PATTERN_GROUPS = ("realAWSCloudwatch", "realKnownCause")
PATTERN_ROWS = 100
PUBLISHED = {"HTM": 70.1, "CAD-OSE": 69.9, "KNN-CAD": 58.0, "ADVec": 47.1, "Gaussian": 39.6}
HALF_SPACE_TREES = """
import time
from river import anomaly, compose, preprocessing
began, scores = time.process_time(), []
for values in given:
    trees = anomaly.HalfSpaceTrees(n_trees=10, height=6, window_size=250, seed=0)
    model = compose.Pipeline(preprocessing.MinMaxScaler(), trees)
    each, lagged = [], [values[0]] * 4
    for value in values:
        lagged = lagged[1:] + [value]
        row = {str(place): one for place, one in enumerate(lagged)}
        each.append(model.score_one(row))
        model.learn_one(row)
    scores.append(each)
answer({"scores": scores, "cpu_s": time.process_time() - began})
"""
SCALES = np.geomspace(0.6, 1.8, 25)


def judged(corpus: list[NabSeries], parameters: Parameters) -> dict[str, object]:
    """The figures of one set of parameters."""
    alarms, scores, strengths = {}, {}, {}
    began = time.process_time()
    for series in corpus:
        stamps = np.array([stamp.timestamp() for stamp in series.stamps])
        found = score_series(series.values, stamps, parameters)
        alarms[series.name], scores[series.name] = found.is_anomaly, found.score
        strengths[series.name] = found.strengths
    spent = time.process_time() - began
    rows = sum(len(series.values) for series in corpus)
    threshold, best = best_threshold(corpus, scores)
    weeks = sum((s.stamps[-1] - s.stamps[0]).total_seconds() for s in corpus) / 604_800
    return {
        "as_is": round(nab_score(corpus, alarms), 2),
        "best_threshold": round(best, 2),
        "threshold": round(threshold, 4),
        "left_out": round(left_out(corpus, strengths, parameters), 2),
        "us_a_point": round(1e6 * spent / rows, 1),
        "alarms_a_week": round(sum(int(each.sum()) for each in alarms.values()) / weeks, 2),
    }


def left_out(
    corpus: list[NabSeries], strengths: Mapping[str, dict[str, Floats]], parameters: Parameters
) -> float:
    """The score where each group is judged with the scale that is best on the others."""
    from worker_core.anomalies.refractory import Refractory

    gains: dict[tuple[str, float], float] = {}
    windows = sum(len(series.windows) for series in corpus)
    for series in corpus:
        parts = strengths[series.name]
        total = sum((parts[n] / parameters.thresholds[n]) ** parameters.power for n in parts)
        combined = np.asarray(total) ** (1.0 / parameters.power)
        none = raw_score(series, np.zeros(len(combined), dtype=np.bool_))
        for scale in SCALES.tolist():
            quiet = Refractory(parameters.refractory, parameters.louder)
            gain = raw_score(series, quiet.alarms(0, combined / scale)) - none
            gains[series.group, scale] = gains.get((series.group, scale), 0.0) + gain
    groups = sorted({series.group for series in corpus})
    reached = 0.0
    for group in groups:
        others = [other for other in groups if other != group]
        scale = max(SCALES.tolist(), key=lambda s: sum(gains[o, s] for o in others))
        reached += gains[group, scale]
    return 100.0 * reached / (2.0 * windows)


def windowed_gaussian(values: Floats, size: int = 6400, step: int = 100) -> Floats:
    """NAB's own baseline: a tail probability by mean and deviation of the last 6,400 rows."""
    from scipy.stats import norm

    found = np.zeros(len(values))
    mean, deviation = 0.0, 1.0
    for row, value in enumerate(values):
        if row and (row % step == 0 or row < step):
            past = values[max(0, row - size) : row]
            mean, deviation = float(past.mean()), float(past.std()) or 1e-6
        if row:
            found[row] = 1.0 - norm.sf(abs(value - mean) / deviation)
    return found


def deviations(values: Floats) -> Floats:
    """The plainest of all: deviations from the mean of what came before."""
    count = np.arange(1, len(values) + 1)
    mean = np.cumsum(values) / count
    spread = np.sqrt((np.cumsum(values**2) / count - mean**2).clip(1e-12))
    return np.append(0.0, np.abs(values[1:] - mean[:-1]) / spread[:-1])


def peers(corpus: list[NabSeries]) -> dict[str, object]:
    found: dict[str, object] = {}
    detectors: dict[str, Callable[[Floats], Floats]] = {
        "windowed_gaussian": windowed_gaussian,
        "deviations": deviations,
    }
    rows = sum(len(series.values) for series in corpus)
    for name, detector in detectors.items():
        began = time.process_time()
        scores = {series.name: detector(series.values) for series in corpus}
        spent = time.process_time() - began
        found[name] = {
            "best_threshold": round(best_threshold(corpus, scores)[1], 2),
            "us_a_point": round(1e6 * spent / rows, 1),
        }
    try:
        given = [series.values.tolist() for series in corpus]
        answered = ask(["river==0.22.0"], HALF_SPACE_TREES, given)
    except PeerMissingError as error:
        found["half_space_trees"] = {"absent": str(error)}
        return found
    scores = {
        series.name: np.array(each) for series, each in zip(corpus, answered["scores"], strict=True)
    }
    found["half_space_trees"] = {
        "best_threshold": round(best_threshold(corpus, scores)[1], 2),
        "us_a_point": round(1e6 * answered["cpu_s"] / rows, 1),
    }
    return found


def patterns(corpus: list[NabSeries]) -> dict[str, object]:
    """VUS-PR of the pattern detectors, and of chance."""
    files = [series for series in corpus if series.group in PATTERN_GROUPS]
    random = np.random.default_rng(0)
    detectors: dict[str, Callable[[Floats], Floats]] = {
        "sub_knn": lambda values: sub_knn(values, PATTERN_ROWS),
        "sub_pca": lambda values: sub_pca(values, PATTERN_ROWS),
        "chance": lambda values: random.random(len(values)),
    }
    found: dict[str, object] = {"files": len(files), "rows_of_a_window": PATTERN_ROWS}
    for name, detector in detectors.items():
        began = time.process_time()
        scores = [detector(series.values) for series in files]
        spent = time.process_time() - began
        each = [vus_pr(s, series.windows) for s, series in zip(scores, files, strict=True)]
        found[name] = {
            "vus_pr": round(float(np.mean(each)), 3),
            "us_a_point": round(1e6 * spent / sum(map(len, scores)), 1),
        }
    return found


def measure() -> dict[str, object]:
    answer: dict[str, object] = {"bench": "anomalies"}
    if NAB.is_dir():
        corpus = read_corpus(NAB)
        perfect = {}
        for series in corpus:
            perfect[series.name] = np.zeros(len(series.values), dtype=np.bool_)
            perfect[series.name][[first for first, _ in series.windows]] = True
        answer |= {
            "files": len(corpus),
            "windows": sum(len(series.windows) for series in corpus),
            "perfect": nab_score(corpus, perfect),
            "null": nab_score(corpus, {name: each < 0 for name, each in perfect.items()}),
            "full": judged(corpus, Parameters()),
            "quick": judged(corpus, quick_parameters()),
            "peers": peers(corpus),
            "published_on_all_files": PUBLISHED,
            "patterns": patterns(corpus),
        }
    else:
        answer["absent"] = "the NAB files are not beside this checkout: shared/data/nab"
    answer["prices"] = measure_prices()
    return answer


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    found = measure()
    for name, each in found.items():
        print(f"{name}: {each}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
