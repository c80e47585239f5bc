"""What the API answers of documents."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from worker_core.storage import OwnedDocument, SearchHit


class DocumentRow(BaseModel):
    """A document of one's own. ``document_id`` is null until a worker has taken it up."""

    document: str
    document_id: int | None
    filename: str
    added_at: datetime
    status: str
    error: str | None
    company: str | None
    ticker: str | None
    document_type: str | None
    period: str | None
    filing_date: date | None
    characters: int | None


class DocumentPage(BaseModel):
    """Documents from the newest on. ``next`` is what to ask for as ``after``; null at the end."""

    documents: list[DocumentRow]
    next: str | None


class SectionRow(BaseModel):
    """A part of a document's text."""

    name: str
    title: str
    start: int
    end: int
    by_reference: bool = Field(description="Whether its content stands in another document.")


class SummaryRow(BaseModel):
    """A sentence of the summary, and where in the text it stands."""

    start: int
    end: int
    text: str
    score: float


class DocumentFindings(DocumentRow):
    """A document with what was found in it."""

    bytes: int | None
    pages: int | None
    left_out: Any = Field(description="What was not read, any JSON; null for nothing.")
    sections: list[SectionRow]
    summary: list[str]
    summary_sentences: list[SummaryRow]
    sentiment: float | None = Field(description="Mean tone, from -1 to 1; null if not scored.")


class DocumentText(BaseModel):
    """A part of a document's text, from ``start`` on."""

    document: str
    start: int
    text: str
    more: bool


class SearchHitRow(BaseModel):
    """A document of one's own that has the words, and a place in it that shows them."""

    document: DocumentRow
    section: str = Field(description="Key of the section around the place; empty for none.")
    start: int = Field(description="Where the snippet begins in the document's text.")
    end: int
    snippet: str = Field(description="Every kind of white space is a space in it.")
    marks: list[list[int]] = Field(
        description="Where the words stand in the snippet: start and end, in characters."
    )
    together: bool = Field(description="Whether one passage has all the words.")
    goes_on: list[bool] = Field(
        description="Whether the text goes on before the snippet, and after it."
    )


class SearchPage(BaseModel):
    """What was found, the best first. ``next`` is what to ask for as ``after``; null at the end."""

    hits: list[SearchHitRow]
    next: int | None
    refused: str | None = Field(
        description="Why nothing was looked for: the query names no word, or too many."
    )


def document_row(owned: OwnedDocument) -> DocumentRow:
    """A document as its owner has it: nothing of when and how others handed it in."""
    found = owned.document
    return DocumentRow(
        document=owned.sha256,
        document_id=found.id if found else None,
        filename=owned.filename,
        added_at=owned.added_at,
        status=found.status if found else "pending",
        error=f"{found.error_message} {found.remedy or ''}".strip()
        if found and found.error_message
        else None,
        company=found.company if found else None,
        ticker=found.ticker if found else None,
        document_type=found.document_type if found else None,
        period=found.period if found else None,
        filing_date=found.filing_date if found else None,
        characters=found.characters if found else None,
    )


def hit_row(owned: OwnedDocument, hit: SearchHit) -> SearchHitRow:
    """A hit in a document as its owner has it."""
    return SearchHitRow(
        document=document_row(owned),
        section=hit.section,
        start=hit.start,
        end=hit.end,
        snippet=hit.snippet,
        marks=[[start, end] for start, end in hit.marks],
        together=hit.together,
        goes_on=[*hit.goes_on],
    )
