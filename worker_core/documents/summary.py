"""Extractive summaries: the sentences that say most about results, chosen not to repeat each other.

Sentences are scored by what marks a result or an outlook in a financial document: figures, the
metric they belong to, the period, the direction. The choice among them follows maximal marginal
relevance (Carbonell and Goldstein, 1998, "The Use of MMR, Diversity-Based Reranking for
Reordering Documents and Producing Summaries", SIGIR).
"""

import math
import re
from bisect import bisect_right, insort
from collections.abc import Sequence

from worker_core.documents import terms
from worker_core.documents.cover import COVER_CHARACTERS, cover_facts
from worker_core.documents.lines import is_capitalised
from worker_core.documents.model import Section, Sentence, SummarySentence
from worker_core.documents.sections import find_sections
from worker_core.documents.sentences import is_prose, split_sentences

_MOST_SENTENCES = 20_000
_FEWEST_CANDIDATES = 24
_CANDIDATES_EACH = 6
"""Sentences of the highest scores, for each that is wanted, among which the choice is made."""

_REPETITION = 2.0
"""How much of a sentence's score a full repetition of a chosen one costs, in points."""

_SAME = 0.8
"""Overlap from which two sentences say the same."""

WEIGHTS: tuple[tuple[re.Pattern[str], float], ...] = (
    (terms.PER_SHARE, 1.6),
    (terms.PROFIT, 0.8),
    (terms.SALES, 0.6),
    (terms.MARGIN, 0.2),
    (terms.CASH, 0.1),
    (terms.PAYOUT, -1.0),
    (terms.GUIDANCE, 0.5),
    (terms.EXPECTATION, 0.4),
    (terms.RANGE, 0.5),
    (terms.PERIOD, 0.5),
    (terms.MOVEMENT, 0.1),
    (terms.BASIS, 0.5),
    (terms.PERCENT, 0.4),
    (terms.BOILERPLATE, -2.5),
    (terms.COVER, -4.0),
    (terms.METHOD, -0.8),
    (terms.CONVERSATION, -0.5),
    (terms.DETAIL, -0.6),
    (terms.FRAGMENT, -5.0),
    (terms.CHANGE, 0.4),
    (terms.HEDGE, -1.5),
)
_FOR = tuple(pair for pair in WEIGHTS if pair[1] > 0)
_AGAINST = tuple(pair for pair in WEIGHTS if pair[1] < 0)
_TITLE = -3.0
_LONGEST_TITLE = 160
_SECTION_BONUS = {
    "Item 7": 1.5,
    "Part I Item 2": 1.5,
    "Item 1": 0.3,
    "Items 1 and 2": 0.3,
    "Item 1A": -0.7,
    "Part II Item 1A": -0.7,
    "Item 8": -0.7,
    "Part I Item 1": -0.7,
}
_OTHER_SECTION_BONUS = -1.5
_COVER_BONUS = -4.0
_LEAST_SCORE = -2.0
_MONEY = 0.5
_MOST_MONEY = 2
BEST_WORDS = 16
_LENGTH = 0.8
_POSITION = 0.6
_WORD = re.compile(r"[a-z]{3,}|\d[\d.,]*")
_COMMON = {
    "and", "are", "for", "from", "had", "has", "have", "its", "our", "that", "the", "their", "this",
    "was", "were", "which", "will", "with", "than", "been", "being", "but", "not", "per", "they",
    "also", "into", "all",
}  # fmt: skip


def summarize(
    text: str, sentences: int = 5, sections: Sequence[Section] | None = None
) -> list[SummarySentence]:
    """At most so many sentences of ``text``, in its order; fewer where it has fewer worth quoting.

    Of a filing, management's discussion speaks first, and its cover page not at all. ``sections``
    are looked for where they are not given.
    """
    prose = [part for part in split_sentences(text, _MOST_SENTENCES) if is_prose(part.text)]
    if sections is None:
        sections = find_sections(text, cover_facts(text).form_type)
    bonus = _SectionBonus(sections)
    last = max(len(prose) - 1, 1)
    promising = [
        (_promise(sentence.text, place / last) + bonus.at(sentence.start), sentence)
        for place, sentence in enumerate(prose)
    ]
    scored = _best(promising, max(_FEWEST_CANDIDATES, _CANDIDATES_EACH * sentences))
    worth_quoting = [pair for pair in scored if pair[0] > _LEAST_SCORE] or scored[:1]
    return sorted(_choose(worth_quoting, sentences), key=lambda part: part.start)


def _best(promising: list[tuple[float, Sentence]], count: int) -> list[tuple[float, Sentence]]:
    """The candidates by score. What speaks against a sentence only lowers its score, and is looked
    for no further than a sentence could still be among the best."""
    promising.sort(key=lambda pair: -pair[0])
    scores: list[float] = []  # ascending, the best so many
    found = []
    for promise, sentence in promising:
        if len(scores) == count and promise <= scores[0]:
            break
        score = promise + _against(sentence.text)
        found.append((score, sentence))
        insort(scores, score)
        if len(scores) > count:
            del scores[0]
    found.sort(key=lambda pair: -pair[0])
    return found[:count]


class _SectionBonus:
    """What the section that a sentence stands in adds to its score."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._starts = [section.start for section in sections]
        self._sections = sections
        self._is_event = bool(sections) and "." in sections[0].name

    def at(self, place: int) -> float:
        """The points for a sentence that begins at ``place``."""
        if not self._starts:
            return 0.0
        section = self._sections[max(bisect_right(self._starts, place) - 1, 0)]
        if place < section.start:
            return _COVER_BONUS if place < COVER_CHARACTERS else 0.0
        if place >= section.end:
            # What follows the items of an 8-K is the press release it was filed for.
            return 0.0 if self._is_event else _OTHER_SECTION_BONUS
        if self._is_event:
            return _OTHER_SECTION_BONUS if section.name == "Item 9.01" else 0.5
        return _SECTION_BONUS.get(section.name, _OTHER_SECTION_BONUS)


def _promise(sentence: str, place: float) -> float:
    """What speaks for a sentence that stands at ``place`` of the document, 0 to 1."""
    lower = sentence.lower()
    score = sum(weight for pattern, weight in _FOR if pattern.search(lower))
    score += _MONEY * min(len(terms.MONEY.findall(lower)), _MOST_MONEY)
    length = lower.count(" ") + 1
    score -= _LENGTH * abs(math.log(length / BEST_WORDS))
    return score + _POSITION * (1.0 - place)


def _against(sentence: str) -> float:
    lower = sentence.lower()
    score = sum(weight for pattern, weight in _AGAINST if pattern.search(lower))
    return score + (_TITLE if is_capitalised(sentence) and _is_short(sentence) else 0.0)


def _is_short(sentence: str) -> bool:
    return len(sentence) <= _LONGEST_TITLE


def _choose(scored: Sequence[tuple[float, Sentence]], count: int) -> list[SummarySentence]:
    left = [(score, sentence, _content(sentence.text)) for score, sentence in scored]
    chosen: list[SummarySentence] = []
    seen: list[frozenset[str]] = []
    while left and len(chosen) < count:
        best = max(
            range(len(left)),
            key=lambda at: (
                left[at][0]
                - _REPETITION * max((_overlap(left[at][2], words) for words in seen), default=0.0)
            ),
        )
        score, sentence, words = left.pop(best)
        chosen.append(SummarySentence(sentence.text, sentence.start, sentence.end, round(score, 3)))
        seen.append(words)
        left = [rival for rival in left if _overlap(rival[2], words) < _SAME]
    return chosen


def _content(sentence: str) -> frozenset[str]:
    return frozenset(_WORD.findall(sentence.lower())) - _COMMON


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared words as a share of the shorter sentence's."""
    return len(one & other) / max(min(len(one), len(other)), 1)
