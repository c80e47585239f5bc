"""Facts of inline XBRL: what is printed, and what it means."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from tests.documents.builders import inline, tag
from worker_core.documents import Fact, Limits, ParsedDocument
from worker_core.documents.html import read_html
from worker_core.documents.transforms import TransformError, number_of, text_of

Drop = Callable[..., ParsedDocument]


def facts(page: str) -> tuple[Fact, ...]:
    return read_html(page.encode(), Limits()).facts


def test_scale_and_sign_make_the_value() -> None:
    (fact,) = facts(inline(tag("1,234.5", scale="6", sign="-", decimals="-5", id="f-1")))
    assert fact.value == Decimal(-1_234_500_000)
    assert (fact.concept, fact.unit, fact.decimals) == ("us-gaap:Revenues", "USD", -5)
    assert (fact.start, fact.end) == (date(2024, 1, 1), date(2024, 12, 31))
    assert fact.source == "#f-1"


def test_a_balance_is_at_an_instant() -> None:
    (fact,) = facts(inline(tag("5", "us-gaap:Assets", "e")))
    assert (fact.start, fact.end) == (None, date(2024, 12, 31))


def test_dimensions_and_divided_units_are_kept() -> None:
    contexts = """<xbrli:context id="d"><xbrli:entity><xbrli:segment>
<xbrldi:explicitMember dimension="srt:ProductAxis">us-gaap:ServiceMember</xbrldi:explicitMember>
<xbrldi:typedMember dimension="x:YearAxis"><x:year>2024</x:year></xbrldi:typedMember>
</xbrli:segment></xbrli:entity><xbrli:period><xbrli:instant>2024-12-31</xbrli:instant>
</xbrli:period></xbrli:context>"""
    units = """<xbrli:unit id="eps"><xbrli:divide><xbrli:unitNumerator>
<xbrli:measure>iso4217:EUR</xbrli:measure></xbrli:unitNumerator><xbrli:unitDenominator>
<xbrli:measure>xbrli:shares</xbrli:measure></xbrli:unitDenominator></xbrli:divide></xbrli:unit>"""
    page = inline(tag("5", context="d").replace("usd", "eps"), contexts=contexts, units=units)
    (fact,) = facts(page)
    assert fact.dimensions == (("srt:ProductAxis", "us-gaap:ServiceMember"), ("x:YearAxis", "2024"))
    assert fact.unit == "EUR/shares"


def test_nil_is_a_fact_without_a_value() -> None:
    (fact,) = facts(inline(tag("", xsi_nil="true")))
    assert (fact.value, fact.text) == (None, None)


def test_marks_inside_a_number_do_not_change_it() -> None:
    (fact,) = facts(inline(tag("<span>1,2</span><b>34</b>")))
    assert fact.value == 1234


def test_short_texts_are_facts_and_notes_are_not() -> None:
    def text(name: str, value: str, form: str = "") -> str:
        return (
            f'<ix:nonNumeric name="{name}" contextRef="y" format="{form}">{value}</ix:nonNumeric>'
        )

    found = facts(
        inline(
            text("dei:DocumentType", "10-K")
            + text("dei:DocumentPeriodEndDate", "December 31, 2024", "ixt:date-month-day-year-en")
            + text("us-gaap:DebtDisclosureTextBlock", "We borrowed.")
        )
    )
    assert [fact.text for fact in found] == ["10-K", "2024-12-31"]


@pytest.mark.parametrize(
    "attributes",
    [{"scale": "600"}, {"scale": "six"}, {"sign": "+"}, {"format": "ixt:unheard-of"}],
)
def test_a_wrong_scale_sign_or_format_is_left_out_and_said(
    drop: Drop, attributes: dict[str, str]
) -> None:
    document = drop("10-K.htm", inline(tag("5", **attributes) + tag("7", "us-gaap:Assets", "e")))
    assert [fact.concept for fact in document.facts] == ["us-gaap:Assets"]
    assert document.truncated[0].startswith("1 tagged value was left out")


def test_a_minus_that_is_printed_as_well_as_tagged_is_no_number(drop: Drop) -> None:
    document = drop("10-K.htm", inline(tag("-5", sign="-")))
    assert document.facts == ()
    assert document.truncated


def test_a_fact_without_its_context_is_left_out_and_said(drop: Drop) -> None:
    document = drop("10-K.htm", inline(tag("5", context="nowhere")))
    assert document.facts == ()
    assert "makes no sense" in document.truncated[0]


def test_of_two_contexts_with_one_name_the_first_counts() -> None:
    again = (
        '<xbrli:context id="y"><xbrli:period><xbrli:instant>1999-01-01</xbrli:instant>'
        "</xbrli:period></xbrli:context>"
    )
    (fact,) = facts(inline(tag("5"), contexts=again))
    assert fact.end == date(2024, 12, 31)


def test_contexts_that_mean_the_same_give_one_fact(drop: Drop) -> None:
    twin = (
        '<xbrli:context id="z"><xbrli:period><xbrli:startDate>2024-01-01</xbrli:startDate>'
        "<xbrli:endDate>2024-12-31</xbrli:endDate></xbrli:period></xbrli:context>"
    )
    document = drop("10-K.htm", inline(tag("5") + tag("5", context="z"), contexts=twin))
    assert len(document.facts) == 1


def test_of_two_roundings_the_more_precise_one_is_kept(drop: Drop) -> None:
    page = inline(tag("94.0", scale="9", decimals="-8") + tag("94,036", scale="6", decimals="-6"))
    (fact,) = drop("10-K.htm", page).facts
    assert fact.value == 94_036_000_000


def test_values_that_contradict_each_other_are_both_kept(drop: Drop) -> None:
    page = inline(tag("5", decimals="0") + tag("5", decimals="0", sign="-"))
    assert [fact.value for fact in drop("10-K.htm", page).facts] == [5, -5]


def test_facts_beyond_the_limit_are_left_out_and_said(drop: Drop) -> None:
    page = inline("".join(tag(str(n), f"us-gaap:A{n}") for n in range(50)))
    document = drop("10-K.htm", page, Limits(max_facts=10))
    assert len(document.facts) == 10
    assert document.truncated == ("Only the first 10 reported values were kept.",)


def test_a_limit_that_repetitions_run_into_is_said_as_well(drop: Drop) -> None:
    page = inline("".join(tag(str(n), f"us-gaap:A{n}") * 3 for n in range(50)))
    document = drop("10-K.htm", page, Limits(max_facts=10))
    assert len(document.facts) == 4
    assert document.truncated == ("Only the first 4 reported values were kept.",)


def test_a_period_that_ends_at_midnight_ends_the_day_before() -> None:
    page = inline(tag("5")).replace(
        "2024-12-31</xbrli:endDate>", "2025-01-01T00:00:00</xbrli:endDate>"
    )
    assert facts(page)[0].end == date(2024, 12, 31)


@pytest.mark.parametrize(
    ("printed", "form", "value"),
    [
        ("1,234.5", "ixt:num-dot-decimal", "1234.5"),
        ("1.234,5", "ixt:num-comma-decimal", "1234.5"),
        ("1 234,5", "ixt:numspacecomma", "1234.5"),
        ("—", "ixt:fixed-zero", "0"),
        ("—", "ixt:zerodash", "0"),
        ("no", "ixt-sec:numwordsen", "0"),
        ("twenty-five", "ixt-sec:numwordsen", "25"),
        ("one hundred and three million", "ixt-sec:numwordsen", "103000000"),
        ("12 dollars 50 cents", "ixt:num-unit-decimal", "12.50"),
    ],
)
def test_formats_say_how_a_number_is_printed(printed: str, form: str, value: str) -> None:
    assert number_of(printed, form) == Decimal(value)


@pytest.mark.parametrize(
    ("printed", "form"),
    [("n/a", ""), ("", ""), ("1e5", ""), ("9" * 100, ""), ("many", "ixt-sec:numwordsen")],
)
def test_what_is_no_number_is_an_error(printed: str, form: str) -> None:
    with pytest.raises(TransformError):
        number_of(printed, form)


def test_ballot_boxes_and_fixed_words_are_true_or_false() -> None:
    assert [text_of(box, "ixt-sec:boolballotbox") for box in ("☒", "☐")] == ["true", "false"]
    assert text_of("anything", "ixt:fixed-false") == "false"
