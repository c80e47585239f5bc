"""A filing, and what is read from it."""

import hashlib
from datetime import date

from worker_core.storage.documents import DocumentRepository
from worker_core.storage.records import (
    DocumentRecord,
    Section,
    SentimentScore,
    SentimentSentence,
    SummarySentence,
)

SHA = hashlib.sha256(b"a filing").hexdigest()


TEXT = "Item 1. Business. We make things. Item 1A. Risk Factors. Demand may fall."


SECTIONS = [
    Section("item_1", "Business", 0, 34),
    Section("item_1a", "Risk Factors", 34, len(TEXT)),
    Section("item_10", "Directors", len(TEXT), len(TEXT), by_reference=True),
]


SCORES = [
    SentimentScore("", "", 0.25, 0.5, 0.25, 0.1, 4),
    SentimentScore("item_1a", "", 0.0, 0.5, 0.5, -0.4, 2),
    SentimentScore("", "Apple", 1.0, 0.0, 0.0, 0.9, 1),
]


SENTENCES = [
    SentimentSentence(18, 33, 0.5, "positive"),
    SentimentSentence(57, 73, -0.5, "negative"),
]


SUMMARY = [SummarySentence(18, 33, "We make things.", 0.8)]


def register(
    documents: DocumentRepository, sha256: str = SHA, name: str = "10-K.html", task: str = "t-1"
) -> DocumentRecord:
    return documents.register(sha256, name, 8, "text/html", task, "desktop")


def parsed(documents: DocumentRepository, text: str = TEXT) -> DocumentRecord:
    register(documents)
    return documents.save_parsed(
        SHA,
        text=text,
        sections=SECTIONS if text == TEXT else [],
        parser_version="html-1",
        company="Apple Inc.",
        ticker="AAPL",
        document_type="10-K",
        period="FY2024",
        filing_date=date(2024, 11, 1),
        truncated={"sentences": {"read": 20000, "of": 31000}},
    )
