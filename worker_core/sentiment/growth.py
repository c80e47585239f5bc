"""What a company does in order to grow, and what its customers and partners do for it.

Such news has no figure that moves: orders, choices of a supplier, alliances, new plants and
products, and what they are good for. Each finding is a hint of its own, with its own weight.
"""

from collections.abc import Iterator

from worker_core.sentiment.findings import (
    CHOICE,
    CLAUSE,
    GROUND,
    NEW,
    PARTNER,
    STEP,
    SUPPLY,
    USE,
    Hit,
    Rule,
)

TOWARD_GROWTH = STEP | CHOICE | PARTNER | USE | NEW
_NEAR = 7
"""Tokens from what is done to what it is done to, at most."""


def growth(index: int, flag: int, flags: list[int]) -> Iterator[Hit]:
    """The findings that the word at ``index`` gives."""
    if flag & STEP:
        ground = _near(index, GROUND, flags)
        if ground is not None:
            yield Hit(Rule.GROWTH_STEP, index, ground)
    if flag & CHOICE:
        supply = _near(index, SUPPLY, flags)
        if supply is not None:
            yield Hit(Rule.CHOSEN, index, supply)
    if flag & PARTNER:
        yield Hit(Rule.TOGETHER, index, index)
    if flag & USE:
        yield Hit(Rule.BENEFIT, index, index)
    if flag & NEW:
        yield Hit(Rule.NOVELTY, index, index)


def _near(index: int, wanted: int, flags: list[int]) -> int | None:
    for place in range(index + 1, min(index + 1 + _NEAR, len(flags))):
        if flags[place] & wanted:
            return place
        if flags[place] & CLAUSE:
            break
    return None
