"""A search among the documents of one owner, on SQLite and on PostgreSQL."""

from datetime import date

import pytest
from sqlalchemy import Engine

from tests.storage.search.kept import BUSINESS, RISKS, ids, keep
from worker_core.storage import Claim
from worker_core.storage.documents import DocumentRepository
from worker_core.storage.owned_documents import DocumentOwners
from worker_core.storage.search import SearchRepository
from worker_core.storage.search_records import SearchFilters


@pytest.fixture
def owners(engine: Engine) -> DocumentOwners:
    return DocumentOwners(engine)


def test_an_owner_finds_only_what_they_handed_in_under_their_own_name(
    documents: DocumentRepository, search: SearchRepository, owners: DocumentOwners
) -> None:
    both = keep(documents, BUSINESS)
    other = keep(documents, BUSINESS + "Pumps again.")
    nobody = keep(documents, BUSINESS + "And pumps.")
    owners.claim(Claim("user:ann", both.sha256, "ann.txt"))
    owners.claim(Claim("user:bob", both.sha256, "bob.txt"))
    owners.claim(Claim("user:bob", other.sha256, "other.txt"))
    assert set(ids(search.find("pumps"))) == {both.id, other.id, nobody.id}
    assert ids(search.find("pumps", owner="user:ann")) == [both.id]
    assert set(ids(search.find("pumps", owner="user:bob"))) == {both.id, other.id}
    assert search.find("pumps", owner="user:eve") == ()
    assert search.find("pumps", owner="user:ann' OR '1'='1") == ()
    named = owners.named("user:ann", [both.sha256.upper(), other.sha256, nobody.sha256])
    assert {sha256: one.filename for sha256, one in named.items()} == {both.sha256: "ann.txt"}
    (hit,) = search.find("pumps", owner="user:ann")
    (same,) = (one for one in search.find("pumps") if one.document.id == both.id)
    assert hit == same


def test_words_here_and_there_and_filters_hold_for_an_owner_too(
    documents: DocumentRepository, search: SearchRepository, owners: DocumentOwners
) -> None:
    filler = "Nothing of note. " * 2_000
    spread = keep(documents, BUSINESS + filler + RISKS, ticker="AAPL", filed=date(2024, 5, 1))
    late = keep(documents, BUSINESS + filler + RISKS + "x", ticker="MSFT", filed=date(2024, 6, 1))
    hers = keep(documents, BUSINESS + filler + RISKS + "y", ticker="AAPL", filed=date(2024, 7, 1))
    for one in (spread, late):
        owners.claim(Claim("user:ann", one.sha256, "a"))
    owners.claim(Claim("user:bob", hers.sha256, "b"))
    found = search.find("pumps cyclical", owner="user:ann")
    assert ids(found) == [late.id, spread.id]
    assert not any(hit.together for hit in found)
    narrowed = search.find("pumps", SearchFilters(ticker="aapl"), owner="user:ann")
    assert ids(narrowed) == [spread.id]
    until = SearchFilters(until=date(2024, 5, 31))
    assert ids(search.find("pumps", until, owner="user:ann")) == [spread.id]
    assert ids(search.find("pumps", None, 1, 1, owner="user:ann")) != ids(
        search.find("pumps", None, 1, 0, owner="user:ann")
    )
    listed = owners.list("user:ann", filters=SearchFilters(ticker="AAPL"))
    assert [one.sha256 for one in listed] == [spread.sha256]
    assert owners.list("user:bob", filters=SearchFilters(ticker="MSFT")) == ()
