"""What a parsed document is, and the limits it is parsed under. Plain data, cheap to import."""

from dataclasses import dataclass, field
from datetime import date

PARSER_VERSION = "1"
"""Raised whenever the same file would give a different text, section or fact."""

SUMMARY_VERSION = "extractive-1"
"""Raised whenever the same text would give another summary."""

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a document is read, and how much reading it may cost."""

    max_bytes: int = 100 * MIB
    max_pages: int = 2000
    max_characters: int = 20_000_000
    max_sentences: int = 20_000
    wall_seconds: float = 60.0
    memory_mb: int = 1024


@dataclass(frozen=True, slots=True)
class Section:
    """An item of a filing: ``text[start:end]``, its heading included.

    Attributes:
        name: the item as its form counts it: ``Item 1A``, ``Part II Item 1``, ``Item 2.02``.
        by_reference: the filing gives the content in another document, such as the proxy
            statement, so a short section here is no gap.
    """

    name: str
    title: str
    start: int
    end: int
    by_reference: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What a document states about itself. ``None``: it does not say."""

    form_type: str | None = None
    company: str | None = None
    ticker: str | None = None
    period: date | None = None
    filing_date: date | None = None

    def or_else(self, other: "Facts") -> "Facts":
        """These facts, with the gaps filled from ``other``."""
        return Facts(
            self.form_type or other.form_type,
            self.company or other.company,
            self.ticker or other.ticker,
            self.period or other.period,
            self.filing_date or other.filing_date,
        )


@dataclass(frozen=True, slots=True)
class Extract:
    """What the reader of one file format hands on."""

    mime: str
    text: str
    pages: int | None = None
    facts: Facts = field(default_factory=Facts)
    truncated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document as text with the facts and items found in it.

    Attributes:
        text: lines separated by ``\\n``: a paragraph, a heading or a table row each, the cells
            of a row separated by tabs. Offsets elsewhere are code points into it.
        pages: of a PDF; ``None`` where the format has no pages.
        period: end of the period reported on; for an 8-K the date of the event.
        truncated: a sentence for every limit that was hit, for the reader. Empty: all was read.
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
