"""ROUGE-1, -2 and -L, as F1 (Lin, 2004, "ROUGE: A Package for Automatic Evaluation of Summaries").

Words are lower-case runs of letters and digits, not stemmed. ROUGE-L is taken over the summary as
one sequence.
"""

import re
from collections import Counter
from collections.abc import Sequence

_WORD = re.compile(r"[a-z0-9]+")

Scores = tuple[float, float, float]


def rouge(candidate: str, reference: str) -> Scores:
    """ROUGE-1, ROUGE-2 and ROUGE-L of a summary against the one that a person wrote."""
    ours, theirs = _WORD.findall(candidate.lower()), _WORD.findall(reference.lower())
    return _overlap(ours, theirs, 1), _overlap(ours, theirs, 2), _longest(ours, theirs)


def mean(scores: Sequence[Scores]) -> Scores:
    """The mean of each over all documents."""
    one, two, longest = (sum(values) / len(scores) for values in zip(*scores, strict=True))
    return one, two, longest


def _overlap(ours: Sequence[str], theirs: Sequence[str], size: int) -> float:
    one, other = _grams(ours, size), _grams(theirs, size)
    return _f1((one & other).total(), one.total(), other.total())


def _grams(words: Sequence[str], size: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(words[start:] for start in range(size)), strict=False))


def _longest(ours: Sequence[str], theirs: Sequence[str]) -> float:
    row = [0] * (len(theirs) + 1)
    for word in ours:
        before = 0
        for place, other in enumerate(theirs, start=1):
            above = row[place]
            row[place] = before + 1 if word == other else max(above, row[place - 1])
            before = above
    return _f1(row[-1], len(ours), len(theirs))


def _f1(shared: int, ours: int, theirs: int) -> float:
    return 2 * shared / (ours + theirs) if shared else 0.0
