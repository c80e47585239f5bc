"""Full-text search, on SQLite and on PostgreSQL."""

import hashlib
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, func, select, text

from worker_core.storage import migrate, schema, search_index
from worker_core.storage.documents import DocumentRepository
from worker_core.storage.engine import reading, writing
from worker_core.storage.errors import StorageError
from worker_core.storage.records import DocumentRecord, Section
from worker_core.storage.search import SearchRepository
from worker_core.storage.search_records import SearchFilters, SearchHit

BUSINESS = "Item 1. Business. We make pumps and valves for water works.\n"
RISKS = "Item 1A. Risk Factors. Our customers may postpone their orders; demand is cyclical.\n"


@pytest.fixture
def search(engine: Engine) -> SearchRepository:
    return SearchRepository(engine)


def keep(
    documents: DocumentRepository,
    body: str,
    *,
    key: str | None = None,
    sections: Sequence[Section] = (),
    company: str | None = None,
    ticker: str | None = None,
    form: str | None = None,
    filed: date | None = None,
) -> DocumentRecord:
    sha256 = hashlib.sha256((key or body).encode("utf-8", "replace")).hexdigest()
    documents.register(sha256, "filing.html", 8, "text/html", "t-1")
    return documents.save_parsed(
        sha256,
        text=body,
        sections=sections,
        parser_version="1",
        company=company,
        ticker=ticker,
        document_type=form,
        filing_date=filed,
    )


def ids(hits: Sequence[SearchHit]) -> list[int]:
    return [hit.document.id for hit in hits]


def marked(hit: SearchHit) -> list[str]:
    return [hit.snippet[start:end] for start, end in hit.marks]


def words_kept(engine: Engine) -> int:
    with reading(engine) as connection:
        return connection.scalar(text("SELECT count(*) FROM search_words")) or 0


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
    assert hit.snippet[1:-1].split() == whole[hit.start : hit.end].split()
    assert len(hit.snippet) == hit.end - hit.start + 2 < 300
    assert "\n" not in hit.snippet
    assert hit.snippet[0] == hit.snippet[-1] == "…"
    assert hit.snippet[1].isalpha()
    assert whole[slice(*hit.place)] == "covenant"


def test_a_snippet_has_an_ellipsis_at_the_side_where_its_text_goes_on(
    documents: DocumentRepository, search: SearchRepository
) -> None:
    filler = "nothing of note happened here " * 20
    for key, body in enumerate((f"molybdenum {filler}", f"{filler} molybdenum", "molybdenum rose")):
        keep(documents, body, key=str(key))
    found = {hit.snippet for hit in search.find("molybdenum")}
    ends = {(snippet.startswith("…"), snippet.endswith("…")) for snippet in found}
    assert ends == {(False, True), (True, False), (False, False)}
    assert all(marked(hit) == ["molybdenum"] for hit in search.find("molybdenum"))


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


def test_a_document_that_is_read_again_is_found_once_and_by_its_new_text(
    documents: DocumentRepository, search: SearchRepository, engine: Engine
) -> None:
    for body in ("Gold and silver.", "Gold and silver.", "Gold and platinum."):
        record = keep(documents, body, key="one")
    assert ids(search.find("gold")) == [record.id]
    assert search.find("silver") == ()
    assert ids(search.find("platinum")) == [record.id]
    assert words_kept(engine) == 1


def test_a_document_leaves_the_index_when_it_is_removed(
    documents: DocumentRepository, search: SearchRepository, engine: Engine
) -> None:
    record = keep(documents, BUSINESS * 500)
    kept = keep(documents, BUSINESS)
    assert words_kept(engine) > 2
    with writing(engine) as connection:
        connection.execute(delete(schema.documents).where(schema.documents.c.id == record.id))
    assert ids(search.find("pumps")) == [kept.id]
    assert words_kept(engine) == 1


def test_a_document_whose_saving_fails_is_not_in_the_index(
    documents: DocumentRepository, search: SearchRepository, engine: Engine
) -> None:
    keep(documents, "Old words.", key="one")
    with writing(engine) as connection:
        connection.execute(text("ALTER TABLE index_state RENAME TO away"))
    with pytest.raises(StorageError):
        keep(documents, "New words.", key="one")
    with writing(engine) as connection:
        connection.execute(text("ALTER TABLE away RENAME TO index_state"))
    assert search.find("new") == ()
    assert len(search.find("old")) == 1


def test_documents_that_the_index_does_not_have_come_into_it_in_slices(
    documents: DocumentRepository,
    search: SearchRepository,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search_index, "SLICE_DOCUMENTS", 3)
    records = [keep(documents, f"Zinc {number}.") for number in range(7)]
    documents.register("f" * 64, "not-read.pdf", 8, "application/pdf", "t-1")
    with writing(engine) as connection:
        connection.execute(delete(schema.index_state))
        connection.execute(delete(schema.search_passages))
    assert search.find("zinc") == ()
    assert search.behind() == 7
    slices, last = [], 0
    while (done := search.update(last)) is not None:
        slices.append(done.documents)
        last = done.last
    assert slices == [3, 3, 1]
    assert search.behind() == 0
    assert set(ids(search.find("zinc"))) == {record.id for record in records}


def test_a_long_document_is_a_slice_of_its_own(
    documents: DocumentRepository, search: SearchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "SLICE_CHARACTERS", 1000)
    for number in range(3):
        keep(documents, f"{number} tin. " * 300)
    slices, last = [], 0
    while (done := search.update(last, "again")) is not None:
        slices.append(done.documents)
        last = done.last
    assert slices == [1, 1, 1]


def test_an_update_anew_goes_on_where_it_was_stopped(
    documents: DocumentRepository, search: SearchRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "SLICE_DOCUMENTS", 2)
    records = [keep(documents, f"Nickel {number}.") for number in range(5)]
    assert search.behind() == 0
    assert search.behind("task-1") == 5
    search.update(0, "task-1")
    assert search.behind("task-1") == 3
    done = search.update(0, "task-1")
    assert done is not None
    assert done.last == records[3].id
    only = {records[0].id, records[4].id, 10**9}
    assert search.behind("task-1", only) == 1
    assert search.behind("task-2", only) == 2
    assert len(search.find("nickel")) == 5


def test_a_search_is_answered_while_the_index_is_being_written(
    documents: DocumentRepository, search: SearchRepository, engine: Engine
) -> None:
    record = keep(documents, "Bauxite.")
    with writing(engine) as connection:
        connection.execute(delete(schema.search_passages))
        assert ids(search.find("bauxite")) == [record.id]
    assert search.find("bauxite") == ()


def test_a_damaged_index_is_mended_by_an_update_anew(
    documents: DocumentRepository, search: SearchRepository, engine: Engine
) -> None:
    record = keep(documents, BUSINESS)
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM search_words"))
    assert search.find("pumps") == ()
    search.update(0, "mend")
    assert ids(search.find("pumps")) == [record.id]


def test_documents_from_before_the_index_are_behind_and_come_into_it(
    documents: DocumentRepository, search: SearchRepository, engine: Engine
) -> None:
    record = keep(documents, BUSINESS)
    migrate.downgrade(engine, "0004")
    migrate.upgrade(engine)
    assert search.behind() == 1
    search.update()
    assert ids(search.find("pumps")) == [record.id]


@pytest.mark.parametrize("body", ["", " \n\t ", "…—§ ***", "\x00\x00"])
def test_a_text_without_words_is_indexed_as_nothing(
    documents: DocumentRepository, search: SearchRepository, engine: Engine, body: str
) -> None:
    keep(documents, body)
    assert search.behind() == 0
    assert words_kept(engine) == 0


def test_a_text_without_a_space_is_cut_all_the_same(
    documents: DocumentRepository, search: SearchRepository, engine: Engine
) -> None:
    keep(documents, "x" * 50_000)
    assert words_kept(engine) == 13
    with reading(engine) as connection:
        passages = connection.execute(
            select(
                func.min(schema.search_passages.c.start_char),
                func.max(schema.search_passages.c.end_char),
            )
        ).one()
    assert tuple(passages) == (0, 50_000)


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


@examples(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_can_be_indexed_and_its_marks_lie_in_it(
    documents: DocumentRepository, search: SearchRepository, before: str, after: str
) -> None:
    body = f"{before} molybdenum {after}"
    record = keep(documents, body, key="one")
    (hit,) = search.find("molybdenum")
    assert hit.document.id == record.id
    assert "molybdenum" in marked(hit)
    assert hit.snippet.split() == (documents.text(record.id, hit.start, hit.end) or "").split()
