"""Headings read as items of a form, and the chain of them that is the filing's own structure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from worker_core.documents.contents import Heading
from worker_core.documents.forms import Item

ACCEPTED = 0.5
"""Score that a candidate needs: a bare "Item 7" in the right place has 1, a reference less."""

_PLAIN = 1.5
"""Score of a heading on a line of its own with the item's title, and nothing against it."""

_SHORT = 200
_ALSO = re.compile(r"(?:\band|[&/,;])\s*(?:item\s+)?(\d{1,2}(?:\.\d{2}|[A-C])?)[.:)–—-]?\s+", re.I)
_SENTENCE_STARTS = frozenset(("A", "For", "In", "On", "The", "To", "With"))
_SMALL_WORDS = frozenset(("a", "about", "and", "for", "in", "of", "on", "or", "the", "to", "with"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A heading read as an item of a form.

    Attributes:
        order: of the item in the form. "Items 1 and 2" takes the place of the first: items
            between the two may well follow it.
        covered: the orders of all items that the heading names.
    """

    heading: Heading
    order: int
    covered: tuple[int, ...]
    score: float


@dataclass(frozen=True, slots=True)
class _Chain:
    worth: float
    candidate: Candidate
    before: "_Chain | None"

    def candidates(self) -> list[Candidate]:
        result, link = [], self
        while link.before is not None:
            result.append(link.candidate)
            link = link.before
        return [*reversed([*result, link.candidate])]


def numbered(headings: Sequence[Heading], items: Sequence[Item]) -> Iterator[list[Candidate]]:
    """For each heading the items that it may stand for: "Item 1" is in two parts of a 10-Q."""
    by_number: dict[str, list[int]] = {}
    for order, item in enumerate(items):
        by_number.setdefault(item.number, []).append(order)
    for heading in headings:
        readings = []
        for order in by_number.get(heading.numbers[0], ()):
            covered = _covered(heading, items, order)
            score = heading.score + _title_score(heading.title, [items[at] for at in covered])
            score += _part_score(heading, items[order], ambiguous=len(by_number) < len(items))
            if score >= ACCEPTED:
                readings.append(Candidate(heading, order, covered, score))
        if readings:
            yield readings


def unnumbered(titles: Sequence[Heading], items: Sequence[Item]) -> Iterator[list[Candidate]]:
    """For each heading that is a title alone the item that it stands for."""
    for heading in titles:
        if heading.score >= ACCEPTED:
            yield [
                Candidate(heading, order, (order,), heading.score)
                for order, item in enumerate(items)
                if item.title == heading.title
            ]


def out_of_order(
    readings: Iterable[list[Candidate]], chain: Sequence[Candidate], start: int
) -> Iterator[Candidate]:
    """Plain headings from ``start`` on of items that the chain lacks: some filings do not keep the
    form's order. Only what cannot be a reference counts here, as nothing else speaks for it.
    """
    known = {order for candidate in chain for order in candidate.covered}
    missing: dict[int, Candidate] = {}
    for candidate in (reading for group in readings for reading in group):
        heading = candidate.heading
        is_plain = candidate.score >= _PLAIN and heading.end - heading.start <= _SHORT
        if is_plain and heading.start >= start and candidate.order not in known:
            present = missing.get(candidate.order)
            if present is None or present.score < candidate.score:
                missing[candidate.order] = candidate
    yield from missing.values()


def _covered(heading: Heading, items: Sequence[Item], first: int) -> tuple[int, ...]:
    covered = [first]
    for number in heading.numbers[1:]:
        following = range(covered[-1] + 1, len(items))
        covered.extend([order for order in following if items[order].number == number][:1])
    if len(covered) == 1 and heading.end - heading.start <= _SHORT:
        # "Item 1. Business and Item 2. Properties"
        for found in _ALSO.finditer(heading.title):
            for order in range(covered[-1] + 1, len(items)):
                item = items[order]
                if item.number == found[1].upper() and item.words.match(heading.title, found.end()):
                    covered.append(order)
    return tuple(covered)


def _title_score(title: str, items: Sequence[Item]) -> float:
    if not title:
        return 0.0
    places = [found.start() for item in items if (found := item.words.search(title[:160]))]
    if not places:
        return -0.6
    if _runs_on(title, items):
        return -0.8
    return 0.6 if min(places) < 40 else 0.1


def _runs_on(title: str, items: Sequence[Item]) -> bool:
    """Whether a title goes on as a sentence does: "Risk Factors set forth in this report"."""
    known = _SMALL_WORDS.union(*(item.title.lower().split() for item in items))
    for word in title.split()[:24]:
        if word in _SENTENCE_STARTS:
            return False
        if word.lower() not in known:
            return word[0].islower()
    return False


def _part_score(heading: Heading, item: Item, *, ambiguous: bool) -> float:
    if heading.part and item.part not in {"-", heading.part}:
        return -2.0
    if ambiguous and heading.under:
        return 0.3 if heading.under == item.part else -0.3
    return 0.0


def best_chain(headings: Iterable[list[Candidate]], items: Sequence[Item]) -> list[Candidate]:
    """The chain in the form's order with the highest sum of scores; of equal ones the earliest."""
    # best[n]: the best chain so far that ends before the n-th item of the form.
    best: list[_Chain | None] = [None] * (len(items) + 1)
    for readings in headings:
        extended = []
        for candidate in readings:
            before = best[candidate.order]
            worth = candidate.score + (before.worth if before else 0.0)
            extended.append(_Chain(worth, candidate, before))
        for chain in extended:
            for order in range(chain.candidate.order + 1, len(best)):
                present = best[order]
                if present is not None and present.worth >= chain.worth:
                    break
                best[order] = chain
    return best[-1].candidates() if best[-1] else []


def worth_of(chain: Sequence[Candidate]) -> float:
    """The sum of the scores."""
    return sum(candidate.score for candidate in chain)


def in_order_of_text(*groups: Iterable[Candidate]) -> list[Candidate]:
    """All candidates as they follow each other in the document."""
    found = [candidate for group in groups for candidate in group]
    return sorted(found, key=lambda candidate: candidate.heading.start)
