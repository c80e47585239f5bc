"""What rules can find in a sentence, and what each word means to them."""

from enum import IntEnum
from typing import NamedTuple

from worker_core.sentiment import event_terms, growth_terms, terms
from worker_core.sentiment.tokens import NUMBER, PERCENT


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
    AT_A_LOSS = 21
    LEVEL = 22
    GROWTH_STEP = 23
    CHOSEN = 24
    TOGETHER = 25
    BENEFIT = 26
    NOVELTY = 27


RULES = tuple(Rule)
POSITIVE = frozenset({
    Rule.GOOD_MOVE, Rule.MORE_THAN_BEFORE, Rule.TO_PROFIT, Rule.ABOVE_EXPECTED, Rule.PLUS,
    Rule.ORDER_WON,
})  # fmt: skip
NEGATIVE = frozenset({
    Rule.BAD_MOVE, Rule.LESS_THAN_BEFORE, Rule.TO_LOSS, Rule.BELOW_EXPECTED, Rule.MINUS,
    Rule.JOB_CUTS, Rule.AT_A_LOSS,
})  # fmt: skip


GROWTH = frozenset({
    Rule.GROWTH_STEP, Rule.CHOSEN, Rule.TOGETHER, Rule.BENEFIT, Rule.NOVELTY,
})  # fmt: skip


class Hit(NamedTuple):
    """A rule that holds, and the first and last token that made it so."""

    rule: Rule
    first: int
    last: int


GOOD, BAD, UP, DOWN, NOT, CLAUSE = 1, 2, 4, 8, 16, 32
GAIN, LOSS, EXPECTED, ABOVE, BENEATH = 64, 128, 256, 512, 1024
EVENT, TROUBLE, CUE = 2048, 4096, 8192
WIN, SIGN, ORDER, JOBS, FEARED, SMALLER = 1 << 14, 1 << 15, 1 << 16, 1 << 17, 1 << 18, 1 << 19
HELD, PERIOD = 1 << 20, 1 << 21
STEP, GROUND, CHOICE, SUPPLY = 1 << 22, 1 << 23, 1 << 24, 1 << 25
PARTNER, USE, NEW = 1 << 26, 1 << 27, 1 << 28
MOVE = UP | DOWN
METRIC = GOOD | BAD | HELD

_FLAGS: dict[str, int] = {}
for _flag, _known in (
    (GOOD, terms.GOOD_WHEN_MORE),
    (BAD, terms.BAD_WHEN_MORE),
    (UP, terms.UP),
    (DOWN, terms.DOWN),
    (NOT, terms.NEGATIONS),
    (CLAUSE, terms.CLAUSES),
    (GAIN, terms.PROFIT),
    (LOSS, terms.LOSS),
    (EXPECTED, terms.EXPECTATIONS),
    (ABOVE, terms.ABOVE),
    (BENEATH, terms.BENEATH),
    (EVENT, event_terms.GOOD_EVENTS),
    (TROUBLE, event_terms.BAD_EVENTS),
    (CUE, event_terms.NEUTRAL_CUES),
    (WIN, terms.WINS),
    (SIGN, terms.SIGNS),
    (ORDER, terms.ORDERS),
    (JOBS, terms.JOBS),
    (FEARED, terms.FEARED),
    (SMALLER, terms.SMALLER),
    (HELD, terms.HOLDINGS),
    (PERIOD, terms.PERIODS),
    (STEP, growth_terms.STEPS),
    (GROUND, growth_terms.GROUNDS),
    (CHOICE, growth_terms.CHOICES),
    (SUPPLY, growth_terms.SUPPLIES),
    (PARTNER, growth_terms.PARTNERS),
    (USE, growth_terms.BENEFITS),
    (NEW, growth_terms.NEWS),
):
    for _term in _known:
        _FLAGS[_term] = _FLAGS.get(_term, 0) | _flag

_FIRSTS = frozenset(first for first, _ in terms.PHRASES)


def _join(words: list[str], flags: list[int]) -> None:
    """Two words that do the work of one get its flags, on the first of them."""
    for index in range(len(words) - 1):
        if words[index] in _FIRSTS:
            joined = terms.PHRASES.get((words[index], words[index + 1]))
            if joined is not None and not _than_before(index, words):
                flags[index], flags[index + 1] = _FLAGS.get(joined, 0), 0
        if words[index] == "number" and words[index + 1] == "of":
            # That there are more shares is no news of what they are worth.
            for place in range(index + 2, min(index + 8, len(words))):
                if flags[place] & CLAUSE:
                    break
                if words[place] == "shares":
                    flags[place] = HELD


def _than_before(index: int, words: list[str]) -> bool:
    """Whether "less than" compares with an earlier time, and not with a number that follows."""
    if words[index + 1] != "than":
        return False
    for word in words[index + 2 : index + 8]:
        if word in terms.EARLIER:
            return True
        if word in (NUMBER, PERCENT):
            return False
    return False


def flags_of(words: list[str]) -> list[int]:
    """What each word may be, as a sum of flags."""
    get = _FLAGS.get
    flags = [get(word, 0) for word in words]
    _join(words, flags)
    return flags
