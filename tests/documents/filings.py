"""Annual reports made up of a form's items, in the many ways in which filings set them."""

import textwrap
from collections.abc import Callable, Iterable
from html import escape

from worker_core.documents.forms import TEN_K, Item
from worker_core.documents.model import Section

PROSE = "The company sells products to customers in many markets and expects growth to go on. " * 8
REFERENCE = "The information required is incorporated herein by reference to the Proxy Statement."
ITEMS = [item for item in TEN_K if item.number != "4A"]
BY_REFERENCE = {"Item 10", "Item 11", "Item 12", "Item 13", "Item 14"}
OLD_ITEMS = (
    ("1", "Business"),
    ("2", "Properties"),
    ("3", "Legal Proceedings"),
    ("4", "Submission of Matters to a Vote of Security Holders"),
    ("5", "Market for Registrant's Common Equity and Related Stockholder Matters"),
    ("6", "Selected Financial Data"),
    ("7", "Management's Discussion and Analysis of Financial Condition and Results of Operations"),
    ("8", "Financial Statements and Supplementary Data"),
    ("9", "Changes in and Disagreements with Accountants on Accounting and Financial Disclosure"),
    ("10", "Directors and Executive Officers of the Registrant"),
    ("11", "Executive Compensation"),
    ("12", "Security Ownership of Certain Beneficial Owners and Management"),
    ("13", "Certain Relationships and Related Transactions"),
    ("14", "Exhibits, Financial Statement Schedules, and Reports on Form 8-K"),
)
"""The items of the 1990s."""

Heading = str | Callable[[Item], str]


def body(number: str) -> str:
    """What the item says."""
    if number in {"1B", "9"}:
        return "None."
    if number in {"4", "9C", "16"}:
        return "Not applicable."
    if f"Item {number}" in BY_REFERENCE:
        return REFERENCE
    return "" if number == "6" else f"About {number}. {PROSE}"


def contents(entry: str) -> list[str]:
    """A table of contents; ``entry`` with ``{n}``, ``{t}``, ``{page}``."""
    return [
        line
        for place, item in enumerate(ITEMS)
        for line in entry.format(n=item.number, t=item.title, page=3 * place + 1).split("\n")
    ]


def title(number: str) -> str:
    """The title of an item."""
    return next(item.title for item in ITEMS if item.number == number)


def heading_of(item: Item, heading: Heading) -> str:
    """``heading`` with ``{n}``, ``{t}``, ``{T}`` (capitals) and ``{p}`` filled in."""
    if not isinstance(heading, str):
        return heading(item)
    return heading.format(n=item.number, t=item.title, T=item.title.upper(), p=item.part)


def filing(
    heading: Heading = "Item {n}. {t}",
    before: Iterable[str] = (),
    after_each: str = "",
) -> str:
    """The text of a 10-K with every item; ``after_each`` stands below each item's text."""
    lines = ["FORM 10-K", "Annual report of Acme Corp.", *before]
    part = ""
    for item in ITEMS:
        if item.part != part:
            part = item.part
            lines.append(f"PART {part}")
        lines += [heading_of(item, heading), body(item.number)]
        if after_each:
            lines.append(after_each.format(n=item.number, t=item.title, T=item.title.upper()))
    return "\n".join([*lines, "SIGNATURES", "Pursuant to the requirements of the Act."])


def page(heading: str, row: str = "", below: str = "") -> bytes:
    """A 10-K as HTML; ``row`` of its table of contents, and what is ``below`` each item."""
    parts = ["<html><body><p>FORM 10-K</p><p>Annual report of Acme Corp.</p>"]
    if row:
        rows = (
            row.format(n=item.number, t=escape(item.title), page=4 * place + 2)
            for place, item in enumerate(ITEMS)
        )
        parts.append(f"<table>{''.join(rows)}</table>")
    part = ""
    for item in ITEMS:
        if item.part != part:
            part = item.part
            parts.append(f"<p><b>PART {part}</b></p>")
        parts.append(
            heading.format(n=item.number, t=escape(item.title), T=escape(item.title.upper()))
        )
        if said := body(item.number):
            parts.append(f"<div>{escape(said)}</div>{below}")
    parts.append("<p>SIGNATURES</p><p>Pursuant to the Act.</p></body></html>")
    return "".join(parts).encode()


def typed(heading: str, *, with_contents: bool) -> bytes:
    """A 10-K of the 1990s: lines of a typewriter's width, page numbers, ``<PAGE>``."""
    lines = [f"{'FORM 10-K':^75}", "", f"{'ANNUAL REPORT PURSUANT TO SECTION 13':^75}", ""]
    if with_contents:
        lines += [f"{'TABLE OF CONTENTS':^75}", "", f"{'Page':>70}", "PART I"]
        for place, (number, name) in enumerate(OLD_ITEMS):
            lines.append(f"{f'Item {number}.  {name} '[:66]:.<68} {3 * place + 1}")
        lines += ["", "<PAGE>", ""]
    parts = {"1": "PART I", "5": "PART II", "10": "PART III", "14": "PART IV"}
    for place, (number, name) in enumerate(OLD_ITEMS):
        if number in parts:
            lines += ["", f"{parts[number]:^75}", ""]
        lines += textwrap.wrap(heading.format(n=number, t=name, T=name.upper()), 75)
        if number in {"10", "11", "12", "13"}:
            said = f"     {REFERENCE} It is the one for the meeting of 1996."
            lines += ["", *textwrap.wrap(said, 75), ""]
            continue
        lines += ["", *textwrap.wrap(f"     About {number}. {PROSE}", 75), ""]
        lines += [f"{place + 2:^75}", "<PAGE>", ""]
        lines += [*textwrap.wrap(f"     As described in Item 7 of this report, {PROSE}", 75), ""]
    lines += [f"{'SIGNATURES':^75}", "", "Pursuant to the requirements of the Act."]
    return "\n".join(lines).encode()


def names(sections: tuple[Section, ...]) -> list[str]:
    """Of the sections, in their order."""
    return [section.name for section in sections]


def assert_complete(text: str, sections: tuple[Section, ...], *, spare: int = 200) -> None:
    """Every item is there, with its own text and little else."""
    assert names(sections) == [item.name for item in ITEMS]
    for section, item in zip(sections, ITEMS, strict=True):
        assert body(item.number).strip() in text[section.start : section.end]
        assert section.end - section.start < len(body(item.number)) + spare
    assert {section.name for section in sections if section.by_reference} == BY_REFERENCE
