"""Looking through one's own documents over the API."""

from datetime import date
from typing import Any

import pytest

from tests.api.conftest import Desk
from worker_core.operations.search import search
from worker_core.storage import Claim

PATH = "/api/documents/search"
NOTHING: dict[str, Any] = {"hits": [], "next": None, "refused": None}
OUTLOOK = "Item 7. Orders of turbines rose. The outlook for turbines is good, with growth. "


@pytest.fixture(scope="module")
def kept(desk: Desk) -> dict[str, str]:
    """The contents' hashes by a word for each: two of Ann's, one of which is Bob's too."""
    found = {}
    for number, (name, owners, ticker) in enumerate(
        (("both", ("ann", "bob"), "AAPL"), ("hers", ("ann",), "MSFT"), ("his", ("bob",), "AAPL"))
    ):
        sha256 = f"{number + 1:064x}"
        documents = desk.storage.documents
        documents.register(sha256, "first-of-all.txt", 6, "text/plain", "t")
        documents.save_parsed(
            sha256,
            text=f"{OUTLOOK}Only {name}. \U0001f4c8 More of turbines.\n\nEnd.",
            sections=[],
            parser_version="1",
            company="Harrow & Vale",
            ticker=ticker,
            document_type="10-Q",
            filing_date=date(2024, 5, 1 + number),
        )
        for owner in owners:
            desk.storage.owned_documents.claim(Claim(f"user:{owner}", sha256, f"{owner}.txt"))
        found[name] = sha256
    return found


def asked(desk: Desk, who: str, **query: Any) -> Any:
    answer = desk.ask(who, "GET", PATH, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def hashes(page: Any) -> set[str]:
    return {one["document"]["document"] for one in page["hits"]}


def test_everybody_finds_their_own_documents_as_a_search_in_the_database_finds_them(
    desk: Desk, kept: dict[str, str]
) -> None:
    page = asked(desk, "ann", q="turbines outlook")
    assert hashes(page) == {kept["both"], kept["hers"]}
    assert {one["document"]["filename"] for one in page["hits"]} == {"ann.txt"}
    assert "first-of-all" not in str(page)
    there = {hit.document.sha256: hit for hit in search("turbines outlook", settings=desk.settings)}
    for one in page["hits"]:
        hit = there[one["document"]["document"]]
        assert (one["snippet"], one["start"], one["end"]) == (hit.snippet, hit.start, hit.end)
        assert [tuple(mark) for mark in one["marks"]] == list(hit.marks)
        assert (one["section"], one["together"]) == (hit.section, hit.together)
        assert tuple(one["goes_on"]) == hit.goes_on
    assert asked(desk, "bob", q='"only hers"')["hits"] == []
    assert hashes(asked(desk, "bob", q="only his")) == {kept["his"]}
    # Whoever has a lesser or a greater role has no others' documents for it.
    for who in ("olga", "root"):
        assert asked(desk, who, q="turbines") == NOTHING


def test_filters_narrow_a_search_and_the_list(desk: Desk, kept: dict[str, str]) -> None:
    for query, wanted in (
        ({"ticker": "aapl"}, {"both"}),
        ({"since": "2024-05-02"}, {"hers"}),
        ({"until": "2024-05-01"}, {"both"}),
        ({"company": "vale", "document_type": "10-q"}, {"both", "hers"}),
        ({"company": "%"}, set()),
    ):
        theirs = {kept[name] for name in wanted}
        assert hashes(asked(desk, "ann", q="turbines", **query)) == theirs
        rows = desk.ask("ann", "GET", "/api/documents", params=query).json()["documents"]
        assert {one["document"] for one in rows} == theirs
    assert asked(desk, "ann", q="turbines", section="Item 99")["hits"] == []


def test_hits_come_in_pages_that_tell_each_once(desk: Desk, kept: dict[str, str]) -> None:
    first = asked(desk, "ann", q="turbines", limit=1)
    assert first["next"] == 1
    second = asked(desk, "ann", q="turbines", limit=1, after=first["next"])
    assert second["next"] is None
    assert hashes(first) | hashes(second) == {kept["both"], kept["hers"]}
    assert asked(desk, "ann", q="turbines", after=10_000) == NOTHING


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "query.q"),
        ({"q": ""}, "query.q"),
        ({"q": "x" * 1001}, "query.q"),
        ({"q": "x", "limit": 101}, "query.limit"),
        ({"q": "x", "after": 10_001}, "query.after"),
        ({"q": "x", "since": "20240501"}, "query.since"),
        ({"q": "x", "until": "2024-02-30"}, "query.until"),
        ({"q": "x", "ticker": "A" * 17}, "query.ticker"),
    ],
)
def test_a_query_that_does_not_fit_is_refused_in_words(
    desk: Desk, query: dict[str, Any], field: str
) -> None:
    answer = desk.ask("ann", "GET", PATH, params=query)
    assert answer.status_code == 422
    assert field in [one["field"] for one in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("!!", "names no word"),
        ("OR", "names no word"),
        ("-turbines", "only says what must not be there"),
        ("word " * 33, "longer than 32 words"),
    ],
)
def test_a_query_that_means_nothing_is_told_so(desk: Desk, query: str, words: str) -> None:
    page = asked(desk, "ann", q=query)
    assert (page["hits"], page["next"]) == ([], None)
    assert words in page["refused"]


def test_hostile_words_are_words(desk: Desk) -> None:
    for words in ("a\x00b", "x'); DROP TABLE documents;--", 'NEAR("x" "y", 2)', "*", "%", "\u202e"):
        answer = desk.ask("ann", "GET", PATH, params={"q": words})
        assert answer.status_code == 200, answer.text
    assert desk.ask("ann", "GET", PATH, params={"q": "turbines"}).status_code == 200


def test_what_is_searched_for_stands_in_no_log(desk: Desk) -> None:
    desk.ask("ann", "GET", PATH, params={"q": "whistleblower"})
    assert any(line["path"] == PATH for line in desk.accessed())
    assert not any("whistleblower" in line for line in desk.lines)
