"""Documents and what is found in them, on SQLite and on PostgreSQL."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, func, select

from tests.storage.filings import SCORES, SECTIONS, SENTENCES, SHA, SUMMARY, TEXT, parsed, register
from worker_core.storage import schema
from worker_core.storage.documents import DocumentRepository
from worker_core.storage.engine import reading, writing
from worker_core.storage.records import (
    SummarySentence,
)
from worker_core.storage.search_records import SearchFilters


def test_a_registered_document_waits_to_be_read(documents: DocumentRepository) -> None:
    before = datetime.now(UTC)
    record = register(documents)
    assert (record.sha256, record.filename, record.mime, record.bytes) == (
        SHA,
        "10-K.html",
        "text/html",
        8,
    )
    assert record.status == "pending"
    assert record.truncated is None
    assert before - timedelta(seconds=1) <= record.created_at <= datetime.now(UTC)
    assert record.created_at.tzinfo is UTC
    assert documents.get(record.id) == record == documents.by_sha(SHA.upper())


def test_a_document_keeps_what_was_read_from_it(documents: DocumentRepository) -> None:
    record = parsed(documents)
    assert record.status == "parsed"
    assert record.characters == len(TEXT)
    assert (record.company, record.ticker, record.document_type) == ("Apple Inc.", "AAPL", "10-K")
    assert (record.period, record.filing_date) == ("FY2024", date(2024, 11, 1))
    assert record.truncated == {"sentences": {"read": 20000, "of": 31000}}
    assert record.pages is None
    assert documents.get(record.id) == record
    assert documents.text(record.id) == TEXT
    assert documents.sections(record.id) == tuple(SECTIONS)


def test_a_second_delivery_leaves_one_trace(documents: DocumentRepository, engine: Engine) -> None:
    for _ in range(2):
        record = parsed(documents)
        documents.save_sentiment(record.id, "vader-1", SCORES, SENTENCES)
        documents.save_summary(record.id, "lead-1", SUMMARY)
    with reading(engine) as connection:
        counted = {
            table.name: connection.scalar(select(func.count()).select_from(table))
            for table in schema.metadata.sorted_tables
            if table not in {schema.tasks, schema.results, schema.schedule, schema.alert_clock}
        }
    assert {name: count for name, count in counted.items() if count} == {
        "documents": 1,
        "document_texts": 1,
        "document_sources": 1,
        "document_sections": 3,
        "search_passages": 2,
        "index_state": 1,
        "sentiment_scores": 3,
        "sentiment_sentences": 2,
        "summaries": 1,
    }


def test_the_same_content_under_another_name_is_one_document_with_two_sources(
    documents: DocumentRepository,
) -> None:
    first = register(documents, name="first.pdf", task="t-1")
    second = register(documents, name="second.pdf", task="t-2")
    assert second == first
    sources = documents.sources(first.id)
    assert [(source.filename, source.task_id, source.origin) for source in sources] == [
        ("first.pdf", "t-1", "desktop"),
        ("second.pdf", "t-2", "desktop"),
    ]


def test_a_failure_says_what_happened_and_what_to_do(documents: DocumentRepository) -> None:
    register(documents)
    record = documents.save_failure(SHA, "encrypted", "It has a password.", "Remove it.", "pdf-1")
    assert record.status == "failed"
    assert (record.error_code, record.error_message, record.remedy, record.parser_version) == (
        "encrypted",
        "It has a password.",
        "Remove it.",
        "pdf-1",
    )


def test_a_success_after_a_failure_clears_it(documents: DocumentRepository) -> None:
    register(documents)
    documents.save_failure(SHA, "timeout", "It took too long.", "Split it.")
    record = parsed(documents)
    assert record.status == "parsed"
    assert (record.error_code, record.error_message, record.remedy) == (None, None, None)


def test_a_late_failure_does_not_hide_what_was_read(documents: DocumentRepository) -> None:
    record = parsed(documents)
    assert documents.save_failure(SHA, "timeout", "It took too long.", "Split it.") == record
    assert documents.text(record.id) == TEXT


def test_another_text_takes_the_findings_of_the_old_one_with_it(
    documents: DocumentRepository,
) -> None:
    record = parsed(documents)
    documents.save_sentiment(record.id, "vader-1", SCORES, SENTENCES)
    documents.save_summary(record.id, "lead-1", SUMMARY)

    parsed(documents)
    assert documents.sentiment(record.id) is not None

    parsed(documents, "Another text.")
    assert documents.sentiment(record.id) is None
    assert documents.sentiment_sentences(record.id) == ()
    assert documents.summary(record.id) is None
    assert documents.sections(record.id) == ()


def test_scores_come_back_with_the_whole_document_first(documents: DocumentRepository) -> None:
    record = parsed(documents)
    documents.save_sentiment(record.id, "vader-1", reversed(SCORES), SENTENCES)
    sentiment = documents.sentiment(record.id)
    assert sentiment is not None
    assert sentiment.model_version == "vader-1"
    assert sentiment.scores == (SCORES[0], SCORES[2], SCORES[1])
    assert sentiment.whole == SCORES[0]
    assert documents.sentiment_sentences(record.id) == tuple(SENTENCES)


def test_the_newest_model_answers_unless_one_is_named(documents: DocumentRepository) -> None:
    record = parsed(documents)
    documents.save_sentiment(record.id, "z-old", SCORES[:1], SENTENCES[:1])
    documents.save_sentiment(record.id, "a-new", SCORES, SENTENCES)
    documents.save_summary(record.id, "z-old", SUMMARY)
    documents.save_summary(record.id, "a-new", [SummarySentence(0, 17, "Item 1. Business.", 0.1)])

    newest, old = documents.sentiment(record.id), documents.sentiment(record.id, "z-old")
    assert newest is not None
    assert old is not None
    assert (newest.model_version, old.model_version) == ("a-new", "z-old")
    assert len(documents.sentiment_sentences(record.id)) == 2
    assert len(documents.sentiment_sentences(record.id, "z-old")) == 1
    summary = documents.summary(record.id)
    assert summary is not None
    assert [sentence.text for sentence in summary.sentences] == ["Item 1. Business."]
    assert documents.summary(record.id, "unknown") is None


def test_a_summary_keeps_its_order_and_places(documents: DocumentRepository) -> None:
    record = parsed(documents)
    quoted = [SummarySentence(57, 73, TEXT[57:73], 0.4), SUMMARY[0]]
    documents.save_summary(record.id, "lead-1", quoted)
    summary = documents.summary(record.id)
    assert summary is not None
    assert summary.sentences == tuple(quoted)
    assert all(documents.text(record.id, s.start, s.end) == s.text for s in summary.sentences)


def test_pages_of_the_list_follow_each_other_without_gap_or_repetition(
    documents: DocumentRepository,
) -> None:
    hashes = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(7)]
    for sha256 in hashes:
        register(documents, sha256)
    pages = [documents.list(3)]
    while pages[-1]:
        pages.append(documents.list(3, before=pages[-1][-1].id))
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert [record.sha256 for page in pages for record in page] == hashes[::-1]
    assert documents.list(0) == () == documents.list(-1)
    assert documents.list(50, before=10**30) == documents.list(50)


def test_filters_narrow_the_list_and_its_pages(documents: DocumentRepository) -> None:
    forms = ("10-K", "10-Q", "8-K")
    for number in range(9):
        sha256 = hashlib.sha256(str(number).encode()).hexdigest()
        register(documents, sha256)
        documents.save_parsed(
            sha256,
            text=TEXT,
            sections=(),
            parser_version="1",
            company="100% Sure Ltd" if number % 2 else "Other",
            ticker=("AAPL", "MSFT")[number % 2],
            document_type=forms[number % 3],
            filing_date=date(2024, 1, 1 + number),
        )
    assert documents.tickers() == ("AAPL", "MSFT")

    def found(limit: int = 50, before: int | None = None, **told: Any) -> list[int]:
        filters = SearchFilters(**told)
        return [one.filing_date.day for one in documents.list(limit, before, filters)
                if one.filing_date]  # fmt: skip

    assert found(ticker="aapl") == [9, 7, 5, 3, 1]
    assert found(document_type="10-q", ticker="MSFT") == [8, 2]
    assert found(since=date(2024, 1, 3), until=date(2024, 1, 5)) == [5, 4, 3]
    assert found(company="100%") == [8, 6, 4, 2]
    assert found(company="%") == found(company="100%")
    first = documents.list(2, None, SearchFilters(ticker="AAPL"))
    assert found(2, first[-1].id, ticker="AAPL") == [5, 3]
    assert found(ticker="' OR 1=1 --") == []


def test_every_status_is_counted(documents: DocumentRepository) -> None:
    assert documents.counts() == {"pending": 0, "parsed": 0, "failed": 0}
    parsed(documents)
    register(documents, "0" * 64)
    register(documents, "1" * 64)
    documents.save_failure("1" * 64, "empty", "It is empty.", "Look at it.")
    assert documents.counts() == {"pending": 1, "parsed": 1, "failed": 1}


def test_removing_a_document_takes_all_that_belongs_to_it(
    documents: DocumentRepository, engine: Engine
) -> None:
    record = parsed(documents)
    documents.save_sentiment(record.id, "vader-1", SCORES, SENTENCES)
    documents.save_summary(record.id, "lead-1", SUMMARY)
    with writing(engine) as connection:
        connection.execute(delete(schema.documents).where(schema.documents.c.id == record.id))
    with reading(engine) as connection:
        for table in schema.metadata.sorted_tables:
            # The clock of alerts is one row from the beginning.
            kept = int(table is schema.alert_clock)
            assert connection.scalar(select(func.count()).select_from(table)) == kept, table.name
    assert register(documents).id > record.id


@pytest.mark.parametrize("number", [0, -1, 999, 2**63, 10**40])
def test_a_number_that_no_document_has_finds_nothing(
    documents: DocumentRepository, number: int
) -> None:
    assert documents.get(number) is None
    assert documents.text(number) is None
    assert documents.text(number, 1, 2) is None
    assert documents.sections(number) == ()
    assert documents.sources(number) == ()
    assert documents.sentiment(number) is None
    assert documents.sentiment_sentences(number) == ()
    assert documents.summary(number) is None
