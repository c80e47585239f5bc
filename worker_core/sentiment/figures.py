"""Figures at two times: numbers that are compared, and changes between profit and loss."""

import itertools
from collections.abc import Iterator

from worker_core.sentiment import terms
from worker_core.sentiment.findings import BAD, FEARED, GAIN, LOSS, METRIC, Hit, Rule
from worker_core.sentiment.tokens import Tokens

_FARTHEST = 16
"""Tokens between two numbers that are compared, at most."""
_TOO_DIFFERENT = 60.0
"""Two numbers of this ratio are not the same figure at two times."""


def comparisons(tokens: Tokens, flags: list[int]) -> Iterator[Hit]:
    """Numbers of one figure at two times: "to 5.1 from 4.2", "5.1 compared with 4.2"."""
    words, values = tokens.words, tokens.values
    places = list(values)
    for here, there in itertools.pairwise(places):
        if there - here > _FARTHEST or words[here] != words[there]:
            continue
        between = words[here + 1 : there]
        reverse = (here > 0 and words[here - 1] == "from" and "to" in between) or (
            "but" in between and _foreseen(here, flags)
        )
        if not reverse and terms.AGAINST.isdisjoint(between):
            continue
        kind = _figure(here, flags)
        later = _figure_between(here, there, flags)
        if kind & GAIN and later & LOSS:
            yield Hit(Rule.TO_PROFIT, here, there)
            continue
        if kind & LOSS and later & GAIN:
            yield Hit(Rule.TO_LOSS, here, there)
            continue
        new, old = abs(values[here]), abs(values[there])
        if reverse:
            new, old = old, new
        if new == old or not 1 / _TOO_DIFFERENT < (new or 1e-9) / (old or 1e-9) < _TOO_DIFFERENT:
            continue
        more = (new > old) is (kind & BAD == 0)
        yield Hit(Rule.MORE_THAN_BEFORE if more else Rule.LESS_THAN_BEFORE, here, there)


def _foreseen(index: int, flags: list[int]) -> bool:
    return any(flags[place] & FEARED for place in range(max(index - 8, 0), index))


def _figure(index: int, flags: list[int]) -> int:
    """The flags of the figure that a number belongs to: the nearest before it."""
    for place in range(index - 1, max(index - 13, -1), -1):
        if flags[place] & (METRIC | LOSS):
            return flags[place]
    return 0


def _figure_between(here: int, there: int, flags: list[int]) -> int:
    found = 0
    for place in range(here + 1, there):
        found |= flags[place] & (GAIN | LOSS)
    return found


def turns(words: list[str], flags: list[int]) -> Iterator[Hit]:
    """Changes between profit and loss that are told in words: "swung to a loss"."""
    for index, word in enumerate(words):
        if word not in ("to", "into", "from") or index + 1 >= len(words):
            continue
        target = next(
            (
                place
                for place in range(index + 1, min(index + 5, len(words)))
                if flags[place] & (GAIN | LOSS)
            ),
            None,
        )
        if target is None:
            continue
        if word != "from" and not terms.TURNS.isdisjoint(words[max(index - 3, 0) : index]):
            lost = flags[target] & LOSS
            yield Hit(Rule.TO_LOSS if lost else Rule.TO_PROFIT, max(index - 1, 0), target)
        elif word == "from" and flags[target] & LOSS and _before(index, flags) & GAIN:
            yield Hit(Rule.TO_PROFIT, index, target)


def _before(index: int, flags: list[int]) -> int:
    for place in range(index - 1, max(index - 14, -1), -1):
        if flags[place] & (GAIN | LOSS):
            return flags[place]
    return 0
