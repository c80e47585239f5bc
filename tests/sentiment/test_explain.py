"""The reasons of a score add up to it and stand where the words stand."""

import pytest

from worker_core.sentiment import LinearScorer, bundled_model
from worker_core.sentiment.explain import explain

SENTENCE = "Operating profit rose to EUR 13.1 mn from EUR 8.7 mn a year earlier."


def test_the_strongest_reasons_are_what_a_reader_would_name() -> None:
    (scored,) = LinearScorer(bundled_model()).details([SENTENCE])
    rules = {each.name: SENTENCE[each.start : each.end] for each in scored.evidence[:2]}
    assert rules == {
        "good_move": "profit rose",
        "more_than_before": "EUR 13.1 mn from EUR 8.7 mn",
    }
    assert all(each.toward == "positive" for each in scored.evidence[:2])


def test_reasons_come_strongest_first_and_few() -> None:
    (scored,) = LinearScorer(bundled_model()).details([SENTENCE * 5])
    weights = [each.weight for each in scored.evidence]
    assert weights == sorted(weights, reverse=True)
    assert len(weights) <= 6


@pytest.mark.parametrize("word", ["fraud", "excellent"])
def test_a_word_is_marked_where_it_stands_after_letters_of_other_scripts(word: str) -> None:
    sentence = f"“Größe” 東京 — a case of {word}."
    model = bundled_model()
    places = {(e.start, e.end) for e in explain(model, model.extract(sentence), most=50)}
    start = sentence.index(word)
    assert (start, start + len(word)) in places
