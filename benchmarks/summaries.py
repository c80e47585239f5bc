"""How near summaries of earnings calls come to what a reporter wrote of them, and at what cost.

``python -m benchmarks.summaries``: prints what was measured, then all of it as one JSON object.
The calls are ECTSum's (Mukherjee et al., 2022): where they are not beside the checkout there is
nothing to measure. Each call is scored against its bullets with ROUGE F1.

The weights of the summaries were set by hand while these calls were looked at. How much of the
score is owed to that is told in two ways: the spread over halves of the calls, and what weights
score that are learned from the other calls only (``learned_``: ten folds, ridge regression on the
same features, the target a sentence's own ROUGE).
"""

import argparse
import json
import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._peers import PeerMissingError, ask
from benchmarks._rouge import Scores, mean, rouge
from worker_core import documents
from worker_core.documents import is_prose, split_sentences
from worker_core.documents.summary import BEST_WORDS, WEIGHTS
from worker_core.documents.terms import MONEY

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "earnings_calls"
PEERS = ("sumy==0.13.0", "numpy==2.4.0")
FOLDS = 10
RIDGE = 30.0
HALVES = 200
PEER = """
import time
from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer
import re

class Words:
    def to_words(self, text): return re.findall(r"[A-Za-z][A-Za-z']*", text)
    def to_sentences(self, text): return [text]

words = Words()
result = {}
for name, kind in (("textrank", TextRankSummarizer), ("lexrank", LexRankSummarizer)):
    summarizer, chosen = kind(), []
    began = time.process_time()
    for call in given["calls"]:
        sentences = [Sentence(text, words) for text in call if words.to_words(text)]
        document = ObjectDocumentModel([Paragraph(sentences)])
        chosen.append([str(one) for one in summarizer(document, given["count"])])
    result[name] = {"seconds": time.process_time() - began, "chosen": chosen}
answer(result)
"""


@dataclass(frozen=True)
class Call:
    """What was said, and what was written of it."""

    text: str
    reference: str


def read_calls(folder: Path) -> list[Call]:
    """All calls that have a summary."""
    return [
        Call(path.read_text("utf-8"), (folder / "summaries" / path.name).read_text("utf-8"))
        for path in sorted((folder / "calls").glob("*.txt"))
        if (folder / "summaries" / path.name).is_file()
    ]


def scored(calls: Sequence[Call], summarize: Callable[[Call], Sequence[str]]) -> list[Scores]:
    """ROUGE of each call's summary."""
    return [rouge(" ".join(summarize(call)), call.reference) for call in calls]


def lead(call: Call, count: int) -> list[str]:
    """The first sentences."""
    return [one.text for one in split_sentences(call.text, count)]


def learned(calls: Sequence[Call], count: int) -> list[Scores]:
    """Each call's summary by weights that were learned from the calls of the other folds."""
    tables = [_table(call) for call in calls]
    order = list(range(len(calls)))
    random.Random(5).shuffle(order)  # noqa: S311 - no secret
    scores: dict[int, Scores] = {}
    for fold in range(FOLDS):
        held = set(order[fold::FOLDS])
        rows = np.vstack([tables[at][1] for at in order if at not in held])
        target = np.concatenate([tables[at][2] for at in order if at not in held])
        centre = rows.mean(axis=0)
        inner = (rows - centre).T @ (rows - centre) + RIDGE * np.eye(rows.shape[1])
        weights = np.linalg.solve(inner, (rows - centre).T @ (target - target.mean()))
        for at in held:
            texts, values, _ = tables[at]
            best = np.argsort(-(values @ weights))[:count]
            chosen = [texts[place] for place in sorted(best)]
            scores[at] = rouge(" ".join(chosen), calls[at].reference)
    return [scores[at] for at in range(len(calls))]


def _table(call: Call) -> tuple[list[str], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    prose = [one.text for one in split_sentences(call.text, 20_000) if is_prose(one.text)]
    last = max(len(prose) - 1, 1)
    values = np.array([_features(text, at / last) for at, text in enumerate(prose)])
    own = [rouge(text, call.reference) for text in prose]
    return prose, values, np.array([one + two for one, two, _ in own])


def _features(sentence: str, place: float) -> list[float]:
    lower = sentence.lower()
    length = abs(math.log((lower.count(" ") + 1) / BEST_WORDS))
    marks = [float(pattern.search(lower) is not None) for pattern, _ in WEIGHTS]
    return [*marks, min(len(MONEY.findall(lower)), 2), length, 1.0 - place]


def halves(scores: Sequence[Scores]) -> float:
    """The standard deviation of ROUGE-1 over random halves of the calls."""
    chance = random.Random(11)  # noqa: S311 - no secret
    first = [score[0] for score in scores]
    return float(np.std([np.mean(chance.sample(first, len(first) // 2)) for _ in range(HALVES)]))


def measure(calls: Sequence[Call], count: int) -> dict[str, float]:
    """All figures, by name."""
    documents.summarize(calls[0].text, count)
    began = time.process_time()
    chosen = [[one.text for one in documents.summarize(call.text, count)] for call in calls]
    seconds = time.process_time() - began
    ours = [
        rouge(" ".join(texts), call.reference) for texts, call in zip(chosen, calls, strict=True)
    ]
    figures = {"calls": len(calls), "sentences": count, **_named("", ours)}
    figures["docs_per_cpu_s"] = round(len(calls) / seconds, 1)
    figures["rouge1_sd_of_halves"] = round(halves(ours), 4)
    figures |= _named("lead_", scored(calls, lambda call: lead(call, count)))
    figures |= _named("learned_", learned(calls, count))
    try:
        figures |= peers(calls, count)
    except PeerMissingError as error:
        print(error)
    return figures


def peers(calls: Sequence[Call], count: int) -> dict[str, float]:
    """The same of sumy's TextRank and LexRank, on the same sentences."""
    sentences = [[one.text for one in split_sentences(call.text, 20_000)] for call in calls]
    figures: dict[str, float] = {}
    for name, told in ask(PEERS, PEER, {"calls": sentences, "count": count}).items():
        texts = told["chosen"]
        scores = [rouge(" ".join(t), call.reference) for t, call in zip(texts, calls, strict=True)]
        figures |= _named(f"{name}_", scores)
        figures[f"{name}_docs_per_cpu_s"] = round(len(calls) / told["seconds"], 1)
    return figures


def _named(prefix: str, scores: Sequence[Scores]) -> dict[str, float]:
    one, two, longest = mean(scores)
    names = (f"{prefix}rouge1", f"{prefix}rouge2", f"{prefix}rougeL")
    return {name: round(value, 4) for name, value in zip(names, (one, two, longest), strict=True)}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--folder", type=Path, default=SHARED, help="calls/ and summaries/")
    options.add_argument("--sentences", type=int, default=2, help="in each summary")
    chosen = options.parse_args()
    calls = read_calls(chosen.folder)
    if not calls:
        print("The earnings calls are not beside this checkout, so there is nothing to measure.")
        print(json.dumps({}))
        return
    figures = measure(calls, chosen.sentences)
    for name, value in figures.items():
        print(f"{name:32} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
