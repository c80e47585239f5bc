"""What may be typed into the search: everything, and some of it is refused in words."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from tests.storage.search.kept import BUSINESS, keep
from worker_core.storage.documents import DocumentRepository
from worker_core.storage.errors import StorageError
from worker_core.storage.search import SearchRepository
from worker_core.storage.search_records import SearchFilters


@pytest.mark.parametrize(
    "query",
    ["", " ", '"', '""', "-", "--", "-pumps", "***", "\x00", "\ud800", "( ) : ^", "OR", "_", "%"],
)
def test_a_query_without_a_word_is_refused_in_words(search: SearchRepository, query: str) -> None:
    with pytest.raises(StorageError) as caught:
        search.find(query)
    assert caught.value.code == "bad_query"
    assert caught.value.remedy
    assert not caught.value.transient


@pytest.mark.parametrize("query", ["pump " * 20_000, "x" * 100_000, '"' * 100_000, "a " * 33])
def test_a_query_that_is_too_long_is_refused_in_words(search: SearchRepository, query: str) -> None:
    with pytest.raises(StorageError, match="longer than 32 words") as caught:
        search.find(query)
    assert caught.value.code == "bad_query"


@pytest.mark.parametrize(
    "query",
    [
        'pumps AND valves" OR NOT',
        "pumps:*",
        "text:pumps",
        "{text} : pumps",
        "pumps NEAR(valves)",
        "^pumps",
        "pumps & | ! <-> (valves",
        "'; DROP TABLE documents; --pumps",
        "rowid MATCH 'x' pumps",
        "pumps\x00valves",
        "pumps\ud800",
        "\u202epumps",
        "pumps " + "()" * 400,
        "10-K 1,234.56 3.5% a@b.com http://x.y/z?q=1 C:\\x pumps",
        "日本 pumps",
        "Ⅷ ² ½ pumps",
        "𠀀" * 900 + " pumps",
        "ﾞ pumps",
    ],
)
def test_a_query_is_never_taken_for_the_databases_own_language(
    documents: DocumentRepository, search: SearchRepository, query: str
) -> None:
    keep(documents, f"{BUSINESS} {query}")
    for hit in search.find(query):
        assert "pumps" in hit.snippet
    assert documents.counts()["parsed"] == 1


@examples(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=60) | st.text("ab\"-* OR():\x00'", max_size=60))
def test_any_text_is_a_query_or_is_refused(search: SearchRepository, query: str) -> None:
    try:
        search.find(query, SearchFilters(company=query, ticker=query, section=query))
    except StorageError as error:
        assert error.code == "bad_query"  # noqa: PT017 - either is right
