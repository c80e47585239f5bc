"""Documents to be found, and what is read off a hit."""

import hashlib
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Engine, text

from worker_core.storage.documents import DocumentRepository
from worker_core.storage.engine import reading
from worker_core.storage.records import DocumentRecord, Section
from worker_core.storage.search_records import SearchHit

BUSINESS = "Item 1. Business. We make pumps and valves for water works.\n"


RISKS = "Item 1A. Risk Factors. Our customers may postpone their orders; demand is cyclical.\n"


def keep(
    documents: DocumentRepository,
    body: str,
    *,
    key: str | None = None,
    sections: Sequence[Section] = (),
    company: str | None = None,
    ticker: str | None = None,
    form: str | None = None,
    filed: date | None = None,
) -> DocumentRecord:
    sha256 = hashlib.sha256((key or body).encode("utf-8", "replace")).hexdigest()
    documents.register(sha256, "filing.html", 8, "text/html", "t-1")
    return documents.save_parsed(
        sha256,
        text=body,
        sections=sections,
        parser_version="1",
        company=company,
        ticker=ticker,
        document_type=form,
        filing_date=filed,
    )


def ids(hits: Sequence[SearchHit]) -> list[int]:
    return [hit.document.id for hit in hits]


def marked(hit: SearchHit) -> list[str]:
    return [hit.snippet[start:end] for start, end in hit.marks]


def words_kept(engine: Engine) -> int:
    with reading(engine) as connection:
        return connection.scalar(text("SELECT count(*) FROM search_words")) or 0
