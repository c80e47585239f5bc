"""The index of the search holds what is saved, whatever comes between."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, func, select, text

from tests.storage.search.kept import BUSINESS, ids, keep, marked, words_kept
from worker_core.storage import migrate, schema, search_index
from worker_core.storage.documents import DocumentRepository
from worker_core.storage.engine import reading, writing
from worker_core.storage.errors import StorageError
from worker_core.storage.search import SearchRepository


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
