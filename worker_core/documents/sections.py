"""The items of a 10-K, 10-Q or 8-K, found by their headings.

Every line that could be a heading is a candidate with a score. Filings name their items several
times: in a table of contents, in cross-references, on every page. The chain of candidates that
keeps the form's order and has the highest sum of scores is the filing's own structure; a table of
contents loses because its entries follow each other with nothing in between.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from worker_core.documents.forms import Item, items_of
from worker_core.documents.headings import Heading, find_headings, find_titles, letters
from worker_core.documents.model import Section

_ACCEPTED = 0.5
"""Score that a candidate needs: a bare "Item 7" in the right place has 1, a reference less."""

_FEWEST_UNNUMBERED = 3
_REFERENCE = re.compile(
    r"incorporated\s+(?:(?:herein|hereby|in(?:to)? this [\w -]{1,40})\s+)?"
    r"by\s+(?:this\s+)?reference"
    r"|(?:is|are|appears?|will be)\s+(?:\w+\s+){0,3}(?:in|under|on)\b[^.]{0,300}"
    r"(?:proxy statement|annual report to (?:share|stock)(?:holders|owners)|exhibit 13)",
    re.I,
)
_REFERENCE_ONLY = 1500
"""Characters of an item's text above which a reference in it is not all it says."""

_REFERENCE_ONLY_EVENT = 500
_SIGNATURES = re.compile(r"^\W{0,3}signatures?\W{0,3}$", re.I | re.M)
_TRAILING = re.compile(
    r"""\s*\n(?:
    [^\n]{0,60}\bform\ (?:10-[KQ]|8-K)\b[^\n.]{0,15}\b\d{1,3}
    |\W{0,3}(?:
        part\s+(?:I{1,3}|IV)\b[^\n]{0,60}
        |section\s+\d\b[^\n]{0,80}
        |table\ of\ contents
        |[-–—]?\s*(?:page\s*)?(?:F-)?\d{1,3}\s*[-–—]?
    ))\s*\Z""",
    re.IGNORECASE | re.VERBOSE,
)
"""What ends a section's text without being of it: a page's footer, the next part's heading."""

_MOST_TRAILING = 8


_SENTENCE_STARTS = frozenset(("A", "For", "In", "On", "The", "To", "With"))
_SMALL_WORDS = frozenset(("a", "about", "and", "for", "in", "of", "on", "or", "the", "to", "with"))


@dataclass(frozen=True, slots=True)
class _Candidate:
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
    candidate: _Candidate
    before: "_Chain | None"

    def candidates(self) -> list[_Candidate]:
        result, link = [], self
        while link.before is not None:
            result.append(link.candidate)
            link = link.before
        return [*reversed([*result, link.candidate])]


def find_sections(text: str, form_type: str | None) -> tuple[Section, ...]:
    """The items of a filing in the order of the text; none for other documents."""
    editions = items_of(form_type)
    if not editions:
        return ()
    headings = find_headings(text)
    found = [(_best_chain(_numbered(headings, items), items), items) for items in editions]
    chain, items = max(found, key=lambda pair: pair[0].worth if pair[0] else 0.0)
    candidates = chain.candidates() if chain else []
    if form_type is None and len(candidates) < len(items) // 2:
        return ()
    if len(candidates) < _FEWEST_UNNUMBERED and items[0].part != "-":
        titles = find_titles(text, [item.title for item in items])
        bare = _best_chain(_unnumbered(titles, items), items)
        if bare and len(bare.candidates()) >= _FEWEST_UNNUMBERED:
            candidates = bare.candidates()
    return _sections(text, items, candidates)


def _numbered(headings: Sequence[Heading], items: Sequence[Item]) -> Iterator[list[_Candidate]]:
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
            if score >= _ACCEPTED:
                readings.append(_Candidate(heading, order, covered, score))
        if readings:
            yield readings


def _unnumbered(titles: Sequence[Heading], items: Sequence[Item]) -> Iterator[list[_Candidate]]:
    for heading in titles:
        title = letters(heading.title)
        if heading.score >= _ACCEPTED:
            yield [
                _Candidate(heading, order, (order,), heading.score)
                for order, item in enumerate(items)
                if letters(item.title) == title
            ]


def _covered(heading: Heading, items: Sequence[Item], first: int) -> tuple[int, ...]:
    covered = [first]
    for number in heading.numbers[1:]:
        following = range(covered[-1] + 1, len(items))
        covered.extend([order for order in following if items[order].number == number][:1])
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


def _best_chain(headings: Iterable[list[_Candidate]], items: Sequence[Item]) -> _Chain | None:
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
    return best[-1]


def _sections(
    text: str, items: Sequence[Item], candidates: Sequence[_Candidate]
) -> tuple[Section, ...]:
    sections: list[Section] = []
    end, following_by_reference = _last_end(text, candidates), False
    for candidate in reversed(candidates):
        heading, item = candidate.heading, items[candidate.order]
        body = text[heading.end : _trimmed(text, heading.end, end)]
        # Items listed one after the other share the reference that stands below the last.
        stub = not body.strip() and following_by_reference
        by_reference = stub or _is_by_reference(text[heading.start : heading.end] + body, item)
        sections.append(
            Section(
                _name([items[order] for order in candidate.covered]),
                _title(heading, item),
                heading.start,
                heading.end + len(body),
                by_reference,
            )
        )
        end, following_by_reference = heading.start, by_reference
    return tuple(reversed(sections))


def _last_end(text: str, candidates: Sequence[_Candidate]) -> int:
    if not candidates:
        return len(text)
    signatures = _SIGNATURES.search(text, candidates[-1].heading.end)
    return signatures.start() if signatures else len(text)


def _name(items: Sequence[Item]) -> str:
    if len(items) == 1:
        return items[0].name
    numbers = [item.number for item in items]
    prefix = items[0].name.removesuffix(f"Item {numbers[0]}")
    return f"{prefix}Items {', '.join(numbers[:-1])} and {numbers[-1]}"


def _title(heading: Heading, item: Item) -> str:
    """The form's own wording, or the filing's where it is another: items have changed over time."""
    stated = " ".join(heading.title.split()).strip(" .:–—-")
    if not stated or len(stated) > 160 or item.words.search(stated) is None:
        return item.title
    ours, theirs = _word_stems(item.title), _word_stems(stated)
    if 2 * len(ours & theirs) > len(theirs):
        return item.title
    return stated.title() if stated.isupper() else stated


def _word_stems(title: str) -> set[str]:
    return {word[:6] for word in re.findall(r"[a-z]{4,}", title.lower())}


def _trimmed(text: str, start: int, end: int) -> int:
    """``end`` moved before what belongs to the page or to the next part."""
    body = text[start:end].rstrip()
    for _ in range(_MOST_TRAILING):
        found = _TRAILING.search(body[-200:])
        if found is None:
            break
        body = body[: len(body) - len(found[0])]
    return start + len(body)


def _is_by_reference(body: str, item: Item) -> bool:
    longest = _REFERENCE_ONLY_EVENT if item.part == "-" else _REFERENCE_ONLY
    return len(body) <= longest and _REFERENCE.search(body) is not None
