"""Full-text search, on SQLite and on PostgreSQL: what is found and in which order."""

from datetime import date

import pytest

from tests.storage.search.kept import BUSINESS, RISKS, ids, keep, marked
from worker_core.storage.documents import DocumentRepository
from worker_core.storage.records import Section
from worker_core.storage.search import SearchRepository
from worker_core.storage.search_records import SearchFilters


def test_a_document_is_found_as_soon_as_it_is_saved(
    documents: DocumentRepository, search: SearchRepository
) -> None:
    record = keep(documents, BUSINESS)
    keep(documents, "Nothing of the kind.")
    (hit,) = search.find("pumps")
    assert hit.document == record
    assert marked(hit) == ["pumps"]
    assert hit.together


def test_words_are_found_by_their_stem_in_any_case_and_without_accents(
    documents: DocumentRepository, search: SearchRepository
) -> None:
    record = keep(documents, "The Société générale CAFÉ postponed its acquisitions.")
    for query in ("POSTPONES", "acquisition", "societe", "société", "cafe"):
        (hit,) = search.find(query)
        assert hit.document.id == record.id, query
        assert len(hit.marks) == 1, query


def test_every_word_must_be_in_the_document_but_not_in_one_place(
    documents: DocumentRepository, search: SearchRepository
) -> None:
    far = keep(documents, BUSINESS + "filler words. " * 2000 + RISKS, filed=date(2024, 1, 1))
    near = keep(documents, "Customers buy pumps.")
    keep(documents, "Pumps alone.")
    hits = search.find("pumps customers")
    assert ids(hits) == [near.id, far.id]
    assert [hit.together for hit in hits] == [True, False]
    assert "pumps" in marked(hits[1])


def test_words_in_quotes_stand_next_to_each_other(
    documents: DocumentRepository, search: SearchRepository
) -> None:
    record = keep(documents, "There is substantial doubt about the going concern.")
    keep(documents, "Concern is going away.")
    assert ids(search.find('"going concern"')) == [record.id]
    assert ids(search.find('"about the going')) == [record.id]
    assert search.find('"concern going"') == ()
    assert len(search.find("going concern")) == 2


def test_a_word_with_a_minus_must_not_be_anywhere_in_the_document(
    documents: DocumentRepository, search: SearchRepository
) -> None:
    keep(documents, BUSINESS + "filler words. " * 2000 + RISKS)
    record = keep(documents, "Pumps for cellars.")
    assert ids(search.find("pumps -customers")) == [record.id]
    assert ids(search.find('pumps -"water works"')) == [record.id]
    assert ids(search.find("pumps-for")) == [record.id]


def test_either_of_two_words_is_enough_with_or_between_them(
    documents: DocumentRepository, search: SearchRepository
) -> None:
    one = keep(documents, "Lithium from brine.")
    other = keep(documents, "Cobalt from ore.")
    keep(documents, "Iron from ore.")
    assert set(ids(search.find("lithium OR cobalt"))) == {one.id, other.id}
    assert ids(search.find("lithium OR cobalt ore")) == [other.id]


def test_what_is_about_it_comes_before_what_names_it(
    documents: DocumentRepository, search: SearchRepository
) -> None:
    names = keep(documents, "Tariffs. " + "Other things were said at length. " * 60)
    about = keep(documents, "Tariffs on steel: the tariffs rose, and new tariffs are planned.")
    assert ids(search.find("tariff")) == [about.id, names.id]


def test_filters_narrow_the_search(documents: DocumentRepository, search: SearchRepository) -> None:
    apple = keep(
        documents,
        "Sales rose.",
        company="Apple Inc.",
        ticker="AAPL",
        form="10-K",
        filed=date(2024, 11, 1),
    )
    other = keep(
        documents,
        "Sales fell.",
        company="100%_Cotton",
        ticker="COT",
        form="8-K",
        filed=date(2023, 5, 2),
    )
    undated = keep(documents, "Sales stood still.")

    def found(**of: object) -> set[int]:
        return set(ids(search.find("sales", SearchFilters(**of))))  # type: ignore[arg-type]  # by name

    assert found() == {apple.id, other.id, undated.id}
    assert found(ticker="aapl") == {apple.id}
    assert found(document_type="10-k") == {apple.id}
    assert found(company="apple") == {apple.id}
    assert found(company="100%_") == {other.id}
    assert found(company="%") == {other.id}
    assert found(since=date(2024, 11, 1)) == {apple.id}
    assert found(until=date(2024, 10, 31)) == {other.id}
    assert found(since=date(2023, 1, 1), until=date(2023, 12, 31), ticker="AAPL") == set()
    assert found(ticker="\x00\ud800") == set()


def test_a_hit_names_its_section_and_a_section_can_be_asked_for(
    documents: DocumentRepository, search: SearchRepository
) -> None:
    body = BUSINESS + RISKS + "Signatures: the customers' friend."
    end = len(BUSINESS) + len(RISKS)
    sections = [
        Section("Item 1", "Business", 0, len(BUSINESS)),
        Section("Item 1A", "Risk Factors", len(BUSINESS), end),
    ]
    record = keep(documents, body, sections=sections)
    assert search.find("cyclical")[0].section == "Item 1A"
    assert search.find("signatures")[0].section == ""
    assert ids(search.find("pumps", SearchFilters(section="Item 1"))) == [record.id]
    assert search.find("pumps", SearchFilters(section="Item 1A")) == ()
    assert search.find("pumps cyclical", SearchFilters(section="Item 1A")) == ()


def test_a_snippet_is_a_part_of_the_text_with_its_words_marked(
    documents: DocumentRepository, search: SearchRepository
) -> None:
    filler = "Nothing of\nnote happened in this period. "
    body = filler * 300 + "A \x02covenant\x03 was\nbreached in März. " + filler * 300
    record = keep(documents, body)
    (hit,) = search.find("covenants breach")
    assert hit.together
    assert marked(hit) == ["covenant", "breached"]
    whole = documents.text(record.id) or ""
    assert [*hit.snippet.split()] == [*whole[hit.start : hit.end].split()]
    assert len(hit.snippet) == hit.end - hit.start < 300
    assert "\n" not in hit.snippet
    assert hit.snippet[0].isalpha()
    assert whole[slice(*hit.place)] == "covenant"


def test_a_snippet_is_shown_with_an_ellipsis_at_the_side_where_its_text_goes_on(
    documents: DocumentRepository, search: SearchRepository
) -> None:
    filler = "nothing of note happened here " * 20
    for key, body in enumerate((f"molybdenum {filler}", f"{filler} molybdenum", "molybdenum rose")):
        keep(documents, body, key=str(key))
    found = search.find("molybdenum")
    assert {hit.goes_on for hit in found} == {(False, True), (True, False), (False, False)}
    for hit in found:
        text, marks = hit.shown
        assert (text.startswith("…"), text.endswith("…")) == hit.goes_on
        assert [text[start:end] for start, end in marks] == ["molybdenum"]


def test_hits_are_given_in_pages(documents: DocumentRepository, search: SearchRepository) -> None:
    for number in range(7):
        keep(documents, f"Copper {'and lead ' * number} report {number}.")
    for number in range(4):
        keep(documents, f"Copper {number}. " + "filler words. " * 1000 + "Lead.")
    whole = ids(search.find("copper lead", limit=50))
    assert len(whole) == len(set(whole)) == 10
    assert [
        one for at in range(0, 12, 3) for one in ids(search.find("copper lead", None, 3, at))
    ] == whole
    assert search.find("copper", limit=0) == ()
    assert search.find("copper", limit=-1, after=-1) == ()
    assert search.find("copper", limit=10**9, after=10**9) == ()


def test_behind_the_farthest_hit_that_is_given_there_is_none(
    documents: DocumentRepository, search: SearchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker_core.storage.search.FARTHEST", 4)
    for number in range(7):
        keep(documents, f"Copper report {number}.")
    pages = [search.find("copper", None, 2, at) for at in range(0, 10, 2)]
    assert [len(page) for page in pages] == [2, 2, 2, 0, 0]
    assert len({hit.document.id for page in pages for hit in page}) == 6
