"""What a sentence says by the rules of business prose: which figure moved, and is that good?

A direction ("fell") gets its sign from the figure that moved ("losses fell" is good news). Two
numbers of one figure are compared ("to 5.1 from 4.2"), a change between profit and loss counts as
such, and results are held against what was expected of them. The idea that the polarity of a
direction depends on its object is that of P. Malo et al. (2014), "Good debt or bad debt:
Detecting semantic orientations in economic texts", JASIST 65(4).
"""

from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from worker_core.sentiment import terms
from worker_core.sentiment.tokens import Tokens


class Rule(IntEnum):
    """What a rule found; the value is the place among the features."""

    GOOD_MOVE = 0
    BAD_MOVE = 1
    UP = 2
    DOWN = 3
    MORE_THAN_BEFORE = 4
    LESS_THAN_BEFORE = 5
    TO_PROFIT = 6
    TO_LOSS = 7
    ABOVE_EXPECTED = 8
    BELOW_EXPECTED = 9
    GOOD_EVENT = 10
    BAD_EVENT = 11
    DENIED_GOOD = 12
    DENIED_BAD = 13
    PLUS = 14
    MINUS = 15
    UNDECIDED = 16
    QUESTION = 17
    ORDER_WON = 18
    SIGNED = 19
    JOB_CUTS = 20


RULES = tuple(Rule)
POSITIVE = frozenset({
    Rule.GOOD_MOVE, Rule.MORE_THAN_BEFORE, Rule.TO_PROFIT, Rule.ABOVE_EXPECTED, Rule.PLUS,
    Rule.ORDER_WON,
})  # fmt: skip
NEGATIVE = frozenset({
    Rule.BAD_MOVE, Rule.LESS_THAN_BEFORE, Rule.TO_LOSS, Rule.BELOW_EXPECTED, Rule.MINUS,
    Rule.JOB_CUTS,
})  # fmt: skip


class Hit(NamedTuple):
    """A rule that holds, and the first and last token that made it so."""

    rule: Rule
    first: int
    last: int


_GOOD, _BAD, _UP, _DOWN, _NOT, _CLAUSE = 1, 2, 4, 8, 16, 32
_GAIN, _LOSS, _EXPECTED, _ABOVE, _BENEATH = 64, 128, 256, 512, 1024
_EVENT, _TROUBLE, _CUE = 2048, 4096, 8192
_WIN, _SIGN, _ORDER, _JOBS, _FEARED, _SMALLER = 1 << 14, 1 << 15, 1 << 16, 1 << 17, 1 << 18, 1 << 19
_MOVE = _UP | _DOWN
_METRIC = _GOOD | _BAD

_FLAGS: dict[str, int] = {}
for _flag, _set in (
    (_GOOD, terms.GOOD_WHEN_MORE),
    (_BAD, terms.BAD_WHEN_MORE),
    (_UP, terms.UP),
    (_DOWN, terms.DOWN),
    (_NOT, terms.NEGATIONS),
    (_CLAUSE, terms.CLAUSES),
    (_GAIN, terms.PROFIT),
    (_LOSS, terms.LOSS),
    (_EXPECTED, terms.EXPECTATIONS),
    (_ABOVE, terms.ABOVE),
    (_BENEATH, terms.BENEATH),
    (_EVENT, terms.GOOD_EVENTS),
    (_TROUBLE, terms.BAD_EVENTS),
    (_CUE, terms.NEUTRAL_CUES),
    (_WIN, terms.WINS),
    (_SIGN, terms.SIGNS),
    (_ORDER, terms.ORDERS),
    (_JOBS, terms.JOBS),
    (_FEARED, terms.FEARED),
    (_SMALLER, terms.SMALLER),
):
    for _word in _set:
        _FLAGS[_word] = _FLAGS.get(_word, 0) | _flag

_LEFT, _RIGHT = 7, 4
"""Tokens from a direction to the figure it moves, at most."""

_LINKS = frozenset("in of its the their his a our for".split())
_AGAINST = frozenset(
    "from compared against versus vs v comparison corresponding earlier consensus estimate estimates expected".split()
)
_TURNS = frozenset(
    """
    swung swings swing turned turns turn returned returns return moved moves back into posted posts
    post reports reported report slipped plunged
""".split()
)
_FARTHEST = 16
"""Tokens between two numbers that are compared, at most."""
_TOO_DIFFERENT = 60.0
"""Two numbers of this ratio are not the same figure at two times."""


def apply(tokens: Tokens) -> list[Hit]:
    """Every rule that holds, in no particular order."""
    words = tokens.words
    get = _FLAGS.get
    flags = [get(word, 0) for word in words]
    _join(words, flags)
    hits: list[Hit] = []
    softened = _softened(words, flags, hits)
    for index, flag in enumerate(flags):
        if index in softened:
            continue
        if flag & (_MOVE | _EVENT | _TROUBLE | _CUE | _ABOVE | _BENEATH | _WIN | _SIGN):
            _word(index, flag, words, flags, hits)
        elif words[index] == "?":
            hits.append(Hit(Rule.QUESTION, index, index))
    if len(tokens.values) > 1:
        hits.extend(_comparisons(tokens, flags))
    for index in tokens.signed:
        value = tokens.values[index]
        if value and words[index] == "<%>":
            hits.append(Hit(Rule.PLUS if value > 0 else Rule.MINUS, index, index))
    hits.extend(_turns(words, flags))
    return hits


_FIRSTS = frozenset(first for first, _ in terms.PHRASES)


def _join(words: list[str], flags: list[int]) -> None:
    """Two words that do the work of one get its flags, on the first of them."""
    for index in range(len(words) - 1):
        if words[index] in _FIRSTS:
            joined = terms.PHRASES.get((words[index], words[index + 1]))
            if joined is not None:
                flags[index], flags[index + 1] = _FLAGS.get(joined, 0), 0


def _softened(words: list[str], flags: list[int], hits: list[Hit]) -> range:
    """The clause of "fell less than feared", which is good news; no rule reads it again."""
    for index in range(2, len(words)):
        if not flags[index] & _FEARED or words[index - 1] != "than":
            continue
        start = index - 2
        while start > 0 and not flags[start - 1] & _CLAUSE:
            start -= 1
        clause = range(start, index + 1)
        bad = words[index] == "feared" or any(
            flags[place] & (_BAD | _DOWN) and not flags[place] & _SMALLER for place in clause
        )
        if bad and any(words[place] in terms.SMALLER for place in clause):
            hits.append(Hit(Rule.ABOVE_EXPECTED, start, index))
            return clause
    return range(0)


def _word(index: int, flag: int, words: list[str], flags: list[int], hits: list[Hit]) -> None:
    denied = _denied(index, flags)
    if flag & (_ABOVE | _BENEATH):
        expected = _expected(index, flags)
        if expected is not None:
            above = bool(flag & _ABOVE) is not denied
            if _bad_before(index, flags):
                above = not above
            rule = Rule.ABOVE_EXPECTED if above else Rule.BELOW_EXPECTED
            hits.append(Hit(rule, index, expected))
    if flag & _MOVE:
        _move(index, flag, denied, words, flags, hits)
    if flag & (_WIN | _SIGN):
        order = _order(index, flags)
        if order is not None and not denied:
            rule = Rule.ORDER_WON if flag & _WIN else Rule.SIGNED
            hits.append(Hit(rule, index, order))
    if flag & _DOWN and not denied:
        jobs = next(
            (p for p in range(index + 1, min(index + 6, len(flags))) if flags[p] & _JOBS), -1
        )
        if jobs >= 0:
            hits.append(Hit(Rule.JOB_CUTS, index, jobs))
    if flag & _EVENT:
        hits.append(Hit(Rule.DENIED_GOOD if denied else Rule.GOOD_EVENT, index, index))
    elif flag & _TROUBLE:
        hits.append(Hit(Rule.DENIED_BAD if denied else Rule.BAD_EVENT, index, index))
    elif flag & _CUE:
        hits.append(Hit(Rule.UNDECIDED, index, index))


def _move(
    index: int, flag: int, denied: bool, words: list[str], flags: list[int], hits: list[Hit]
) -> None:
    up = (flag & _UP != 0) is not denied
    metric = _metric(index, words, flags)
    if metric is None:
        hits.append(Hit(Rule.UP if up else Rule.DOWN, index, index))
        return
    good = up is (flags[metric] & _BAD == 0)
    if words[index].startswith("widen"):
        good = flags[metric] & _BAD == 0
    rule = Rule.GOOD_MOVE if good else Rule.BAD_MOVE
    hits.append(Hit(rule, min(index, metric), max(index, metric)))


def _denied(index: int, flags: list[int]) -> bool:
    for before in range(index - 1, max(index - 4, -1), -1):
        if flags[before] & _CLAUSE:
            return False
        if flags[before] & _NOT:
            return True
    return False


def _metric(index: int, words: list[str], flags: list[int]) -> int | None:
    """The figure that a direction moves: what follows an adjective, what precedes a verb."""
    following = words[index + 1] if index + 1 < len(words) else ""
    left = _seek(flags, range(index - 1, max(index - 1 - _LEFT, -1), -1))
    right = _seek(flags, range(index + 1, min(index + 1 + _RIGHT, len(flags))))
    if words[index] in terms.PREDICATES or following in _LINKS:
        return left if right is None else right
    if right == index + 1 and (left is None or index - left > 2):
        return right
    return right if left is None else left


def _seek(flags: list[int], where: range) -> int | None:
    for place in where:
        flag = flags[place]
        if flag & _METRIC and not flag & _MOVE:
            return place
        if flag & _CLAUSE:
            return None
    return None


def _expected(index: int, flags: list[int]) -> int | None:
    for place in range(index + 1, min(index + 6, len(flags))):
        if flags[place] & _EXPECTED:
            return place
    return None


def _order(index: int, flags: list[int]) -> int | None:
    for place in range(index + 1, min(index + 9, len(flags))):
        if flags[place] & _ORDER:
            return place
    return None


def _bad_before(index: int, flags: list[int]) -> bool:
    for place in range(index - 1, max(index - 5, -1), -1):
        if flags[place] & _METRIC:
            return flags[place] & _BAD != 0
    return False


def _comparisons(tokens: Tokens, flags: list[int]) -> Iterator[Hit]:
    """Numbers of one figure at two times: "to 5.1 from 4.2", "5.1 compared with 4.2"."""
    words, values = tokens.words, tokens.values
    places = list(values)
    for here, there in zip(places, places[1:], strict=False):
        if there - here > _FARTHEST or words[here] != words[there]:
            continue
        between = words[here + 1 : there]
        reverse = (here > 0 and words[here - 1] == "from" and "to" in between) or (
            "but" in between and _foreseen(here, flags)
        )
        if not reverse and _AGAINST.isdisjoint(between):
            continue
        kind = _figure(here, flags)
        later = _figure_between(here, there, flags)
        if kind & _GAIN and later & _LOSS:
            yield Hit(Rule.TO_PROFIT, here, there)
            continue
        if kind & _LOSS and later & _GAIN:
            yield Hit(Rule.TO_LOSS, here, there)
            continue
        new, old = abs(values[here]), abs(values[there])
        if reverse:
            new, old = old, new
        if new == old or not 1 / _TOO_DIFFERENT < (new or 1e-9) / (old or 1e-9) < _TOO_DIFFERENT:
            continue
        more = (new > old) is (kind & _BAD == 0)
        yield Hit(Rule.MORE_THAN_BEFORE if more else Rule.LESS_THAN_BEFORE, here, there)


def _foreseen(index: int, flags: list[int]) -> bool:
    return any(flags[place] & _FEARED for place in range(max(index - 8, 0), index))


def _figure(index: int, flags: list[int]) -> int:
    """The flags of the figure that a number belongs to: the nearest before it."""
    for place in range(index - 1, max(index - 13, -1), -1):
        if flags[place] & (_METRIC | _LOSS):
            return flags[place]
    return 0


def _figure_between(here: int, there: int, flags: list[int]) -> int:
    found = 0
    for place in range(here + 1, there):
        found |= flags[place] & (_GAIN | _LOSS)
    return found


def _turns(words: list[str], flags: list[int]) -> Iterator[Hit]:
    """Changes between profit and loss that are told in words: "swung to a loss"."""
    for index, word in enumerate(words):
        if word not in ("to", "into", "from", "a") or index + 1 >= len(words):
            continue
        target = next(
            (
                place
                for place in range(index + 1, min(index + 5, len(words)))
                if flags[place] & (_GAIN | _LOSS)
            ),
            None,
        )
        if target is None or word == "a":
            continue
        if word != "from" and not _TURNS.isdisjoint(words[max(index - 3, 0) : index]):
            lost = flags[target] & _LOSS
            yield Hit(Rule.TO_LOSS if lost else Rule.TO_PROFIT, max(index - 1, 0), target)
        elif word == "from" and flags[target] & _LOSS and _before(index, flags) & _GAIN:
            yield Hit(Rule.TO_PROFIT, index, target)


def _before(index: int, flags: list[int]) -> int:
    for place in range(index - 1, max(index - 14, -1), -1):
        if flags[place] & (_GAIN | _LOSS):
            return flags[place]
    return 0
