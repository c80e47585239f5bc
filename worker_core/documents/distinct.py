"""Facts that are stated several times, kept once."""

from collections.abc import Iterable
from decimal import Decimal

from worker_core.documents.model import MIB, Fact

_ROOM = 24 * MIB
"""Characters that all facts together may take, however few they are."""

_AROUND = 250
"""Characters of a fact as it is sent, beside its words."""


def distinct_facts(facts: Iterable[Fact], limit: int) -> tuple[tuple[Fact, ...], bool]:
    """The facts without repetitions, at most ``limit`` of them, and whether these are all.

    Of two that agree within the precision stated the more precise one stays ("94.0 billion" in
    the text, "94,036 million" in the statement). Those that contradict each other both stay: which
    one is wrong is not for the reader of a file to decide.
    """
    kept: dict[tuple[object, ...], list[Fact]] = {}
    order: list[tuple[tuple[object, ...], int]] = []
    room = _ROOM
    for fact in facts:
        key = (fact.concept, fact.unit, fact.start, fact.end, fact.dimensions, fact.filed)
        same = kept.setdefault(key, [])
        for at, other in enumerate(same):
            if agree(fact, other):
                if precision(fact) > precision(other):
                    same[at] = fact
                break
        else:
            room -= _size(fact)
            if len(order) >= limit or room < 0:
                return tuple(kept[key][at] for key, at in order), False
            order.append((key, len(same)))
            same.append(fact)
    return tuple(kept[key][at] for key, at in order), True


def agree(one: Fact, other: Fact) -> bool:
    """Whether two facts state one value, each within the precision that it states."""
    if one.value is None or other.value is None:
        return one.value is other.value and one.text == other.text
    if one.value == other.value:
        return True
    coarser = min(precision(one), precision(other))
    if not -30 < coarser < 30:
        return False
    # The value before rounding lies within half a unit of the last place of each.
    return abs(one.value - other.value) <= Decimal(1).scaleb(-coarser) / 2


def _size(fact: Fact) -> int:
    # Once for each of thousands of facts: spelt out, this is a quarter of what a loop takes.
    size = _AROUND + len(fact.concept) + len(fact.text or "") + len(fact.label or "")
    size += len(fact.unit or "") + len(fact.source or "")
    for axis, member in fact.dimensions:
        size += len(axis) + len(member) + 8
    return size


def precision(fact: Fact) -> int:
    """Places after the point to which a value is right; 99 where it is exact or not stated."""
    return 99 if fact.decimals is None else fact.decimals
