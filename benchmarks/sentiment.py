"""How well and how fast the tone of sentences is found, beside vaderSentiment.

``python -m benchmarks.sentiment``: prints what was measured, then all of it as one JSON object.
The models that are judged on the hold-out are trained on the rest, without near-duplicates of it.
Two figures flatter: the network of the cascade saw the headlines and tweets of the hold-out when
it was made, and the rules were written with two of the three sets of invented sentences in view
(newswire and releases). Those of releases_unseen were written before the model was tried on them.
Where no development data stand beside the checkout, the bundled model is judged on the
sentences of the tests alone, and the JSON says so.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

import resources
from worker_core.sentiment import LinearScorer, ModelError, SentenceScorer, bundled_model
from worker_core.sentiment.evaluation import evaluate
from worker_core.sentiment.labels import Labelled, hold_out, read
from worker_core.sentiment.onnx import CascadeScorer, OnnxScorer
from worker_core.sentiment.training import train
from worker_core.sentiment.vader import VaderScorer

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
INVENTED = {
    name: ROOT / "tests" / "sentiment" / f"{name}.csv"
    for name in ("newswire", "releases", "releases_unseen")
}
SETS = {"headlines": "sentfin_train.csv", "tweets": "tfns_train.csv"}


def judged(scorer: SentenceScorer, rows: Sequence[Labelled]) -> dict[str, object]:
    """The figures of one scorer on one set; loading is not counted."""
    scorer.score([rows[0].text])
    return asdict(evaluate(scorer, rows))


def scorers(linear: LinearScorer, onnx: Path) -> dict[str, SentenceScorer]:
    """Those that can be had here."""
    # The library's own analyzer: ours gives its numbers in a part of its time.
    library = VaderScorer(SentimentIntensityAnalyzer())
    found: dict[str, SentenceScorer] = {"vader": library, "linear": linear}
    try:
        found["cascade"] = CascadeScorer(linear.model, OnnxScorer(onnx))
    except ModelError as error:
        print(f"No cascade: {error}")
    return found


def measure(seed: int, onnx: Path) -> dict[str, object]:
    """Every scorer on every set."""
    files = {name: SHARED / "text" / file for name, file in SETS.items()}
    sets = {name: read(path) for name, path in INVENTED.items()}
    model = bundled_model()
    absent = not all(path.is_file() for path in files.values())
    if not absent:
        learned = read(resources.release_sentences_path())
        for name, path in files.items():
            rest, held = hold_out(read(path), seed=seed)
            learned += rest
            sets[name] = held
        model = train(learned, lexicon=model.lexicon.weights)
    found: dict[str, object] = {}
    for name, scorer in scorers(LinearScorer(model), onnx).items():
        figures = {label: judged(scorer, rows) for label, rows in sets.items()}
        show(name, figures)
        found[name] = figures
    return {"bench": "sentiment", "seed": seed, "no_development_data": absent, **found}


def show(name: str, figures: Mapping[str, dict[str, object]]) -> None:
    """One line a set."""
    for label, each in figures.items():
        print(
            f"{name:<8} {label:<15} accuracy {each['accuracy']:.3f}  macro-F1 "
            f"{each['macro_f1']:.3f}  {each['per_cpu_s']:>8,.0f} sentences/cpu-s"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="of the hold-out")
    parser.add_argument(
        "--onnx", type=Path, default=SHARED / "models" / "sentiment_minilm_int8.onnx"
    )
    arguments = parser.parse_args()
    print(json.dumps(measure(arguments.seed, arguments.onnx)))


if __name__ == "__main__":
    main()
