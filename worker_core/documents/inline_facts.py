"""The facts of inline XBRL: what a filing's numbers mean, tagged where they are printed.

Inline XBRL 1.1 (XBRL International, 2013): the value of an element is what is printed, put
through its ``format``, times ten to its ``scale``, negated by its ``sign``.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from worker_core.documents.model import Fact
from worker_core.documents.transforms import TransformError, number_of, text_of
from worker_core.documents.units import plain, unit_name

_MARK = re.compile(rb"<ix:non|<xbrli:context", re.I)
_TAGS = ("ix:nonfraction", "ix:nonnumeric", "xbrli:context", "xbrli:unit", "context", "unit")
# Each selection goes through the whole page, so there is one for all that is tagged.
_SELECTOR = ",".join(tag.replace(":", "\\:") for tag in _TAGS)
_LONGEST_TEXT = 300
_MOST_DIMENSIONS = 20
_MOST_SCALE = 24
_CONTENT = re.compile(
    r"<(?:[\w.-]+:)?(startdate|enddate|instant|explicitmember|typedmember)\b([^>]*)>(.*?)"
    r"</(?:[\w.-]+:)?\1>",
    re.S,
)
_DIMENSION = re.compile(r'\bdimension="([^"]*)"')
_TAG = re.compile(r"<[^>]*>")
_FOREVER = re.compile(r"<(?:[\w.-]+:)?forever\b")
_DATE = re.compile(r"\s*(\d{4})-(\d\d)-(\d\d)(T00:00:00|T24:00:00)?")


@dataclass(slots=True)
class _Context:
    start: date | None
    end: date | None
    dimensions: tuple[tuple[str, str], ...]


class InlineFacts:
    """Reads the facts of one page.

    Attributes:
        texts: the elements of text facts.
        unreadable: tagged values whose number, scale, sign or context makes no sense. They are
            left out, not guessed.
    """

    def __init__(self, parser: LexborHTMLParser, data: bytes, limit: int) -> None:
        self._limit = limit
        self.unreadable = 0
        found: dict[str, list[LexborNode]] = {tag: [] for tag in _TAGS}
        if _MARK.search(data):
            for node in parser.css(_SELECTOR):
                found[node.tag or ""].append(node)
        self._numbers, self.texts = found["ix:nonfraction"], found["ix:nonnumeric"]
        self._contexts = found["xbrli:context"] or found["context"]
        self._units = found["xbrli:unit"] or found["unit"]

    def facts(self) -> tuple[Fact, ...]:
        """At most one more than ``limit``, so that a loss is seen."""
        if not self._numbers and not self.texts:
            return ()
        contexts = dict(_read_contexts(self._contexts))
        units = dict(_read_units(self._units))
        facts: list[Fact] = []
        for nodes, read in ((self._numbers, self._number), (self.texts, _text)):
            for node in nodes:
                if len(facts) > self._limit:
                    return tuple(facts)
                attributes = node.attributes
                context = contexts.get(attributes.get("contextref") or "")
                if context is None:
                    self.unreadable += 1
                    continue
                fact = read(node, attributes, context, units)
                if fact is not None:
                    facts.append(fact)
        return tuple(facts)

    def _number(
        self,
        node: LexborNode,
        attributes: dict[str, str | None],
        context: _Context,
        units: dict[str, str],
    ) -> Fact | None:
        try:
            value = None
            if not _is_nil(attributes):
                value = _value(
                    node.text(),
                    attributes.get("format") or "",
                    attributes.get("scale") or "0",
                    attributes.get("sign") or "",
                )
        except TransformError:
            self.unreadable += 1
            return None
        unit = attributes.get("unitref") or ""
        return Fact(
            (attributes.get("name") or "")[:200],
            value,
            None,
            units.get(unit) or unit_name(unit),
            _decimals(attributes.get("decimals") or ""),
            context.start,
            context.end,
            context.dimensions,
            None,
            f"#{attributes['id']}"[:100] if attributes.get("id") else "",
        )


# A filing states most of its numbers more than once.
@lru_cache(maxsize=8192)
def _value(printed: str, form: str, scale: str, sign: str) -> Decimal:
    return plain(number_of(printed, form) * _factor(scale, sign))


@lru_cache(maxsize=256)
def _factor(scale: str, sign: str) -> Decimal:
    if not re.fullmatch(r"[+-]?\d{1,2}", scale) or abs(int(scale)) > _MOST_SCALE:
        raise TransformError(scale)
    if sign not in {"", "-"}:
        raise TransformError(sign)
    factor = Decimal(10 ** max(int(scale), 0)).scaleb(min(int(scale), 0))
    return -factor if sign else factor


@lru_cache(maxsize=256)
def _decimals(stated: str) -> int | None:
    return int(stated) if re.fullmatch(r"-?\d{1,2}", stated) else None


def _text(
    node: LexborNode,
    attributes: dict[str, str | None],
    context: _Context,
    units: dict[str, str],  # noqa: ARG001 - called in place of the reader of numbers
) -> Fact | None:
    name = attributes.get("name") or ""
    # Whole notes are tagged as text too; they are in the document's text already.
    if name.endswith(("TextBlock", "PolicyTextBlock")):
        return None
    printed = " ".join(node.text().split())
    if not printed or len(printed) > _LONGEST_TEXT:
        return None
    text = text_of(printed, attributes.get("format") or "")
    place = f"#{attributes['id']}"[:100] if attributes.get("id") else ""
    return Fact(
        name[:200], None, text, None, None, context.start, context.end, context.dimensions, None,
        place,
    )  # fmt: skip


def _is_nil(attributes: dict[str, str | None]) -> bool:
    stated = attributes.get("xsi:nil")
    return stated is not None and stated.strip() in {"true", "1"}


def _read_contexts(nodes: Iterable[LexborNode]) -> Iterator[tuple[str, _Context]]:
    """Contexts by their id. Of two with one id the first counts; a second one would be an error
    in the filing that no fact can tell apart."""
    seen: set[str] = set()
    for node in nodes:
        name = node.attributes.get("id") or ""
        if name in seen:
            continue
        seen.add(name)
        start = end = None
        dimensions: list[tuple[str, str]] = []
        # What the parser writes is regular, and one search in it is faster than many small steps.
        written = node.html or ""
        for found in _CONTENT.finditer(written):
            what, inner = found[1], found[3]
            if what == "startdate":
                start = _day(inner, is_end=False)
            elif what in {"enddate", "instant"}:
                end = _day(inner, is_end=True)
            elif len(dimensions) < _MOST_DIMENSIONS:
                axis = _DIMENSION.search(found[2])
                dimensions.append((axis[1][:200] if axis else "", _member(inner)))
        if end is not None or _FOREVER.search(written):
            yield name, _Context(start, end, tuple(sorted(dimensions)))


@lru_cache(maxsize=1024)
def _member(written: str) -> str:
    return " ".join(unescape(_TAG.sub("", written)).split())[:200]


def _read_units(nodes: Iterable[LexborNode]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        above: list[str] = []
        below: list[str] = []
        for child in node.traverse():
            if (child.tag or "").rpartition(":")[2] == "measure":
                parent = (child.parent.tag or "") if child.parent else ""
                side = below if parent.endswith("unitdenominator") else above
                side.append(unit_name(child.text()) or "")
        if above:
            name = "*".join(above)
            yield node.attributes.get("id") or "", f"{name}/{'*'.join(below)}" if below else name


@lru_cache(maxsize=1024)
def _day(text: str, *, is_end: bool) -> date | None:
    """A day as XBRL 2.1 (4.7.2) means it: a period that ends at midnight ends the day before."""
    found = _DATE.match(text)
    if found is None:
        return None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
    if found[4] == "T00:00:00" and is_end:
        return day - timedelta(days=1)
    return day + timedelta(days=1) if found[4] == "T24:00:00" and not is_end else day
