"""Items are found by their headings however a filing lists, repeats, splits or joins them."""

import pytest

from tests.documents.filings import (
    BY_REFERENCE,
    ITEMS,
    PROSE,
    REFERENCE,
    assert_complete,
    body,
    contents,
    filing,
    names,
)
from worker_core.documents.forms import TEN_Q
from worker_core.documents.sections import find_sections


@pytest.mark.parametrize(
    "entry",
    [
        "Item {n}.\t{t}\t{page}",
        "Item {n}. {t}",
        "ITEM {n}. {t} ........ {page}",
        "Item {n}.\n{t}\n{page}",
    ],
    ids=["pages in a column", "no pages", "dot leaders", "on lines of their own"],
)
def test_a_table_of_contents_loses_to_the_body(entry: str) -> None:
    text = filing(before=["TABLE OF CONTENTS", *contents(entry)])
    assert_complete(text, find_sections(text, "10-K"))


def test_an_index_at_the_end_loses_as_well() -> None:
    text = filing() + "\nCROSS-REFERENCE INDEX\n" + "\n".join(contents("Item {n}.\t{t}\t{page}"))
    assert_complete(text, find_sections(text, "10-K"))


@pytest.mark.parametrize(
    "heading",
    [
        "ITEM {n} - {t}",
        "Item {n}: {t}",
        "item {n}. {t}",
        "Item {n}.\t{t}",
        "Item {n}.\n{t}",
        "Part {p}, Item {n}. {t}",
        "I T E M {n}. {t}",
        "ITEM {n}.{t}",
        "Item ({n}) {t}",
        "* Item {n}. {t} *",
    ],
)
def test_headings_are_found_in_many_spellings(heading: str) -> None:
    text = filing(heading)
    assert_complete(text, find_sections(text, "10-K"))


def test_a_heading_that_is_repeated_on_every_page_begins_its_item_once() -> None:
    text = filing().replace(PROSE, f"{PROSE}\nItem 7. Discussion (continued)\n{PROSE}")
    sections = find_sections(text, "10-K")
    assert names(sections) == [item.name for item in ITEMS]


def test_references_at_the_start_of_a_line_are_no_headings() -> None:
    before = [
        "Item 1A. Risk Factors of this report describes what may go wrong.",
        "Item 7 of the annual report, and",
        "Item 8. Financial Statements, says more.",
    ]
    text = filing(before=before)
    assert_complete(text, find_sections(text, "10-K"))


def test_text_on_the_line_of_its_heading_belongs_to_the_item() -> None:
    lines = ["FORM 10-K"]
    lines += [f"Item {item.number}. {item.title}. {body(item.number)}" for item in ITEMS]
    sections = find_sections("\n".join(lines), "10-K")
    assert names(sections) == [item.name for item in ITEMS]


def test_items_under_one_heading_are_one_section() -> None:
    text = filing().replace("Item 1. Business", "Items 1 and 2. Business and Properties")
    text = text.replace(f"Item 2. Properties\n{body('2')}\n", "")
    sections = find_sections(text, "10-K")
    assert names(sections)[:3] == ["Items 1 and 2", "Item 1A", "Item 1B"]
    assert sections[0].title == "Business and Properties"


def test_items_listed_above_one_reference_share_it() -> None:
    text = filing()
    for number in ("10", "11", "12", "13"):
        title = next(item.title for item in ITEMS if item.number == number)
        text = text.replace(f"Item {number}. {title}\n{REFERENCE}", f"Item {number}. {title}")
    assert {
        section.name for section in find_sections(text, "10-K") if section.by_reference
    } == BY_REFERENCE


def test_an_item_keeps_the_title_of_its_time() -> None:
    old = "Submission of Matters to a Vote of Security Holders"
    text = filing().replace("Mine Safety Disclosures", old)
    assert next(part for part in find_sections(text, "10-K") if part.name == "Item 4").title == old


def test_titles_without_numbers_are_taken_where_no_item_has_one() -> None:
    text = "\n".join(line for item in ITEMS for line in (item.title.upper(), body(item.number)))
    assert names(find_sections(text, "10-K")) == [item.name for item in ITEMS]


def test_footers_and_the_next_parts_heading_are_not_of_the_item() -> None:
    text = (
        "Item 1. Business\nWe sell.\nAcme Corp. | 2024 Form 10-K | 17\nPART II\nItem 7. Discussion"
    )
    first, _ = find_sections(text, "10-K")
    assert text[first.start : first.end] == "Item 1. Business\nWe sell."


def test_a_10_q_names_the_part_of_each_item() -> None:
    lines = ["FORM 10-Q"]
    lines += [f"Item {item.number}. {item.title}\t{n}" for n, item in enumerate(TEN_Q)]
    part = ""
    for item in TEN_Q:
        if item.part != part:
            part = item.part
            lines.append(f"PART {part}. {'FINANCIAL' if part == 'I' else 'OTHER'} INFORMATION")
        lines += [f"ITEM {item.number}. {item.title.upper()}", PROSE]
    text = "\n".join(lines)
    sections = find_sections(text, "10-Q")
    assert names(sections) == [item.name for item in TEN_Q]
    assert names(sections)[4:6] == ["Part II Item 1", "Part II Item 1A"]
    assert all(section.end - section.start > len(PROSE) for section in sections)


def test_the_titles_tell_the_parts_of_a_10_q_that_does_not_name_them() -> None:
    text = "\n".join(
        f"Item {number}. {title}\n{PROSE}"
        for number, title in [
            ("1", "Financial Statements"),
            ("2", "Management's Discussion and Analysis"),
            ("1", "Legal Proceedings"),
            ("6", "Exhibits"),
        ]
    )
    assert names(find_sections(text, "10-Q")) == [
        "Part I Item 1", "Part I Item 2", "Part II Item 1", "Part II Item 6",
    ]  # fmt: skip


def test_an_8_k_has_its_items_by_number_old_and_new() -> None:
    new = (
        "FORM 8-K\nItem 2.02. Results of Operations and Financial Condition.\n"
        "Attached as Exhibit 99.1 and incorporated herein by reference is a press release.\n"
        "Item 9.01. Financial Statements and Exhibits.\n(d) Exhibits.\nSIGNATURES\nBy: A. Person"
    )
    results, exhibits = find_sections(new, "8-K")
    assert (results.name, results.by_reference) == ("Item 2.02", True)
    assert new[exhibits.start : exhibits.end].endswith("(d) Exhibits.")
    old = "FORM 8-K\nITEM 5 - OTHER EVENTS\nThe Company announced its results."
    assert names(find_sections(old, "8-K")) == ["Item 5"]


def test_a_filing_without_items_has_no_sections() -> None:
    assert find_sections(f"FORM 10-K\n{PROSE}", "10-K") == ()
    assert find_sections(filing(), "EX-99.1") == ()


def test_items_are_found_in_a_report_that_does_not_say_what_it_is() -> None:
    assert names(find_sections(filing(), None)) == [item.name for item in ITEMS]
    assert find_sections("Item 1. Business\nWe sell.", None) == ()
