from hypothesis import given
from hypothesis import strategies as st

from desktop_app.ui import texts

ZERO_WIDTH = "\u200b"


@given(st.text(alphabet=st.characters(exclude_characters=ZERO_WIDTH)))
def test_places_to_break_at_change_nothing_else(text: str) -> None:
    assert texts.breakable(text).replace(ZERO_WIDTH, "") == text


@given(st.text(alphabet="abc/_. ", max_size=200))
def test_no_run_of_letters_is_longer_than_a_line(text: str) -> None:
    assert all(len(run) <= 25 for run in texts.breakable(text).replace(ZERO_WIDTH, " ").split(" "))


def test_words_of_usual_length_are_left_alone() -> None:
    assert texts.breakable("Look at docs/a.html (2.5 MB)") == "Look at docs/a.html (2.5 MB)"


def test_a_path_breaks_behind_its_signs() -> None:
    opened = texts.breakable("/home/someone/reports/q3_results.pdf")
    assert opened.split(ZERO_WIDTH) == ["/home/", "someone/", "reports/", "q3_", "results.", "pdf"]


def test_a_tooltip_shows_what_looks_like_markup_as_it_is() -> None:
    assert texts.tip("<b>a</b> & b") == "<span>&lt;b&gt;a&lt;/b&gt; &amp; b</span>"
    assert texts.tip("") == ""
