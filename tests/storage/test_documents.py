"""Documents and what is found in them, on SQLite and on PostgreSQL."""

import hashlib
import unicodedata
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, func, select

from worker_core.storage import schema
from worker_core.storage.cleaning import display_name, storable
from worker_core.storage.documents import DocumentRepository
from worker_core.storage.engine import reading, writing
from worker_core.storage.errors import StorageError
from worker_core.storage.records import (
    DocumentRecord,
    Section,
    SentimentScore,
    SentimentSentence,
    SummarySentence,
)
from worker_core.storage.search_records import SearchFilters

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


def test_writing_about_an_unknown_document_is_refused(documents: DocumentRepository) -> None:
    with pytest.raises(StorageError) as parsing:
        documents.save_parsed(SHA, text="", sections=[], parser_version="1")
    with pytest.raises(StorageError) as scoring:
        documents.save_sentiment(17, "vader-1", SCORES)
    with pytest.raises(StorageError) as failing:
        documents.save_failure(SHA, "empty", "It is empty.", "Look at it.")
    with pytest.raises(StorageError) as summing:
        documents.save_summary(2**70, "lead-1", SUMMARY)
    for refused in (parsing, scoring, failing, summing):
        assert refused.value.code == "unknown_document"
        assert not refused.value.transient


@pytest.mark.parametrize("value", ["", "0" * 63, "g" * 64, "../" + "0" * 61, "0" * 64 + "\n"])
def test_what_is_no_sha256_is_refused(documents: DocumentRepository, value: str) -> None:
    with pytest.raises(StorageError) as refused:
        documents.by_sha(value)
    assert refused.value.code == "bad_hash"


def test_a_section_outside_the_text_is_refused_and_nothing_is_kept(
    documents: DocumentRepository,
) -> None:
    record = register(documents)
    for start, end in [(0, 6), (-1, 2), (3, 2)]:
        with pytest.raises(ValueError, match="in a text of 5 characters"):
            documents.save_parsed(
                SHA, text="short", sections=[Section("a", "A", start, end)], parser_version="1"
            )
    assert documents.get(record.id) == record
    assert documents.text(record.id) is None


def test_an_error_in_the_middle_undoes_the_whole_writing(
    documents: DocumentRepository, engine: Engine
) -> None:
    record = parsed(documents)

    def remove_and_fail() -> None:
        with writing(engine) as connection:
            connection.execute(delete(schema.document_sections))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        remove_and_fail()
    assert documents.sections(record.id) == tuple(SECTIONS)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_score_that_is_no_number_is_refused(documents: DocumentRepository, number: float) -> None:
    record = parsed(documents)
    with pytest.raises(ValueError, match="finite"):
        documents.save_sentiment(
            record.id, "vader-1", [SentimentScore("", "", 0.0, 1.0, 0.0, number, 1)]
        )
    with pytest.raises(ValueError, match="finite"):
        documents.save_summary(record.id, "lead-1", [SummarySentence(0, 1, "I", number)])
    assert documents.sentiment(record.id) is None


def test_nul_and_lone_surrogates_become_spaces_and_offsets_stay(
    documents: DocumentRepository,
) -> None:
    register(documents)
    text = "a\x00b\ud800c\udfffd 😀 end"
    record = documents.save_parsed(
        SHA,
        text=text,
        sections=[Section("e\x00", "T\udc80", 10, 13)],
        parser_version="1\x00",
        company="A\x00B",
        truncated={"why\x00": ["\ud800", 1, 0.5, None, True]},
    )
    assert documents.text(record.id) == "a b c d 😀 end"
    assert documents.text(record.id, 10, 13) == "end"
    assert documents.text(record.id, 8, 9) == "😀"
    assert record.characters == len(text)
    assert record.company == "A B"
    assert record.truncated == {"why ": [" ", 1, 0.5, None, True]}
    assert documents.sections(record.id) == (Section("e", "T ", 10, 13),)
    documents.save_failure(SHA, "x\x00", "m\x00", "r\ud800")
    documents.save_summary(record.id, "m\x00", [SummarySentence(0, 3, "a\x00b", 1.0)])
    summary = documents.summary(record.id)
    assert summary is not None
    assert summary.sentences[0].text == "a b"


@given(text=st.text(st.characters(codec=None)), start=st.integers(0, 40), size=st.integers(0, 40))
def test_cleaned_text_is_as_long_as_before_and_can_be_encoded(
    text: str, start: int, size: int
) -> None:
    cleaned = storable(text)
    cleaned.encode()
    assert "\x00" not in cleaned
    assert len(cleaned) == len(text)
    part = slice(start, start + size)
    assert all(new in (old, " ") for new, old in zip(cleaned[part], text[part], strict=True))


def test_parts_of_a_text_are_counted_in_characters(documents: DocumentRepository) -> None:
    text = "äöü€😀漢字" * 5
    record = parsed(documents, text)
    for start, end in [(0, 3), (3, 9), (30, 99), (99, 120), (4, 4), (0, 10**12), (0, None)]:
        assert documents.text(record.id, start, end) == text[start:end]
    assert documents.text(record.id, 33) == text[33:]
    assert documents.text(record.id, 10**12) == ""
    for start, end in [(-1, 3), (3, 2)]:
        with pytest.raises(ValueError, match="range of characters"):
            documents.text(record.id, start, end)


def test_twenty_megabytes_of_text_come_back_as_they_were(documents: DocumentRepository) -> None:
    text = ("Revenue rose 4 % to €12.3 bn. " * 700_000)[:20_000_000]
    record = parsed(documents, text)
    assert record.characters == 20_000_000
    assert documents.text(record.id) == text
    assert documents.text(record.id, 19_999_000, 20_000_000) == text[19_999_000:]


HOSTILE_NAMES = {
    "two\nlines.pdf": "two lines.pdf",
    "a\r\n\tb\x1b[31m.pdf": "a b [31m.pdf",
    "invoice\u202efdp.exe": "invoicefdp.exe",
    "\u200f\u2067שלם\u2069.pdf": "שלם.pdf",
    "nul\x00byte.pdf": "nul byte.pdf",
    "/etc/passwd": "passwd",
    "..\\..\\boot.ini": "boot.ini",
    "C:\\Users\\me\\10-K.htm": "10-K.htm",
    "not utf-8 \udcff.txt": "not utf-8 .txt",
    "می‌خواهم.pdf": "می‌خواهم.pdf",
    "x" * 4096 + ".pdf": "x" * 250 + "….pdf",
    "": "unnamed",
    "\u202e\n": "unnamed",
    "/": "unnamed",
    "a\u2028b": "a b",
}


@pytest.mark.parametrize(("given_name", "shown"), HOSTILE_NAMES.items())
def test_a_hostile_name_is_stored_fit_to_show(
    documents: DocumentRepository, given_name: str, shown: str
) -> None:
    record = register(documents, name=given_name)
    assert record.filename == shown
    assert documents.sources(record.id)[0].filename == shown


@given(st.text(st.characters(codec=None), max_size=600))
def test_any_name_becomes_one_short_line(name: str) -> None:
    shown = display_name(name)
    assert 0 < len(shown) <= 255
    assert not {"Cc", "Cs", "Zl", "Zp"} & set(map(unicodedata.category, shown))
    assert len(shown.splitlines()) == 1
    assert "/" not in shown
    assert "\\" not in shown
    assert display_name(shown) == shown
    shown.encode()


def test_words_that_are_too_long_are_cut_instead_of_refused(documents: DocumentRepository) -> None:
    register(documents)
    record = documents.save_parsed(
        SHA,
        text="text",
        sections=[Section("s" * 500, "T" * 5000, 0, 4)],
        parser_version="v" * 500,
        mime="m" * 500,
        company="c" * 500,
        ticker="t" * 500,
        document_type="d" * 500,
        period="   ",
    )
    assert record.company is not None
    assert record.company.endswith("c…")
    assert record.period is None
    entities = [SentimentScore("", "e" * 300 + tail, 1.0, 0.0, 0.0, 1.0, 1) for tail in "ab"]
    documents.save_sentiment(record.id, "m" * 500, entities)
    sentiment = documents.sentiment(record.id)
    assert sentiment is not None
    assert len(sentiment.scores) == 1


def test_what_json_cannot_hold_is_refused(documents: DocumentRepository) -> None:
    register(documents)
    with pytest.raises(TypeError, match="set cannot be stored as JSON"):
        documents.save_parsed(
            SHA, text="", sections=[], parser_version="1", truncated={"pages": {1, 2}}
        )


def test_a_time_without_a_zone_is_refused(engine: Engine) -> None:
    with pytest.raises(StorageError, match="time zone"), writing(engine) as connection:
        connection.execute(
            schema.documents.insert().values(
                content_sha256=SHA,
                filename="a",
                mime="b",
                bytes=1,
                status="pending",
                created_at=datetime(2024, 1, 1),  # noqa: DTZ001 - the point of the test
                updated_at=datetime.now(UTC),
            )
        )
