"""The items of a 10-K, 10-Q or 8-K, found by their headings.

Every line that could be a heading is a candidate with a score. Filings name their items several
times: in a table of contents, in cross-references, on every page. The chain of candidates that
keeps the form's order and has the highest sum of scores is the filing's own structure; a table of
contents loses because its entries follow each other with nothing in between.
"""

import re
from collections.abc import Collection, Sequence

from worker_core.documents.candidates import (
    Candidate,
    best_chain,
    in_order_of_text,
    numbered,
    out_of_order,
    unnumbered,
    worth_of,
)
from worker_core.documents.contents import ENTRY, Heading, entries
from worker_core.documents.forms import Item, items_of
from worker_core.documents.headings import MAY_BEGIN, find_headings, find_titles
from worker_core.documents.model import Section

_FEWEST_UNNUMBERED = 3
_FEWEST_INDEXED = 6
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
_LINES_OF_ENTRY = 2
_NOTHING_TO_SAY = re.compile(r"\b(?:none|not applicable|n/a|omitted|reserved)\b", re.I)


def find_sections(text: str, form_type: str | None) -> tuple[Section, ...]:
    """The items of a filing in the order of the text; none for other documents."""
    editions = items_of(form_type)
    if not editions:
        return ()
    headings = find_headings(text)
    chain, items, readings = max(
        (_structure(headings, items) for items in editions), key=lambda found: worth_of(found[0])
    )
    if form_type is None and len(chain) < len(items) // 2:
        return ()
    if items[0].part != "-" and len(chain) < len(items):
        chain, index = _completed(text, headings, items, chain)
    else:
        index = frozenset()
    if chain and len({item.number for item in items}) == len(items):
        # What stands before the first item of an annual report speaks of items.
        start = 0 if items[0].part == "-" else chain[0].heading.start
        chain = in_order_of_text(chain, out_of_order(readings, chain, start))
    return _sections(text, items, chain, index)


def _structure(
    headings: Sequence[Heading], items: tuple[Item, ...]
) -> tuple[list[Candidate], tuple[Item, ...], list[list[Candidate]]]:
    readings = list(numbered(headings, items))
    return best_chain(readings, items), items, readings


def _completed(
    text: str,
    headings: Sequence[Heading],
    items: tuple[Item, ...],
    chain: list[Candidate],
) -> tuple[list[Candidate], frozenset[int]]:
    """The chain with the items that the text does not number, but has under their titles, or
    lists in a table of contents or an index; and where the entries of that begin."""
    index = best_chain(numbered(entries(headings), items), items)
    if len(index) < _FEWEST_INDEXED:
        index = []
    missing = {order for entry in index for order in entry.covered} - _orders(chain)
    if len(chain) < _FEWEST_UNNUMBERED:
        missing = set(range(len(items)))
    if not missing:
        return chain, frozenset()
    titles = find_titles(text, [items[order].title for order in sorted(missing)])
    bare = [*unnumbered(titles, items), *([candidate] for candidate in chain)]
    bare.sort(key=lambda readings: readings[0].heading.start)
    with_titles = best_chain(bare, items)
    if len(with_titles) >= max(len(chain), _FEWEST_UNNUMBERED):
        chain = with_titles
    known = _orders(chain)
    rest = [entry for entry in index if known.isdisjoint(entry.covered)]
    places = frozenset(entry.heading.start for entry in rest)
    return in_order_of_text(chain, rest), places


def _orders(chain: Sequence[Candidate]) -> set[int]:
    return {order for candidate in chain for order in candidate.covered}


def _sections(
    text: str,
    items: Sequence[Item],
    candidates: Sequence[Candidate],
    index: Collection[int] = (),
) -> tuple[Section, ...]:
    """The text of each candidate up to the next one. ``index``: where those begin that are
    entries of an index; what they point to is elsewhere."""
    sections: list[Section] = []
    end, following_by_reference = _last_end(text, candidates), False
    first_entry = min(index, default=end)
    for candidate in reversed(candidates):
        heading, item = candidate.heading, items[candidate.order]
        is_entry = heading.start in index
        if is_entry:
            end = min(end, _end_of_entry(text, heading.end))
        elif heading.start < first_entry:
            end = min(end, first_entry)
        body = text[heading.end : _trimmed(text, heading.end, end)]
        said = text[heading.start : heading.end] + body
        # Items listed one after the other share the reference that stands below the last.
        stub = not body.strip() and following_by_reference
        by_reference = stub or (
            _NOTHING_TO_SAY.search(said) is None if is_entry else _is_by_reference(said, item)
        )
        sections.append(
            Section(
                _name([items[order] for order in candidate.covered]),
                _title(heading, item),
                heading.start,
                heading.end + len(body),
                by_reference,
            )
        )
        end, following_by_reference = heading.start, by_reference and not is_entry
    return tuple(reversed(sections))


def _end_of_entry(text: str, start: int) -> int:
    """Where the lines end that belong to an entry of an index: its title and its pages."""
    end = start
    for line in text[start + 1 : start + 1 + 3 * ENTRY].split("\n")[:_LINES_OF_ENTRY]:
        if len(line) > ENTRY or MAY_BEGIN.match(line):
            break
        end += len(line) + 1
    return min(end, len(text))


def _last_end(text: str, candidates: Sequence[Candidate]) -> int:
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
