import json

from hypothesis import given
from hypothesis import strategies as st

from desktop_app.ui.pretty import SHOWN_CHARACTERS, as_json, laid_out


def test_a_representation_gets_a_line_for_each_member() -> None:
    text = "{'document': 'a, b (c)', 'sections': [1, 2], 'empty': {}, 'last': None, 'more': ()}"
    assert laid_out(text) == (
        "{\n"
        "  'document': 'a, b (c)',\n"
        "  'sections': [\n    1,\n    2\n  ],\n"
        "  'empty': {},\n"
        "  'last': None,\n"
        "  'more': ()\n"
        "}"
    )


def test_a_short_one_stays_on_its_line() -> None:
    assert laid_out("{'a': 1}") == "{'a': 1}"


def test_one_that_was_cut_off_within_quotes_keeps_its_end() -> None:
    text = "{'document': '" + "f" * 60 + "…"
    assert laid_out(text).replace("\n  ", "") == text


@given(st.text(alphabet="'\"\\{}[](), ab\n", max_size=200))
def test_nothing_is_added_or_lost_but_space(text: str) -> None:
    def essence(value: str) -> str:
        return "".join(value.split())

    assert essence(laid_out(text)) == essence(text)


def test_a_result_is_written_with_a_line_for_each_member_and_in_its_own_letters() -> None:
    assert as_json({"company": "Saint-Aubin Énergie"}) == (
        '{\n  "company": "Saint-Aubin Énergie"\n}',
        False,
    )


def test_no_more_of_a_large_result_is_written_than_is_shown() -> None:
    text, cut = as_json(list(range(1_000_000)))
    assert cut
    assert len(text) == SHOWN_CHARACTERS
    assert json.dumps(list(range(5)), indent=2)[:10] == text[:10]
