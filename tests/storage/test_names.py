"""Names in the store are found by what a person begins to type."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from worker_core.storage import MetricPeriod, MetricRecord, SearchFilters
from worker_core.storage.documents import DocumentRepository
from worker_core.storage.market import MarketRepository
from worker_core.storage.metrics import MetricRepository
from worker_core.storage.names import NameReading


@pytest.fixture
def names(engine: Engine) -> NameReading:
    from worker_core.market.records import Symbol

    market, documents = MarketRepository(engine), DocumentRepository(engine)
    for symbol, name in (("AAPL", "Apple Inc."), ("MSFT", "Microsoft"), ("^GSPC", None)):
        market.save_symbol(Symbol(symbol, name))
    for place, (file, company, ticker) in enumerate(
        (("pap_10%.html", "Pineapple plc", "PNA"), ("q3 <b>.pdf", None, None))
    ):
        sha = f"{place:064x}"
        documents.register(sha, file, 10, "text/html", "10-K")
        documents.save_parsed(
            sha,
            text="x",
            sections=(),
            parser_version="1",
            mime="text/html",
            company=company,
            ticker=ticker,
            document_type="10-K",
            period="2024-09-28",
        )
    MetricRepository(engine).replace(
        "APX",
        [
            MetricPeriod(
                entity="APX",
                ticker="APX",
                company="Apex AG",
                basis="annual",
                start=date(2024, 1, 1),
                end=date(2024, 12, 31),
                currency="EUR",
                warnings=(),
                documents=(),
                metrics=(MetricRecord("revenue_growth", "size", Decimal(1), "share", "", "1"),),
            )
        ],
    )
    return NameReading(engine)


def values(names: NameReading, kind: str, typed: str, limit: int = 20) -> list[str]:
    return [one.value for one in names.find(kind, typed, limit=limit)]  # type: ignore[arg-type]


def test_symbols_are_of_prices_documents_and_metrics(names: NameReading) -> None:
    assert values(names, "symbol", "") == ["AAPL", "APX", "MSFT", "PNA", "^GSPC"]
    assert values(names, "symbol", "ap") == ["APX", "AAPL", "PNA"]
    assert values(names, "symbol", "micro") == ["MSFT"]
    assert values(names, "symbol", "ap", 1) == ["APX"]
    (apple,) = names.find("symbol", "aapl")
    assert (apple.title, apple.detail) == ("AAPL", "Apple Inc.")


def test_documents_are_found_by_file_company_and_form(names: NameReading) -> None:
    assert values(names, "document", "") == [f"{1:064x}", f"{0:064x}"]
    (found,) = names.find("document", "pineapple 10-k")
    assert (found.title, found.detail) == ("pap_10%.html", "Pineapple plc · 10-K · 2024-09-28")
    (by_id,) = names.find("document_id", "PNA")
    assert by_id.value == by_id.title.split()[0]


def test_companies_and_metrics(names: NameReading) -> None:
    assert values(names, "company", "ap") == ["Apex AG", "Pineapple plc"]
    assert values(names, "metric", "growth") == ["revenue_growth"]


def test_what_is_typed_is_no_pattern_and_no_command(names: NameReading) -> None:
    for typed in ("%", "p_p", "'; DROP TABLE documents; --", "\\", "ü" * 5000, "zz " * 900):
        assert values(names, "company", typed) == [], typed
    names.find("company", "\x00\ud800")
    assert values(names, "document", "%") == [f"{0:064x}"]
    assert values(names, "document", "<b>") == [f"{1:064x}"]


def test_letters_of_other_alphabets_are_found_in_either_case(engine: Engine) -> None:
    documents = DocumentRepository(engine)
    sha = "e" * 64
    documents.register(sha, "ÜBERSICHT.html", 10, "text/html", "10-K")
    documents.save_parsed(
        sha, text="x", sections=(), parser_version="1", mime="text/html", company="ÖKOWELT AG"
    )
    names = NameReading(engine)
    assert values(names, "company", "ökowelt") == ["ÖKOWELT AG"]
    assert values(names, "document", "übersicht") == [sha]
    found = documents.list(filters=SearchFilters(company="ökowelt"))
    assert [one.sha256 for one in found] == [sha]
