from pathlib import Path

import pytest

from desktop_app.services.tray import Phase, Tray
from desktop_app.views.documents import wording
from tests.ui.documents.desk import parsed, register
from worker_core.storage import Section, SentimentSentence, Storage


@pytest.mark.parametrize(
    ("mean", "word"),
    [
        (0.0, "neutral"),
        (0.049, "neutral"),
        (-0.05, "slightly negative"),
        (0.249, "slightly positive"),
        (-0.25, "negative"),
        (0.5, "strongly positive"),
        (-1.0, "strongly negative"),
    ],
)
def test_a_mean_has_a_word_with_its_side(mean: float, word: str) -> None:
    assert wording.tone_word(mean) == word


@pytest.mark.parametrize(
    ("score", "text"), [(0.1415, "+0.141"), (-0.05, "−0.050"), (0.0, " 0.000"), (-0.0001, " 0.000")]
)
def test_a_score_carries_its_sign_and_zero_has_none(score: float, text: str) -> None:
    assert wording.signed(score) == text


@pytest.mark.parametrize(
    ("key", "name"),
    [("item_1a", "Item 1A"), ("Item 7", "Item 7"), ("part_ii item 2", "Part ii item 2"), ("", "")],
)
def test_the_key_of_a_section_is_named_as_in_a_filing(key: str, name: str) -> None:
    assert wording.section_name(key) == name


def test_a_document_is_called_by_its_company_and_form_else_by_its_file(storage: Storage) -> None:
    assert wording.title(parsed(storage)) == "Harrow Vale Instruments · 10-K"
    assert wording.title(parsed(storage, "b.html", document_type=None)) == "Harrow Vale Instruments"
    assert wording.title(register(storage, "unread.pdf")) == "unread.pdf"


@pytest.mark.parametrize(
    ("told", "sentences"),
    [
        (None, []),
        ([], []),
        ("Only half was read.", ["Only half was read."]),
        (["The first.", "The second."], ["The first.", "The second."]),
        ({"pages": 12}, ["pages: 12"]),
    ],
)
def test_whatever_form_a_reader_used_each_part_left_out_is_a_sentence(
    storage: Storage, told: object, sentences: list[str]
) -> None:
    assert wording.left_out(parsed(storage, truncated=told)) == sentences


def test_pages_are_told_where_a_format_has_them_and_else_the_size(storage: Storage) -> None:
    assert wording.extent(parsed(storage, "a.pdf", pages=1)) == "1 page"
    assert wording.extent(parsed(storage, "b.html")) == "120 kB"


def test_a_place_is_told_by_its_innermost_section_and_its_share_of_the_text() -> None:
    sections = [Section("Part I", "", 0, 100), Section("item_2", "", 40, 60)]
    assert wording.place(sections, 50, 200) == "Item 2 · 25 % into the document"
    assert wording.place(sections, 60, None) == "Part I"
    assert wording.place(sections, 150, 200) == "75 % into the document"


def test_neutral_sentences_are_never_among_the_strongest() -> None:
    scores = (0.9, 0.04, -0.04, -0.8, 0.3)
    sentences = [SentimentSentence(i, i + 1, score, "") for i, score in enumerate(scores)]
    positive, negative = wording.strongest(sentences, 3)
    assert [sentence.score for sentence in positive] == [0.9, 0.3]
    assert [sentence.score for sentence in negative] == [-0.8]


def test_the_tray_is_counted_in_the_order_of_what_matters_now() -> None:
    tray = Tray()
    for phase in (Phase.DONE, Phase.COPYING, Phase.FAILED, Phase.RUNNING):
        item = tray.add(Path("/dropped/a.html"), "a.html")
        tray.change(item.key, phase=phase)
    assert wording.tray_counts(tray) == "2 under way · 1 done · 1 failed"
    assert wording.tray_counts([]) == ""
