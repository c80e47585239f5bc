"""From a sentence to numbers: words and word pairs, what the rules found, and two lexicons."""

import math
import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from worker_core.sentiment import findings, rules
from worker_core.sentiment.findings import Hit, Rule
from worker_core.sentiment.lexicon import Lexicon
from worker_core.sentiment.terms import GOOD_WHEN_MORE
from worker_core.sentiment.tokens import BREAKS, LONGEST, NUMBER, PERCENT, Tokens, tokenize

if TYPE_CHECKING:
    from worker_core.sentiment.analyzer import Analyzer

_RULES = len(findings.RULES)
_STEM = 5
"""Letters of a word that stand for all its forms."""
DENSE = (
    *(rule.name.lower() for rule in findings.RULES),
    "moves_net",
    "moves_up_only",
    "moves_down_only",
    "moves_mixed",
    "moves_none",
    "verdict_good",
    "verdict_bad",
    "vader",
    "vader_positive",
    "vader_negative",
    "lexicon_positive",
    "lexicon_negative",
    "lexicon_net",
    "length",
    "numbers",
    "prose",
    "prose_growth",
    "prose_order",
    "prose_event",
    "prose_trouble",
    "prose_good",
    "prose_bad",
    "prose_mixed_good",
    "prose_mixed_bad",
    "prose_both_ways",
)
"""Names of the features that are not words."""
MOVES = DENSE.index("moves_net")
VERDICT_GOOD = DENSE.index("verdict_good")
VERDICT_BAD = DENSE.index("verdict_bad")
VADER = DENSE.index("vader")
LEXICON = DENSE.index("lexicon_positive")
LENGTH = DENSE.index("length")
PROSE = DENSE.index("prose")


_LINK = re.compile(r"https?://|[@#$][A-Za-z]")
"""What tells a tweet."""


_BARE = frozenset({Rule.UP, Rule.DOWN})
"""Moves of something that the sentence named before."""
_BETTER = findings.POSITIVE | {Rule.UP}
_WORSE = findings.NEGATIVE | {Rule.DOWN}
_CONCEDES = frozenset({"although", "though", "despite", "while", "whereas"})


class Features(NamedTuple):
    """What a model sees of a sentence.

    Attributes:
        terms: its words, their beginnings (``^begin``) and pairs of neighbours, with repetitions.
        places: the first and last token of each term.
        dense: one number for each name in ``DENSE``.
    """

    tokens: Tokens
    terms: list[str]
    places: list[tuple[int, int]]
    dense: list[float]
    hits: list[Hit]


def extract(sentence: str, lexicon: Lexicon) -> Features:
    """The features of a sentence."""
    tokens = tokenize(sentence)
    hits = rules.apply(tokens)
    terms, places = _terms(tokens)
    return Features(tokens, terms, places, _dense(sentence, tokens, hits, lexicon), hits)


def _terms(tokens: Tokens) -> tuple[list[str], list[tuple[int, int]]]:
    terms: list[str] = []
    places: list[tuple[int, int]] = []
    previous = ""
    before = 0
    for index, word in enumerate(tokens.words):
        if word in BREAKS:
            previous = ""
            continue
        terms.append(word)
        places.append((index, index))
        if len(word) > _STEM:
            terms.append("^" + word[:_STEM])
            places.append((index, index))
        if previous:
            terms.append(f"{previous} {word}")
            places.append((before, index))
        previous, before = word, index
    return terms, places


def _dense(sentence: str, tokens: Tokens, hits: list[Hit], lexicon: Lexicon) -> list[float]:
    counts = [0.0] * _RULES
    for hit in hits:
        if counts[hit.rule] < 2:
            counts[hit.rule] += 1.0
    good = sum(counts[rule] for rule in findings.POSITIVE)
    bad = sum(counts[rule] for rule in findings.NEGATIVE)
    polarity = vader().polarity_scores(sentence[:LONGEST])
    positive = negative = 0.0
    weight = lexicon.weight
    for word in tokens.words:
        value = weight(word)
        if value > 0:
            positive += value
        else:
            negative -= value
    words = tokens.words
    return [
        *counts,
        max(-3.0, min(3.0, good - bad)),
        1.0 if good > bad == 0 else 0.0,
        1.0 if bad > good == 0 else 0.0,
        1.0 if good and bad else 0.0,
        0.0 if good or bad else 1.0,
        1.0 if good > bad else 0.0,
        1.0 if bad > good else 0.0,
        polarity["compound"],
        polarity["pos"],
        polarity["neg"],
        min(positive, 3.0),
        min(negative, 3.0),
        (positive - negative) / math.sqrt(len(words) + 1),
        math.log1p(len(words)) / 4,
        min(words.count(NUMBER) + words.count(PERCENT), 4) / 4,
        *_prose(sentence[:LONGEST], tokens.words, hits, counts),
    ]


def _prose(sentence: str, words: list[str], hits: list[Hit], counts: list[float]) -> list[float]:
    """What the rules found in a whole sentence. Headlines and tweets are short for what moved;
    in running text the same words are told of more that is just so."""
    if not sentence.rstrip().endswith((".", "!")) or _LINK.search(sentence):
        return [0.0] * (len(DENSE) - PROSE)
    good = sum(counts[rule] for rule in findings.POSITIVE)
    bad = sum(counts[rule] for rule in findings.NEGATIVE)
    return [
        1.0,
        min(sum(counts[rule] for rule in findings.GROWTH), 3.0),
        counts[Rule.ORDER_WON] + counts[Rule.SIGNED],
        counts[Rule.GOOD_EVENT],
        counts[Rule.BAD_EVENT],
        1.0 if good > bad else 0.0,
        1.0 if bad > good else 0.0,
        *_mixed(words, hits),
    ]


def _mixed(words: list[str], hits: list[Hit]) -> tuple[float, float, float]:
    """Of a sentence in which some moved for the better and some for the worse: whether what it
    tells first is good, whether it is bad, and whether it is the same figure that went both ways
    ("sales fell abroad but rose at home")."""
    better = [hit for hit in hits if hit.rule in _BETTER]
    worse = [hit for hit in hits if hit.rule in _WORSE]
    if not better or not worse:
        return 0.0, 0.0, 0.0
    order = sorted((*better, *worse), key=lambda hit: (hit.first, hit.last))
    # "Although sales fell, profit rose" tells what matters last.
    first = order[-1] if words[0] in _CONCEDES else order[0]
    both = any(
        hit.rule in _BARE or other.rule in _BARE or _figures(words, hit) & _figures(words, other)
        for hit in better
        for other in worse
    )
    good = first.rule in _BETTER
    return float(good), float(not good), float(both)


def _figures(words: list[str], hit: Hit) -> set[str]:
    return {words[hit.first], words[hit.last]} & GOOD_WHEN_MORE


@cache
def vader() -> "Analyzer":
    """The analyzer of vaderSentiment, one for the process."""
    from worker_core.sentiment.analyzer import Analyzer

    return Analyzer()
