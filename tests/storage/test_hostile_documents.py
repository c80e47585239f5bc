"""What is stored of texts, names and values that nobody would write on purpose."""

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from tests.storage.filings import SCORES, SECTIONS, SHA, SUMMARY, parsed, register
from worker_core.storage import schema
from worker_core.storage.cleaning import display_name, storable
from worker_core.storage.documents import DocumentRepository
from worker_core.storage.engine import writing
from worker_core.storage.errors import StorageError
from worker_core.storage.records import (
    Section,
    SentimentScore,
    SummarySentence,
)


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
