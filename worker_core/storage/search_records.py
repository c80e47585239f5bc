"""What a search asks for and what it answers."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date

from worker_core.storage.records import DocumentRecord


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """Which documents a search is for. None does not narrow it.

    ``company`` is a part of the company's name. ``document_type`` is a form or kind and ``ticker``
    a symbol, in any case of letters. ``since`` and ``until`` are dates of filing, both included; a
    document without one is left out by either. ``section`` is the key of a section, such as
    ``Item 1A``, in which all the words must stand.
    """

    ticker: str | None = None
    company: str | None = None
    document_type: str | None = None
    since: date | None = None
    until: date | None = None
    section: str | None = None

    def __iter__(self) -> Iterator[tuple[str, object]]:
        for field in fields(self):
            if (value := getattr(self, field.name)) is not None:
                yield field.name, value


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A document that has the words, and a place in it that shows them.

    ``snippet`` stands at ``start`` to before ``end`` of the document's text, with every kind of
    white space as a space. ``marks`` are the places of the words in the snippet, as
    ``(start, end)`` in characters. ``section`` is the key of the section around it, or empty.
    ``together``: one passage has all the words; else they are spread over the document.
    ``goes_on``: whether the passage has more before the snippet, and after it.
    """

    document: DocumentRecord
    section: str
    start: int
    end: int
    snippet: str
    marks: tuple[tuple[int, int], ...]
    together: bool
    goes_on: tuple[bool, bool] = (False, False)

    @property
    def place(self) -> tuple[int, int]:
        """Where the first of the words stands in the document's text, or else the snippet."""
        if not self.marks:
            return self.start, self.end
        start, end = self.marks[0]
        return self.start + start, self.start + end

    @property
    def shown(self) -> tuple[str, tuple[tuple[int, int], ...]]:
        """The snippet with an ellipsis where its passage goes on, and the marks in that."""
        before, after = ("…" if more else "" for more in self.goes_on)
        marks = tuple((start + len(before), end + len(before)) for start, end in self.marks)
        return f"{before}{self.snippet}{after}", marks


@dataclass(frozen=True, slots=True)
class IndexSlice:
    """What one transaction of an update indexed: how many documents, the highest of them last."""

    documents: int
    last: int
