"""The items of filings in the ways that filers, programs and typewriters set them."""

import pytest

from tests.documents.filings import (
    BY_REFERENCE,
    ITEMS,
    OLD_ITEMS,
    PROSE,
    REFERENCE,
    assert_complete,
    body,
    contents,
    filing,
    names,
    page,
    title,
    typed,
)
from worker_core.documents.forms import TEN_Q
from worker_core.documents.html import read_html
from worker_core.documents.model import Limits
from worker_core.documents.plain import read_text
from worker_core.documents.sections import find_sections

SPELLINGS = [
    "ITEM {n}.—{T}",
    "Item {n} — {t}",
    "ITEM {n} {T}",
    "Item {n}: {t}",
    "Item\n{n}.\n{t}",
    "Item {n}\n.\n{t}",
    "ITEM\n{n}\n{T}",
    "I tem {n}. {t}",
    "IT EM {n}. {t}",
    "ITE M {n}. {T}",
    "Item\t{n}.\t{t}",
    "PART {p}, ITEM {n}. {T}",
    "Item No. {n}. {t}",
    "ITEM #{n} {T}",
    "ITEM {n}) {T}",
    "Item\xa0{n}. {t}",
    "“Item {n}. {t}”",
    "_Item {n}. {t}_",
    "Item {n} | {t}",
    "• Item {n}. {t}",
    "Item {n}. {t}.",
]
CONTENTS = ["Item {n}.\t{t}\t{page}", "Item {n}. {t}", "Item {n}.\n{t}\n{page}"]
MARKUPS = {
    "bold": "<p><b>Item {n}. {t}</b></p>",
    "split in spans": "<div><span>It</span><span>em {n}.</span>&#160;<span>{t}</span></div>",
    "in cells": "<table><tr><td>Item&#160;{n}.</td><td><b>{t}</b></td></tr></table>",
    "in three cells": "<table><tr><td>Item</td><td>{n}.</td><td>{t}</td></tr></table>",
    "on two lines": "<p><b>ITEM {n}.<br/>{T}</b></p>",
    "in three blocks": "<div>ITEM</div><div>{n}.</div><div>{T}</div>",
    "before its text": "<p><b>Item {n}. {t}.</b> This is what we say of it in this report.</p>",
    "in small capitals": "<p>I<font size=1>TEM</font> {n}. {T}</p>",
    "centred": "<hr><p align=center>ITEM {n}</p><p align=center>{T}</p>",
}
ROWS = {
    "no contents": "",
    "links": '<tr><td><a href="#i{n}">Item {n}.</a></td><td>{t}</td><td>{page}</td></tr>',
    "no pages": '<tr><td><a href="#i{n}">Item {n}. {t}</a></td></tr>',
    "two lines": "<tr><td><p>Item {n}.</p><p>{t}</p></td><td>{page}</td></tr>",
}


@pytest.mark.parametrize("heading", SPELLINGS)
def test_items_are_found_however_their_headings_are_spelled(heading: str) -> None:
    for before in (
        (),
        *map(contents, CONTENTS),
        contents(heading.replace("{T}", "{t}").replace("{p}", "I")),
    ):
        text = filing(heading, before)
        assert_complete(text, find_sections(text, "10-K"), spare=260)


@pytest.mark.parametrize("spelled", ["{d} {l}", "{d}-{l}", "{d}.{l}", "{d}({l})", "{d}{l}"])
def test_a_letter_may_stand_apart_from_its_number(spelled: str) -> None:
    def number(stated: str) -> str:
        if stated[-1].isdigit():
            return stated
        letter = stated[-1].lower() if "(" in spelled else stated[-1]
        return spelled.format(d=stated[:-1], l=letter)

    text = filing(lambda item: f"Item {number(item.number)}. {item.title}")
    assert_complete(text, find_sections(text, "10-K"))


def test_a_paragraph_counted_by_letter_begins_no_other_item() -> None:
    text = filing("Item {n}. {t}").replace(
        "Item 1. Business", "Item 1(a) General Development of Business"
    )
    assert names(find_sections(text, "10-K")) == [item.name for item in ITEMS]


@pytest.mark.parametrize("one", ["I", "l"])
def test_a_letter_in_place_of_the_digit_one_is_understood(one: str) -> None:
    text = filing(lambda item: f"ITEM {one if item.number == '1' else item.number}. {item.title}")
    assert_complete(text, find_sections(text, "10-K"))


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
@pytest.mark.parametrize("heading", MARKUPS.values(), ids=MARKUPS)
def test_items_are_found_in_every_markup(heading: str, row: str) -> None:
    for below in ("", "<p>12</p><hr>", '<p><a href="#toc">Table of Contents</a></p><p>12</p>'):
        text = read_html(page(heading, row, below), Limits()).text
        assert_complete(text, find_sections(text, "10-K"), spare=260)


@pytest.mark.parametrize("with_contents", [True, False], ids=["contents", "no contents"])
@pytest.mark.parametrize(
    "heading", ["ITEM {n}.  {T}", "Item {n}.   {t}.  What follows applies.", "     ITEM {n} - {T}"]
)
def test_items_are_found_in_the_typed_filings_of_the_1990s(
    heading: str, *, with_contents: bool
) -> None:
    text = read_text(typed(heading, with_contents=with_contents), Limits()).text
    sections = find_sections(text, "10-K")
    assert names(sections) == [f"Item {number}" for number, _ in OLD_ITEMS]
    assert {section.name for section in sections if section.by_reference} == {
        "Item 10", "Item 11", "Item 12", "Item 13",
    }  # fmt: skip
    assert all(section.end - section.start > 1300 for section in sections[:9])


@pytest.mark.parametrize(
    "below",
    [
        "17",
        "Table of Contents\n17",
        "PART I\nItem 1",
        "Item 7. Management’s Discussion and Analysis of this report describes more, and so on.",
        "For more, see\nItem 7. Management’s Discussion and Analysis\nand Item 1A. Risk Factors.",
        "See “Item 1A. Risk Factors” and\nItem 8, “Financial Statements,” of this report.",
        "ITEM {n}. {T} (Continued)\n" + PROSE,
        "ITEM {n}. {T}\n" + PROSE,
    ],
)
def test_what_stands_below_each_item_is_taken_for_no_other(below: str) -> None:
    text = filing(after_each=below)
    sections = find_sections(text, "10-K")
    assert names(sections) == [item.name for item in ITEMS]
    for section, item in zip(sections, ITEMS, strict=True):
        assert body(item.number).strip() in text[section.start : section.end]


@pytest.mark.parametrize(
    "heading",
    [
        "Items 1 and 2. Business and Properties",
        "ITEMS 1. and 2. BUSINESS AND PROPERTIES",
        "Item 1 & 2. Business and Properties",
        "Item 1. and Item 2. Business and Properties",
        "Items 1, 2. Business and Properties",
        "Item 1/2. Business and Properties",
        "ITEM 1. BUSINESS AND ITEM 2. PROPERTIES",
        "Items 1. Business and 2. Properties",
    ],
)
def test_one_heading_may_begin_two_items(heading: str) -> None:
    text = filing().replace("Item 1. Business", heading)
    text = text.replace(f"Item 2. Properties\n{body('2')}\n", "")
    first, second, *_ = find_sections(text, "10-K")
    assert (first.name, first.items) == ("Items 1 and 2", ("Item 1", "Item 2"))
    assert second.name == "Item 1A"


@pytest.mark.parametrize(
    "numbers", ["10, 11, 12, 13 and 14.", "10 through 14.", "10-14.", "10 to 14"]
)
def test_one_heading_may_begin_the_whole_third_part(numbers: str) -> None:
    text = filing().replace(f"Item 10. {title('10')}", f"Items {numbers}")
    for number in ("11", "12", "13", "14"):
        text = text.replace(f"Item {number}. {title(number)}\n{REFERENCE}\n", "")
    third = next(part for part in find_sections(text, "10-K") if part.name.startswith("Items"))
    assert third.items == tuple(sorted(BY_REFERENCE))
    assert third.by_reference


@pytest.mark.parametrize(("moved", "before"), [("7A", "7"), ("9B", "15"), ("1B", "1A")])
def test_an_item_out_of_the_forms_order_is_found_where_it_stands(moved: str, before: str) -> None:
    block = f"Item {moved}. {title(moved)}\n{body(moved)}\n"
    text = filing().replace(block, "")
    text = text.replace(f"Item {before}. {title(before)}", f"{block}Item {before}. {title(before)}")
    sections = find_sections(text, "10-K")
    assert sorted(names(sections)) == sorted(item.name for item in ITEMS)
    found = next(section for section in sections if section.name == f"Item {moved}")
    assert text[found.start : found.end] == block.strip()
    assert [section.start for section in sections] == sorted(part.start for part in sections)


INDEX = ["CROSS-REFERENCE INDEX", "Item\tPages", *contents("Item {n}.\t{t}\t{page}-99, 120")]
CHAPTERS = "\n".join(
    f"{chapter}\n{PROSE}"
    for chapter in (
        "OVERVIEW",
        "RISK FACTORS",
        "PROPERTIES",
        "MANAGEMENT’S DISCUSSION AND ANALYSIS",
    )
)


@pytest.mark.parametrize("lines", [[CHAPTERS, *INDEX], [*INDEX, CHAPTERS]], ids=["end", "start"])
def test_a_cross_reference_index_names_the_items_that_the_text_does_not_number(
    lines: list[str],
) -> None:
    text = "\n".join(["FORM 10-K", "Acme Corp.", *lines, "SIGNATURES", "By: A. Person"])
    sections = {section.name: section for section in find_sections(text, "10-K")}
    assert set(sections) == {item.name for item in ITEMS}
    risks, business = sections["Item 1A"], sections["Item 1"]
    assert text[risks.start : risks.end] == f"RISK FACTORS\n{PROSE}".strip()
    assert not risks.by_reference
    assert text[business.start : business.end].startswith("Item 1.\tBusiness\t1-99")
    assert business.by_reference
    starts = [section.start for section in find_sections(text, "10-K")]
    assert starts == sorted(starts)


def test_an_item_that_only_the_contents_name_is_looked_for_by_its_title() -> None:
    block, risks = f"Item 2. Properties\n{body('2')}", f"Item 1A. Risk Factors\n{body('1A')}"
    text = filing(before=contents("Item {n}.\t{t}\t{page}"))
    text = text.replace(block, f"PROPERTIES\n{body('2')}").replace(f"{risks}\n", "")
    sections = {section.name: section for section in find_sections(text, "10-K")}
    assert set(sections) == {item.name for item in ITEMS}
    properties, elsewhere = sections["Item 2"], sections["Item 1A"]
    assert text[properties.start : properties.end] == f"PROPERTIES\n{body('2')}".strip()
    assert not properties.by_reference
    assert elsewhere.by_reference
    assert "\n" not in text[elsewhere.start : elsewhere.end]


def test_an_index_that_says_not_applicable_points_nowhere() -> None:
    index = [line.replace("10-99, 120", "Not applicable") for line in INDEX]
    text = "\n".join(["FORM 10-K", "OVERVIEW", PROSE, *index])
    staff = next(part for part in find_sections(text, "10-K") if part.name == "Item 1C")
    assert text[staff.start : staff.end].endswith("Not applicable")
    assert not staff.by_reference


@pytest.mark.parametrize(
    "part", ["PART {p}. {w}", "PART {p} - {w}", "Part {p}\n{w}", "", "PART {p}"]
)
@pytest.mark.parametrize("entry", ["", "Item {n}.\t{t}\t{page}", "Item {n}. {t}"])
@pytest.mark.parametrize("left_out", [(), ("I 3", "I 4"), ("II 3", "II 4", "II 5"), ("II 1",)])
def test_the_two_parts_of_a_10_q_are_told_apart(
    part: str, entry: str, left_out: tuple[str, ...]
) -> None:
    words = {"I": "FINANCIAL INFORMATION", "II": "OTHER INFORMATION"}
    for heading in ("Item {n}. {t}", "ITEM {n}.\n{T}", "Part {p}, Item {n}. {t}"):
        lines = ["FORM 10-Q", "Acme Corp."]
        if entry:
            listed = [one for one in TEN_Q if f"{one.part} {one.number}" not in left_out]
            lines += [entry.format(n=one.number, t=one.title, page=5) for one in listed]
        current, expected = "", []
        for one in TEN_Q:
            if f"{one.part} {one.number}" in left_out:
                continue
            if part and one.part != current:
                lines.append(part.format(p=one.part, w=words[one.part]))
            current = one.part
            stated = {"n": one.number, "t": one.title, "T": one.title.upper(), "p": one.part}
            lines += [heading.format(**stated), PROSE]
            expected.append(one.name)
        assert names(find_sections("\n".join([*lines, "SIGNATURE"]), "10-Q")) == expected


def test_a_part_and_its_first_item_may_share_a_line() -> None:
    text = "\n".join(
        f"{heading}\n{PROSE}"
        for heading in (
            "PART I FINANCIAL INFORMATION Item 1. Financial Statements",
            "Item 2. Management’s Discussion and Analysis",
            "PART II. OTHER INFORMATION Item 1. Legal Proceedings",
            "Item 6. Exhibits",
        )
    )
    assert names(find_sections(text, "10-Q")) == [
        "Part I Item 1", "Part I Item 2", "Part II Item 1", "Part II Item 6",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ("Item 2.02 Results of Operations and Financial Condition", ("Item 2.02",)),
        ("ITEM 2 .02. RESULTS OF OPERATIONS", ("Item 2.02",)),
        ("Item 2.02Results of Operations", ("Item 2.02",)),
        ("Items 2.02 and 7.01. Results of Operations; Regulation FD", ("Item 2.02", "Item 7.01")),
        ("Item 2.02. Results of Operations; Item 7.01. Regulation FD.", ("Item 2.02", "Item 7.01")),
        ("Section 2 - Financial Information\nItem 2.02 Results of Operations", ("Item 2.02",)),
        ("Item 7.01 Regulation FD\nA.\nItem 5.02 Departure", ("Item 7.01", "Item 5.02")),
    ],
)  # fmt: skip
def test_the_items_of_an_8_k_come_in_many_spellings_and_orders(
    first: str, expected: tuple[str, ...]
) -> None:
    text = f"FORM 8-K\n{first}\n{PROSE}\nItem 9.01 Financial Statements and Exhibits\n(d) Exhibits"
    found = [name for section in find_sections(text, "8-K") for name in section.items]
    assert found == [*expected, "Item 9.01"]
