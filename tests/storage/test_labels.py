"""Labels that people give to sentences, on both kinds of database."""

import threading

import pytest
from sqlalchemy import Engine, delete, func, select

from worker_core.storage import NewLabel, StorageError, schema
from worker_core.storage.documents import DocumentRepository
from worker_core.storage.engine import reading, writing
from worker_core.storage.labels import LabelRepository

SHA = "5" * 64


@pytest.fixture
def labels(engine: Engine) -> LabelRepository:
    return LabelRepository(engine)


@pytest.fixture
def document(documents: DocumentRepository) -> int:
    return documents.register(SHA, "a.txt", 1, "text/plain", "t").id


def on_page(label: str, start: int = 0, text: str = "Sales rose.") -> NewLabel:
    return NewLabel(text, label, "me", SHA, start, start + len(text))  # type: ignore[arg-type]  # as a window gives it


def free(text: str, label: str = "neutral") -> NewLabel:
    return NewLabel(text, label, "me")  # type: ignore[arg-type]  # as above


def test_a_label_of_a_place_comes_back_with_who_gave_it(
    labels: LabelRepository, document: int
) -> None:
    given = labels.add(on_page("positive", 30))
    labels.add(on_page("neutral", 10))
    assert (given.text, given.label, given.by) == ("Sales rose.", "positive", "me")
    assert [each.start for each in labels.of_document(document)] == [10, 30]
    assert labels.of_document(document + 1) == ()


def test_a_correction_stands_in_the_place_of_what_was_and_undoing_it_brings_that_back(
    labels: LabelRepository, document: int, engine: Engine
) -> None:
    first = labels.add(on_page("positive"))
    second = labels.add(on_page("negative"))
    third = labels.add(on_page("neutral"))
    assert [each.id for each in labels.of_document(document)] == [third.id]
    assert labels.undo(third.id) == second
    assert labels.undo(second.id) == first
    assert labels.undo(first.id) is None
    assert labels.of_document(document) == ()
    with reading(engine) as connection:
        # Nothing of it is lost.
        assert connection.scalar(select(func.count()).select_from(schema.labels)) == 3


def test_what_was_taken_back_does_not_come_back_by_undoing_a_later_one(
    labels: LabelRepository, document: int
) -> None:
    first = labels.add(on_page("positive"))
    labels.undo(labels.add(on_page("negative")).id)
    third = labels.add(on_page("neutral"))
    assert labels.undo(third.id) == first
    assert [each.label for each in labels.of_document(document)] == ["positive"]


def test_the_same_label_again_changes_nothing(labels: LabelRepository, document: int) -> None:
    first = labels.add(on_page("positive"))
    assert labels.add(on_page("positive")) == first
    assert labels.counts() == {"positive": 1}
    assert labels.of_document(document) == (first,)


@pytest.mark.usefixtures("document")
def test_a_label_that_does_not_stand_is_not_undone(labels: LabelRepository) -> None:
    first = labels.add(on_page("positive"))
    labels.add(on_page("negative"))
    for number in (first.id, 10**6, -1, 2**70):
        with pytest.raises(StorageError, match="not stand"):
            labels.undo(number)


def test_sentences_without_a_document_are_known_by_their_words(labels: LabelRepository) -> None:
    labels.add(free("Sales  ROSE\nby 3 %."))
    corrected = labels.add(free("sales rose by 3 %.", "positive"))
    assert [each.id for each in labels.listed()] == [corrected.id]


def test_what_cannot_be_labelled_is_refused(labels: LabelRepository) -> None:
    with pytest.raises(StorageError) as caught:
        labels.add(on_page("positive"))
    assert caught.value.code == "unknown_document"
    with pytest.raises(StorageError, match="no sentence"):
        labels.add(free(" \n\x00"))
    with pytest.raises(StorageError):
        labels.add(free("Sales rose.", "good"))
    assert labels.counts() == {}


def test_a_label_outlives_its_document(
    labels: LabelRepository, document: int, engine: Engine
) -> None:
    labels.add(on_page("positive"))
    with writing(engine) as connection:
        connection.execute(delete(schema.documents).where(schema.documents.c.id == document))
    (kept,) = labels.all()
    assert kept.document_id is None
    assert kept.label == "positive"


def test_all_labels_are_read_page_by_page(labels: LabelRepository) -> None:
    for number in range(30):
        labels.add(free(f"Sentence {number}."))
    assert [each.text for each in labels.all()] == [f"Sentence {n}." for n in range(30)]
    newest = labels.listed(2)
    assert [each.text for each in newest] == ["Sentence 29.", "Sentence 28."]
    assert labels.listed(1, before=newest[-1].id)[0].text == "Sentence 27."


def test_changes_are_counted_by_sentence_since_a_time(labels: LabelRepository) -> None:
    assert labels.changed_since(None) == 0
    first = labels.add(free("One."))
    second = labels.add(free("Two."))
    assert labels.changed_since(None) == 2
    assert labels.changed_since(second.at) == 0
    labels.add(free("One.", "negative"))
    labels.add(free("One.", "positive"))
    assert labels.changed_since(second.at) == 1
    labels.undo(second.id)
    assert labels.changed_since(second.at) == 2
    assert labels.changed_since(first.at) >= 2


def test_labels_at_the_same_time_leave_one_that_stands(
    labels: LabelRepository, document: int
) -> None:
    gate = threading.Barrier(4)
    failed: list[StorageError] = []

    def work(label: str) -> None:
        gate.wait()
        try:
            labels.add(on_page(label))
        except StorageError as error:
            failed.append(error)

    threads = [
        threading.Thread(target=work, args=(label,))
        for label in ("positive", "negative", "neutral", "positive")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(labels.of_document(document)) == 1
