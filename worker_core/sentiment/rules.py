"""What a sentence says by the rules of business prose: which figure moved, and is that good?

A direction ("fell") gets its sign from the figure that moved ("losses fell" is good news), and
results are held against what was expected of them. The idea that the polarity of a direction
depends on its object is that of P. Malo et al. (2014), "Good debt or bad debt: Detecting semantic
orientations in economic texts", JASIST 65(4).
"""

from worker_core.sentiment import terms
from worker_core.sentiment.figures import bad_figure, comparisons, levels, turns
from worker_core.sentiment.findings import (
    ABOVE,
    BAD,
    BENEATH,
    CLAUSE,
    CUE,
    DOWN,
    EVENT,
    EXPECTED,
    FEARED,
    HELD,
    METRIC,
    MOVE,
    NEGATIVE,
    NOT,
    ORDER,
    PERIOD,
    POSITIVE,
    SIGN,
    SMALLER,
    TROUBLE,
    UP,
    WIN,
    Hit,
    Rule,
    flags_of,
)
from worker_core.sentiment.growth import TOWARD_GROWTH, growth
from worker_core.sentiment.jobs import jobs_lost
from worker_core.sentiment.tokens import NUMBER, PERCENT, YEAR, Tokens

_MOVES = frozenset({Rule.GOOD_MOVE, Rule.BAD_MOVE, Rule.UP, Rule.DOWN})
_TELLING = MOVE | EVENT | TROUBLE | CUE | ABOVE | BENEATH | WIN | SIGN | TOWARD_GROWTH
_LEFT, _RIGHT = 9, 4
"""Tokens from a direction to the figure it moves, at most."""


def apply(tokens: Tokens) -> list[Hit]:
    """Every rule that holds, in no particular order."""
    words = tokens.words
    flags = flags_of(words)
    hits: list[Hit] = []
    softened = _softened(words, flags, hits)
    for index, flag in enumerate(flags):
        if index in softened:
            continue
        if flag & _TELLING:
            _word(index, flag, words, flags, hits)
        elif words[index] == "well" and _well(index, words):
            hits.append(Hit(Rule.GOOD_EVENT, index, index))
        elif words[index] == "?":
            hits.append(Hit(Rule.QUESTION, index, index))
    if len(tokens.values) > 1:
        hits.extend(comparisons(tokens, flags))
    for index in tokens.signed:
        value = tokens.values[index]
        if value and words[index] == "<%>" and not (value < 0 and bad_figure(index, flags)):
            hits.append(Hit(Rule.PLUS if value > 0 else Rule.MINUS, index, index))
    turned = list(turns(words, flags))
    if turned:
        # "Slipped to a loss" is no loss that slipped.
        spans = [range(hit.first, hit.last + 1) for hit in turned]
        hits = [
            hit
            for hit in hits
            if hit.rule not in _MOVES or not any(hit.first in s and hit.last in s for s in spans)
        ]
    hits += turned
    if not any(hit.rule in POSITIVE or hit.rule in NEGATIVE for hit in hits):
        hits.extend(levels(tokens, flags))
    return hits


def _softened(words: list[str], flags: list[int], hits: list[Hit]) -> range:
    """The clause of "fell less than feared", which is good news; no rule reads it again."""
    for index in range(2, len(words)):
        if not flags[index] & FEARED or words[index - 1] != "than":
            continue
        start = index - 2
        while start > 0 and not flags[start - 1] & CLAUSE:
            start -= 1
        clause = range(start, index + 1)
        bad = words[index] == "feared" or any(
            flags[place] & (BAD | DOWN) and not flags[place] & SMALLER for place in clause
        )
        if bad and any(words[place] in terms.SMALLER for place in clause):
            hits.append(Hit(Rule.ABOVE_EXPECTED, start, index))
            return clause
    return range(0)


def _word(index: int, flag: int, words: list[str], flags: list[int], hits: list[Hit]) -> None:
    denied = _denied(index, flags)
    if flag & (ABOVE | BENEATH):
        expected = _expected(index, flags)
        if expected is not None:
            above = bool(flag & ABOVE) is not denied
            if _bad_before(index, flags):
                above = not above
            rule = Rule.ABOVE_EXPECTED if above else Rule.BELOW_EXPECTED
            hits.append(Hit(rule, index, expected))
    if flag & MOVE:
        _move(index, flag, denied, words, flags, hits)
    if flag & (WIN | SIGN):
        order = _order(index, flags)
        if order is not None and not denied:
            rule = Rule.ORDER_WON if flag & WIN else Rule.SIGNED
            hits.append(Hit(rule, index, order))
    if not denied:
        hits.extend(jobs_lost(index, flag, words, flags))
    if flag & TOWARD_GROWTH and not denied:
        hits.extend(growth(index, flag, flags))
    if flag & EVENT:
        hits.append(Hit(Rule.DENIED_GOOD if denied else Rule.GOOD_EVENT, index, index))
    elif flag & TROUBLE and not _sign(index, words):
        hits.append(Hit(Rule.DENIED_BAD if denied else Rule.BAD_EVENT, index, index))
    elif flag & CUE:
        hits.append(Hit(Rule.UNDECIDED, index, index))


def _well(index: int, words: list[str]) -> bool:
    """Whether a "well" says how something went: "sales progressed well", but not "as well"."""
    before = words[index - 1] if index else ""
    after = words[index + 1] if index + 1 < len(words) else ""
    return (before in terms.FARED or before.endswith("ed")) and after not in ("as", "below")


def _sign(index: int, words: list[str]) -> bool:
    """Whether a word is the sign of a number: "a negative EUR 6.6 mn"."""
    return words[index] == "negative" and words[index + 1 : index + 2] in ([NUMBER], [PERCENT])


def _move(
    index: int, flag: int, denied: bool, words: list[str], flags: list[int], hits: list[Hit]
) -> None:
    if index and words[index - 1] == NUMBER and words[index].endswith("s"):
        # "5 lifts" are things.
        return
    if (
        words[index] in terms.CHEAP
        and words[index + 1 : index + 2]
        and (words[index + 1] in terms.DEAR)
    ):
        return
    if words[index] in terms.WARD and words[index + 1 : index + 2] == ["pressure"]:
        # It is where something is pressed, and no pressure that falls.
        if words[index] == "downward" and not denied:
            hits.append(Hit(Rule.BAD_EVENT, index, index + 1))
        return
    up = (flag & UP != 0) is not denied
    metric = _metric(index, words, flags)
    if metric is None:
        metric = _apposed(index, words, flags)
    if metric is not None and flags[metric] & HELD:
        hits.append(Hit(Rule.UNDECIDED, min(index, metric), max(index, metric)))
        return
    if metric is None:
        hits.append(Hit(Rule.UP if up else Rule.DOWN, index, index))
        return
    good = up is (flags[metric] & BAD == 0)
    if words[index].startswith("widen"):
        good = flags[metric] & BAD == 0
    elif words[index].startswith(("upgrad", "downgrad")):
        # Debt that is downgraded has not become less.
        good = up
    rule = Rule.GOOD_MOVE if good else Rule.BAD_MOVE
    hits.append(Hit(rule, min(index, metric), max(index, metric)))


def _apposed(index: int, words: list[str], flags: list[int]) -> int | None:
    """The figure before the comma of "Sales were 5.1m, up 3 %" or ", representing a fall of"."""
    for comma in range(index - 1, max(index - 8, 0), -1):
        if words[comma] == ",":
            # "On September 30 , 2007 , up by": the year belongs to the date.
            end = comma - 2 if words[comma - 2 : comma] == [",", YEAR] else comma
            return _seek(flags, range(end - 1, max(end - 13, -1), -1))
        if words[comma] not in terms.APPOSED:
            break
    return None


def _denied(index: int, flags: list[int]) -> bool:
    for before in range(index - 1, max(index - 5, -1), -1):
        if flags[before] & CLAUSE:
            return False
        if flags[before] & NOT:
            return True
    return False


def _metric(index: int, words: list[str], flags: list[int]) -> int | None:
    """The figure that a direction moves: what follows an adjective, what precedes a verb."""
    following = words[index + 1] if index + 1 < len(words) else ""
    left = _seek(flags, range(index - 1, max(index - 1 - _LEFT, -1), -1))
    head = _head(words, flags, left)
    left = left if head is None else head
    right = _seek(flags, range(index + 1, min(index + 1 + _RIGHT, len(flags))))
    if words[index] in terms.PREDICATES or following in terms.LINKS:
        return left if right is None else right
    if right == index + 1 and (left is None or index - left > 2):
        return right
    return right if left is None else left


def _seek(flags: list[int], where: range) -> int | None:
    period = None
    for place in where:
        flag = flags[place]
        if flag & METRIC and not flag & MOVE:
            if not flag & PERIOD:
                return place
            # "The loss of the quarter widened": rather the loss, if there is one.
            period = place if period is None else period
        if flag & CLAUSE:
            break
    return period


def _head(words: list[str], flags: list[int], metric: int | None) -> int | None:
    """The figure that one on the left belongs to: bankruptcies of "bankruptcies among clients"."""
    if metric is None or flags[metric] & BAD:
        # What is bad in itself stays so: "the price of raw materials".
        return None
    for place in range(metric - 1, max(metric - 4, -1), -1):
        if words[place] in terms.PREPOSITIONS:
            return _seek(flags, range(place - 1, max(place - 4, -1), -1))
    return None


def _expected(index: int, flags: list[int]) -> int | None:
    for place in range(index + 1, min(index + 6, len(flags))):
        if flags[place] & EXPECTED:
            return place
    return None


def _order(index: int, flags: list[int]) -> int | None:
    for place in range(index + 1, min(index + 9, len(flags))):
        if flags[place] & ORDER:
            return place
    return None


def _bad_before(index: int, flags: list[int]) -> bool:
    for place in range(index - 1, max(index - 5, -1), -1):
        if flags[place] & METRIC:
            return flags[place] & BAD != 0
    return False
