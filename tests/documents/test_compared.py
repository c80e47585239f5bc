"""Two texts held against each other: what is told is true of both, whatever they are."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker_core.documents import Section
from worker_core.documents import compared as module
from worker_core.documents.compared import LineChange, SectionChange, Side, compare_texts

OLD = """Harrow Vale Instruments
Item 1. Business
We make balances and gauges.
We sell them in 40 countries.
Item 1A. Risk Factors
A supplier may fail.
Demand may fall.
Item 3. Legal Proceedings
None.
"""
NEW = """Harrow Vale Instruments
Item 1. Business
We make balances, gauges and sensors.
We sell them in 40 countries.
Item 1A. Risk Factors
Rates may rise.
A supplier may fail.
Item 9. Controls
They are effective.
"""


def sections(text: str, *names: str) -> list[Section]:
    starts = [text.index(f"{name}.") for name in names]
    return [
        Section(name, name, start, end)
        for name, start, end in zip(names, starts, [*starts[1:], len(text)], strict=True)
    ]


def filings() -> dict[str, SectionChange]:
    found = compare_texts(
        OLD,
        NEW,
        sections(OLD, "Item 1", "Item 1A", "Item 3"),
        sections(NEW, "Item 1", "Item 1A", "Item 9"),
    )
    return {one.name: one for one in found}


def marked(side: Side | None) -> list[str]:
    return [] if side is None else [side.text[start:end] for start, end in side.marks]


def test_sections_are_told_in_the_order_of_the_later_filing_with_what_became_of_them() -> None:
    assert [(name, one.kind) for name, one in filings().items()] == [
        ("", "same"),
        ("Item 1", "changed"),
        ("Item 1A", "changed"),
        ("Item 3", "removed"),
        ("Item 9", "added"),
    ]


def test_a_changed_line_tells_the_words_that_came_and_went() -> None:
    (change,) = filings()["Item 1"].changes
    assert change.unchanged == 1
    assert marked(change.before) == ["gauges"]
    assert marked(change.after) == [", gauges", "sensors"]


def test_lines_that_came_and_went_are_told_whole() -> None:
    risks = filings()["Item 1A"]
    assert [(marked(one.before), marked(one.after)) for one in risks.changes] == [
        ([], ["Rates may rise."]),
        (["Demand may fall."], []),
    ]
    assert (risks.added, risks.removed) == (4, 4)


def test_what_only_one_filing_has_is_told_with_its_place_there() -> None:
    gone, come = filings()["Item 3"], filings()["Item 9"]
    assert gone.after is None
    assert gone.before == (OLD.index("Item 3"), len(OLD))
    assert come.before is None
    assert [one.after.text for one in come.changes if one.after] == [
        "Item 9. Controls",
        "They are effective.",
    ]


def test_texts_without_a_section_in_common_are_compared_as_wholes() -> None:
    (whole,) = compare_texts(OLD, NEW, sections(OLD, "Item 3"), sections(NEW, "Item 9"))
    assert (whole.name, whole.kind) == ("", "changed")
    assert (whole.before, whole.after) == ((0, len(OLD)), (0, len(NEW)))


def test_sections_of_one_name_are_paired_in_their_order() -> None:
    old, new = "a one\nb x\na two\n", "a one\nb x\na three\n"
    places = [Section("a", "", 0, 6), Section("b", "", 6, 10), Section("a", "", 10, 16)]
    longer = [*places[:2], Section("a", "", 10, 18)]
    kinds = [one.kind for one in compare_texts(old, new, places, longer)]
    assert kinds == ["same", "same", "changed"]


def test_blanks_and_empty_lines_are_no_change() -> None:
    (whole,) = compare_texts("Net  sales\n\n\nrose.\n", " Net sales\nrose.")
    assert whole.kind == "same"


@pytest.mark.parametrize(("before", "after", "kinds"), [("", "", []), ("", "x", ["added"])])
def test_an_empty_text_has_no_line_to_compare(before: str, after: str, kinds: list[str]) -> None:
    (whole,) = compare_texts(before, after)
    assert [("added" if one.before is None else "other") for one in whole.changes] == kinds


def test_sections_that_lie_outside_of_the_text_are_left_out() -> None:
    wrong = [Section("x", "", 2, 900), Section("y", "", -1, 2), Section("z", "", 5, 4)]
    (whole,) = compare_texts("one\n", "two\n", wrong, wrong)
    assert whole.name == ""


def test_no_more_is_told_than_the_bound_and_the_rest_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_CHANGES", 10)
    old = "".join(f"line {n} of the one\n\n" for n in range(40))
    (whole,) = compare_texts(old, old.replace("one", "other"))
    assert len(whole.changes) == 10
    assert whole.untold == 30
    assert whole.removed == whole.added == 40


@pytest.mark.slow
def test_hostile_texts_take_bounded_work() -> None:
    """Lines that all say the same, lines of which none does, and lines without an end."""
    chance = random.Random(3)
    same = "the same words again and again\n"
    apart = "\n".join(" ".join(chance.choices("abcdefgh", k=9)) for _ in range(30_000))
    other = "\n".join(" ".join(chance.choices("abcdefgh", k=9)) for _ in range(30_000))
    endless = " ".join(str(chance.random()) for _ in range(100_000))
    for before, after in (
        (same * 50_000, same * 40_000 + "end"),
        (same * 20_000 + "x", "y\n" + same * 20_000),
        (apart, other),
        (endless, endless[::-1]),
    ):
        (whole,) = compare_texts(before, after)
        assert whole.kind == "changed"


LINES = st.lists(st.sampled_from(["a b c", "a b d", "x", "y z", "", "a b c d e"]), max_size=14)


def _sides(whole: SectionChange, which: str) -> list[Side]:
    found = [getattr(change, which) for change in whole.changes]
    return [side for side in found if side is not None]


@settings(deadline=None)
@given(LINES, LINES)
def test_what_is_told_leads_from_the_one_text_to_the_other(old: list[str], new: list[str]) -> None:
    before, after = "\n".join(old), "\n".join(new)
    (whole,) = compare_texts(before, after)
    for text, sides in ((before, _sides(whole, "before")), (after, _sides(whole, "after"))):
        assert all(text[side.start : side.end] == side.text for side in sides)
        assert [side.start for side in sides] == sorted({side.start for side in sides})
    # Lines that are not told of are the same in both, and in the same order.
    rest = [
        [line for line, at in _placed(lines) if line and at not in {s.start for s in sides}]
        for lines, sides in ((old, _sides(whole, "before")), (new, _sides(whole, "after")))
    ]
    assert rest[0] == rest[1]
    assert sum(change.unchanged for change in whole.changes) <= len(rest[0])
    assert (whole.kind == "same") == ([x for x in old if x] == [x for x in new if x])


def _placed(lines: list[str]) -> list[tuple[str, int]]:
    placed, at = [], 0
    for line in lines:
        placed.append((line, at))
        at += len(line) + 1
    return placed


@given(st.lists(st.text("ab. ,", max_size=8), max_size=4))
def test_a_text_is_the_same_as_itself(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert all(one.kind == "same" for one in compare_texts(text, text))
    assert LineChange(None, None).unchanged == 0
