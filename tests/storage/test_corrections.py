"""What people correct of documents, on both databases."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.storage.test_financials import FACT, period
from worker_core.storage import DocumentRecord, SearchFilters, StorageError
from worker_core.storage.documents import DocumentRepository
from worker_core.storage.facts import FactRepository
from worker_core.storage.metrics import MetricRepository
from worker_core.storage.search import SearchRepository

SHA = "c" * 64

FOUND: dict[str, Any] = {
    "company": "ACME CORP",
    "ticker": "ACM",
    "document_type": "10-Q",
    "period": "2024-06-30",
    "filing_date": date(2024, 8, 1),
}


def read(documents: DocumentRepository, **found: Any) -> DocumentRecord:
    """The document, as a reading finds it."""
    documents.register(SHA, "a.htm", 10, "text/html", "t")
    return documents.save_parsed(
        SHA, text="Orders for turbines rose.", sections=(), parser_version="2", **(FOUND | found)
    )


def test_a_correction_wins_in_every_read_and_what_was_found_stays_beside_it(
    documents: DocumentRepository, engine: Engine
) -> None:
    one = read(documents)
    values = {"ticker": "ACME", "filing_date": date(2024, 8, 2), "document_type": "10-Q/A"}
    corrected = documents.correct(one.id, values, "ana")  # type: ignore[arg-type]
    for record in (corrected, documents.get(one.id), documents.by_sha(SHA), *documents.list()):
        assert record is not None
        assert (record.ticker, record.filing_date) == ("ACME", date(2024, 8, 2))
        assert (record.document_type, record.company) == ("10-Q/A", "ACME CORP")
    told = documents.corrections(one.id)
    assert [(c.field, c.value, c.found, c.corrected_by) for c in told] == [
        ("ticker", "ACME", "ACM", "ana"),
        ("document_type", "10-Q/A", "10-Q", "ana"),
        ("filing_date", date(2024, 8, 2), date(2024, 8, 1), "ana"),
    ]
    search = SearchRepository(engine)
    assert search.find("turbine", SearchFilters(ticker="acm")) == ()
    since = SearchFilters(ticker="acme", since=date(2024, 8, 2), document_type="10-q/a")
    (hit,) = search.find("turbine", since)
    assert hit.document.ticker == "ACME"


def test_a_correction_survives_a_new_reading_which_renews_what_was_found(
    documents: DocumentRepository,
) -> None:
    one = read(documents)
    documents.correct(one.id, {"ticker": "ACME", "period": None})
    again = read(documents, ticker="ACMX", company="Acme Corporation")
    assert (again.ticker, again.period, again.company) == ("ACME", None, "Acme Corporation")
    undone = documents.undo_corrections(one.id)
    assert (undone.ticker, undone.period) == ("ACMX", "2024-06-30")
    assert documents.corrections(one.id) == ()


def test_single_corrections_can_be_undone_and_corrected_again(
    documents: DocumentRepository,
) -> None:
    one = read(documents)
    documents.correct(one.id, {"ticker": "AAA", "filing_date": "2024-08-05"})
    documents.correct(one.id, {"ticker": "BBB"})
    assert documents.undo_corrections(one.id, ["filing_date"]).filing_date == date(2024, 8, 1)
    assert documents.undo_corrections(one.id, ["ticker", "company"]).ticker == "ACM"
    assert documents.undo_corrections(one.id).ticker == "ACM"


def test_a_correction_needs_a_document_and_a_field_of_its_own(
    documents: DocumentRepository,
) -> None:
    one = read(documents)
    for change in (documents.correct, documents.undo_corrections):
        with pytest.raises(StorageError) as refused:
            change(one.id + 1, {"ticker": "A"})
        assert refused.value.code == "unknown_document"
    with pytest.raises(KeyError):
        documents.correct(one.id, {"status": "failed"})  # type: ignore[dict-item]
    long = documents.correct(one.id, {"company": "x\x00" * 400, "ticker": "  "})
    assert len(long.company or "") == 200
    assert long.ticker is None


def test_metrics_made_from_a_document_go_when_it_becomes_another_company_s(
    documents: DocumentRepository, engine: Engine
) -> None:
    metrics, one = MetricRepository(engine), read(documents)
    made = [
        period(date(2024, 9, 28), documents=(one.id,)),
        period(date(2023, 9, 30)),
    ]
    metrics.replace("AAPL", made)
    documents.correct(one.id, {"document_type": "10-K"})
    documents.correct(one.id, {"ticker": "ACM"})
    assert len(metrics.periods("AAPL")) == 2
    documents.correct(one.id, {"ticker": "ACME"})
    assert [kept.end for kept in metrics.periods("AAPL")] == [date(2023, 9, 30)]


def test_facts_are_stored_with_their_document(
    documents: DocumentRepository, engine: Engine
) -> None:
    facts, one = FactRepository(engine), read(documents)
    assert facts.taken([one.id]) == {}
    assert facts.not_taken() == 1
    read(documents, facts=[FACT], truncated=["Only the first reported value was kept."])
    assert facts.taken([one.id])[one.id].truncated == ["Only the first reported value was kept."]
    assert facts.not_taken() == 0
    (reported,) = facts.documents()
    assert (reported.id, reported.ticker, reported.period) == (one.id, "ACM", "2024-06-30")
    (figure,) = facts.figures(one.id)
    assert figure[:2] == (FACT.concept, FACT.value)
    read(documents, facts=[])
    assert facts.documents() == ()
