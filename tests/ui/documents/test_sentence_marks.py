"""Sentences are found by a place in the text, whatever an analysis says of where they stand."""

from datetime import UTC, datetime

import pytest

from desktop_app.views.documents.sentence_marks import SentenceMarks
from worker_core.storage import LabelRecord, SentimentSentence, ToneLabel


def sentence(start: int, end: int, label: str = "neutral") -> SentimentSentence:
    return SentimentSentence(start, end, 0.0, label)


def label(start: int, end: int, given: ToneLabel) -> LabelRecord:
    return LabelRecord(1, 1, start, end, "x", given, "anna", datetime(2026, 1, 1, tzinfo=UTC))


def test_a_sentence_is_found_by_each_of_its_characters_and_by_no_other() -> None:
    marks = SentenceMarks([sentence(2, 4), sentence(6, 9)], (), 10)
    assert [marks.at(place) for place in range(10)] == [
        None, None, 0, 0, None, None, 1, 1, 1, None,
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", [(-1, 3), (3, 3), (5, 4), (8, 11), (200, 240)])
def test_sentences_of_another_text_are_left_out_and_counted(wrong: tuple[int, int]) -> None:
    marks = SentenceMarks([sentence(*wrong), sentence(0, 3)], (), 10)
    assert [mark.span for mark in (marks[place] for place in range(len(marks)))] == [(0, 3)]
    assert marks.misplaced == 1


def test_a_sentence_that_begins_within_another_is_left_out() -> None:
    marks = SentenceMarks([sentence(0, 6), sentence(4, 8), sentence(6, 8)], (), 10)
    assert [marks[0].span, marks[1].span] == [(0, 6), (6, 8)]
    assert marks.misplaced == 1


def test_what_a_person_says_counts_above_the_model() -> None:
    marks = SentenceMarks([sentence(0, 5, "negative")], [label(0, 5, "positive")], 10)
    assert marks[0].tone == "positive"
    marks.give(0, None)
    assert marks[0].tone == "negative"


def test_steps_go_to_neighbours_or_over_those_that_have_nothing_to_see() -> None:
    told = [sentence(0, 2, "positive"), sentence(2, 4), sentence(4, 6), sentence(6, 8, "negative")]
    marks = SentenceMarks(told, (), 10)
    assert marks.beside(0, 0, 1, told=False) == 1
    assert marks.beside(0, 0, 1, told=True) == 3
    assert marks.beside(3, 0, -1, told=True) == 0
    assert marks.beside(3, 0, 1, told=True) is None
    assert marks.beside(None, 3, 1, told=False) == 2
    assert marks.beside(None, 3, -1, told=False) == 1
    assert SentenceMarks().beside(None, 0, 1, told=False) is None


def test_a_class_that_no_one_knows_is_neither_positive_nor_negative() -> None:
    assert SentenceMarks([sentence(0, 2, "mixed")], (), 10)[0].tone == "neutral"
