"""Figures at two times: numbers that are compared, and changes between profit and loss."""

import itertools
from collections.abc import Iterator

from worker_core.sentiment import terms
from worker_core.sentiment.findings import (
    BAD,
    FEARED,
    GAIN,
    GOOD,
    HELD,
    LOSS,
    METRIC,
    PERIOD,
    Hit,
    Rule,
)
from worker_core.sentiment.tokens import PERCENT, Tokens

_FARTHEST = 16
"""Tokens between two numbers that are compared, at most."""
_CONVERTED = 3
"""Tokens from a sum to the same in another currency, at most."""
_NEAR = 4
"""Tokens from a verb to the number that it gives."""
_TOO_DIFFERENT = 60.0
"""Two numbers of this ratio are not the same figure at two times."""


def comparisons(tokens: Tokens, flags: list[int]) -> Iterator[Hit]:
    """Numbers of one figure at two times: "to 5.1 from 4.2", "5.1 compared with 4.2"."""
    words, values = tokens.words, tokens.values
    places = [place for place in values if not _converted(place, tokens)]
    for here, there in itertools.pairwise(places):
        if there - here > _FARTHEST or words[here] != words[there]:
            continue
        between = words[here + 1 : there]
        kind = _figure(here, flags)
        if kind & HELD:
            # Of a stake that someone has in the company, less or more is no news.
            continue
        # From one time of the day to another, and the like, nothing has moved.
        back = here > 0 and words[here - 1] == "from" and "to" in between and kind
        reverse = bool(back) or ("but" in between and _foreseen(here, flags))
        if (
            not reverse
            and terms.AGAINST.isdisjoint(between)
            and not _last_years(tokens, here, there, between)
        ):
            continue
        later = _figure_between(here, there, flags)
        if later & LOSS and not later & GAIN and kind and not kind & BAD:
            yield Hit(Rule.TO_PROFIT, here, there)
            continue
        if kind & LOSS and later & GAIN:
            yield Hit(Rule.TO_LOSS, here, there)
            continue
        new, old = values[here], values[there]
        if reverse:
            new, old = old, new
        if kind & LOSS and new > 0 and old > 0:
            new, old = -new, -old
        if (new < 0) is not (old < 0):
            yield Hit(Rule.TO_PROFIT if new > old else Rule.TO_LOSS, here, there)
            continue
        if new == old or not 1 / _TOO_DIFFERENT < (new or 1e-9) / (old or 1e-9) < _TOO_DIFFERENT:
            continue
        more = (new > old) is (kind & BAD == 0 or kind & LOSS != 0)
        yield Hit(Rule.MORE_THAN_BEFORE if more else Rule.LESS_THAN_BEFORE, here, there)


def _converted(index: int, tokens: Tokens) -> bool:
    """Whether a sum is the one before it in another currency: "EUR 14m ( USD 18m )" """
    currency = tokens.currencies.get(index)
    if currency is None:
        return False
    for before in range(index - 1, max(index - 1 - _CONVERTED, -1), -1):
        if before in tokens.values:
            return tokens.currencies.get(before) != currency
        if tokens.words[before] not in terms.CURRENCIES:
            return False
    return False


def _last_years(tokens: Tokens, here: int, there: int, between: list[str]) -> bool:
    """Whether the second figure is that of the year before, in parentheses: "EUR 9.1m (8.2m)"
    is, "EUR 9.1m (USD 12.4m)" is not."""
    if between != ["("] or not (
        there + 1 < len(tokens.words) and tokens.words[there + 1] in (")", ",")
    ):
        return False
    one, other = tokens.currencies.get(here), tokens.currencies.get(there)
    return tokens.words[here] == PERCENT or (one is not None and one == other)


def _foreseen(index: int, flags: list[int]) -> bool:
    return any(flags[place] & FEARED for place in range(max(index - 8, 0), index))


def _figure(index: int, flags: list[int]) -> int:
    """The flags of the figure that a number belongs to: the nearest before it."""
    for place in range(index - 1, max(index - 13, -1), -1):
        if flags[place] & (METRIC | LOSS) and not flags[place] & PERIOD:
            return flags[place]
    return 0


def bad_figure(index: int, flags: list[int]) -> bool:
    """Whether a number belongs to a figure that is better when it is less."""
    return _figure(index, flags) & BAD != 0


def _figure_between(here: int, there: int, flags: list[int]) -> int:
    found = 0
    for place in range(here + 1, there):
        found |= flags[place] & (GAIN | LOSS)
    return found


def levels(tokens: Tokens, flags: list[int]) -> Iterator[Hit]:
    """How large a figure is, where nothing is told to compare it with: "Net sales were 3.1m", and
    that there is a loss: "made a loss of 2m"."""
    words = tokens.words
    for index, word in enumerate(words):
        if word in terms.LOSING and index + 1 in tokens.currencies:
            # "Made a profit of 3m, having lost 2m the year before."
            once = index > 0 and words[index - 1] in terms.ONCE
            gained = any(flags[place] & GAIN for place in range(index))
            if not once:
                yield Hit(Rule.AT_A_LOSS, index, index + 1)
            elif gained:
                yield Hit(Rule.TO_PROFIT, index, index + 1)
        if flags[index] & LOSS and words[index + 1 : index + 2] == ["of"]:
            number = _number_in(range(index + 2, index + 5), tokens)
            if number is not None:
                yield Hit(Rule.AT_A_LOSS, index, number)
            continue
        if word not in terms.STATES:
            continue
        number = _number_in(range(index + 1, index + _NEAR + 1), tokens)
        lost = number is not None and _figure_between(index, number, flags) & LOSS
        if number is not None and not lost and _figure(index, flags) & GOOD:
            below = tokens.values[number] < 0
            yield Hit(Rule.AT_A_LOSS if below else Rule.LEVEL, index, number)


def _number_in(where: range, tokens: Tokens) -> int | None:
    return next((at for at in where if at in tokens.values), None)


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
