"""What a parsed document is, and the limits it is parsed under. Plain data, cheap to import."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

PARSER_VERSION = "3"
"""Raised whenever the same file would give a different text, section or fact."""

SUMMARY_VERSION = "extractive-2"
"""Raised whenever the same text would give another summary."""


def summary_version(sentences: int) -> str:
    """What summaries have in common that compare: the way they are made, and their length."""
    return f"{SUMMARY_VERSION}/{sentences}"


MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a document is read, and how much reading it may cost."""

    max_bytes: int = 100 * MIB
    max_pages: int = 2000
    max_characters: int = 20_000_000
    max_sentences: int = 20_000
    max_facts: int = 50_000
    max_cells: int = 1_000_000
    wall_seconds: float = 60.0
    memory_mb: int = 1024


@dataclass(frozen=True, slots=True)
class Section:
    """An item of a filing: ``text[start:end]``, its heading included.

    Attributes:
        name: the item as its form counts it: ``Item 1A``, ``Part II Item 1``, ``Item 2.02``.
        by_reference: the filing gives the content in another document, such as the proxy
            statement, or on pages that only an index names, so a short section here is no gap.
    """

    name: str
    title: str
    start: int
    end: int
    by_reference: bool = False

    @property
    def items(self) -> tuple[str, ...]:
        """The names of the items that the section is: several for "Items 1 and 2"."""
        prefix, several, numbers = self.name.partition("Items ")
        if not several:
            return (self.name,)
        return tuple(f"{prefix}Item {number}" for number in re.split(r", | and ", numbers))


@dataclass(frozen=True, slots=True)
class Cover:
    """What a document states about itself. ``None``: it does not say."""

    form_type: str | None = None
    company: str | None = None
    ticker: str | None = None
    period: date | None = None
    filing_date: date | None = None

    def or_else(self, other: "Cover") -> "Cover":
        """These facts, with the gaps filled from ``other``."""
        return Cover(
            self.form_type or other.form_type,
            self.company or other.company,
            self.ticker or other.ticker,
            self.period or other.period,
            self.filing_date or other.filing_date,
        )


@dataclass(frozen=True, slots=True)
class Fact:
    """One reported value, and when, in what and of whom it is.

    Attributes:
        concept: with its taxonomy: ``us-gaap:Assets``. ``label:Total assets`` where the document
            has only the words of a table.
        value: in whole units, scale and sign applied. ``None``: reported as nil, or not a number.
        text: of a fact that is not a number.
        unit: ``USD``, ``shares``, ``USD/shares``, ``pure``; ``None`` for text.
        decimals: places after the point to which the value is right, so -6 means millions.
            ``None``: exact, or not stated.
        start: first day of the duration; ``None`` for an instant.
        end: last day of the duration, or the instant. ``None``: for ever, or not stated.
        dimensions: axis and member; empty for a value of the whole entity.
        source: its place in the document: ``#f-60``, ``Balance sheet!B4``, ``line 12``; of
            companyfacts the accession number of the filing.
        filed: when it was reported, where the document tells of more than one filing.
        document: which one it stands in, where the facts of several are looked at together.
    """

    concept: str
    value: Decimal | None
    text: str | None = None
    unit: str | None = None
    decimals: int | None = None
    start: date | None = None
    end: date | None = None
    dimensions: tuple[tuple[str, str], ...] = ()
    label: str | None = None
    source: str = ""
    filed: date | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table found on a page: rows of cells, all rows of the same length.

    Attributes:
        page: counted from 1.
    """

    page: int
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A document inside a submission or an archive.

    Attributes:
        kind: of a submission's document what the filer calls it: ``10-K``, ``EX-99.1``.
        left_out: why its text is not part of the text; empty: it is.
    """

    kind: str
    name: str
    description: str = ""
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Extract:
    """What the reader of one file format hands on."""

    mime: str
    text: str
    pages: int | None = None
    cover: Cover = field(default_factory=Cover)
    truncated: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document as text with the facts and items found in it.

    Attributes:
        text: lines separated by ``\\n``: a paragraph, a heading or a table row each, the cells
            of a row separated by tabs. Offsets elsewhere are code points into it.
        pages: of a PDF; ``None`` where the format has no pages.
        period: end of the period reported on; for an 8-K the date of the event.
        truncated: a sentence for every limit that was hit, for the reader. Empty: all was read.
        facts: reported values, without repetitions, in the order of the document.
        tables: of the pages of a PDF whose tables were asked for.
        parts: the documents inside a submission or an archive.
    """

    mime: str
    text: str
    sections: tuple[Section, ...]
    form_type: str | None
    company: str | None
    ticker: str | None
    period: date | None
    filing_date: date | None
    pages: int | None
    truncated: tuple[str, ...]
    parser_version: str = PARSER_VERSION
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """``text`` stands at ``[start, end)`` of the document's text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SummarySentence:
    """A sentence quoted from the document; a higher score is a more telling sentence."""

    text: str
    start: int
    end: int
    score: float
