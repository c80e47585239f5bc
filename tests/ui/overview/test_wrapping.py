import pytest

from desktop_app.views.overview.wrapping import breakable

BREAK = "\u200b"


def test_a_name_may_be_broken_behind_its_signs() -> None:
    parts = breakable("document_processing.process_document").split(BREAK)
    assert parts == ["document_", "processing.", "process_", "document"]


@pytest.mark.parametrize("text", ["11,237 tasks", "until 18:27:49", "0.7 %", "plain words", ""])
def test_figures_and_plain_words_stay_together(text: str) -> None:
    assert breakable(text) == text


def test_a_long_run_may_be_broken_anywhere() -> None:
    assert max(map(len, breakable("x" * 200).split(BREAK))) == 24
