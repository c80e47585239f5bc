"""What can be typed, and what is said about what cannot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.monitor.query import EVERYTHING, Query, QuerySyntaxError, parse, unparse
from desktop_app.monitor.query.lexer import LONGEST
from desktop_app.monitor.query.nodes import (
    And,
    Compare,
    Flag,
    Has,
    Mode,
    Node,
    Not,
    Or,
    Pattern,
    Span,
    States,
    Text,
    Words,
)
from desktop_app.monitor.query.parser import DEEPEST, MOST
from tests.monitor.query.strategies import queries, typed

FAILED = States(("FAILURE",))
A, B, C = (Words(Pattern(letter)) for letter in "abc")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("state:failure", FAILED),
        ("STATE:Failed", FAILED),
        ("status:failed,retry", States(("RETRY", "FAILURE"))),
        ('state:"CHUNKED"', States(("CHUNKED",))),
        ("is:finished", States(("SUCCESS", "FAILURE", "REVOKED", "REJECTED"))),
        ("is:redelivered", Flag("redelivered", True)),
        ("redelivered:no", Flag("redelivered", False)),
        ("has:error", Has("exception")),
        ("worker:*", Has("worker")),
        ("task:forecast*", Text("task", (Pattern("forecast*", Mode.GLOB),))),
        ("name:=a.b", Text("task", (Pattern("a.b", Mode.EQUALS),))),
        ('queue:"a b",c', Text("queue", (Pattern("a b"), Pattern("c")))),
        ('args:"a*"', Text("args", (Pattern("a*"),))),
        ('args:"say \\"hi\\""', Text("args", (Pattern('say "hi"'),))),
        ("runtime:>5", Compare("runtime", (Span(low=5, above=True),))),
        ("runtime:1..5", Compare("runtime", (Span(1, 5),))),
        ("runtime:1m..", Compare("runtime", (Span(low=60),))),
        ("wait:>=2m", Compare("wait", (Span(low=120),))),
        ("wait:<500ms", Compare("wait", (Span(high=0.5, below=True),))),
        ("age:<1h30m", Compare("age", (Span(high=5400, below=True),))),
        ("age:<=1.5D", Compare("age", (Span(high=129_600),))),
        ("retries:>0", Compare("retries", (Span(low=0, above=True),))),
        ("retries:1,3", Compare("retries", (Span(1, 1), Span(3, 3)))),
        ('"free text"', Words(Pattern("free text"))),
        ("12:30", Words(Pattern("12:30"))),
        ("a-b", Words(Pattern("a-b"))),
        ("-", Words(Pattern("-"))),
        ('"and"', Words(Pattern("and"))),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a b or c", Or((And((A, B)), C))),
        ("a (b or c)", And((A, Or((B, C))))),
        ("(a (b)) c", And((A, B, C))),
        ("not a b", And((Not(A), B))),
        ("-a", Not(A)),
        ("-(a or b)", Not(Or((A, B)))),
        ("not not a", A),
    ],
)
def test_what_is_meant(text: str, meant: Node) -> None:
    assert parse(text) == Query(meant)


@pytest.mark.parametrize("text", ["", "   ", "\t\n"])
def test_nothing_typed_finds_everything(text: str) -> None:
    assert parse(text) == EVERYTHING
    assert parse(text).everything


@pytest.mark.parametrize(
    ("text", "marked", "told"),
    [
        ("a stat:x", "stat", "There is no field “stat”. Did you mean “state”?"),
        (
            "http://x",
            "http",
            "There is no field “http”. To search for it as text, put it in quotes.",
        ),
        ("state:failled", "failled", "There is no state “failled”. Did you mean “failed”?"),
        ("state:", "state:", "A value is missing for “state”. For example: state:failed"),
        ("task:a,", ",", "A value is missing for “task”."),
        ("runtime:>", ">", "A value is missing for “runtime”. For example: runtime:>5"),
        ("runtime:5", "5", "A duration is compared. For example: runtime:>5 or runtime:<5"),
        ("runtime:>fast", ">fast", "“fast” is not a duration."),
        ("runtime:>5y", ">5y", "“5y” is not a duration. Write it as 5, 500ms, 2m"),
        ("runtime:5..1", "5..1", "This range ends before it begins. Type 1..5"),
        ("retries:>1.5", ">1.5", "“1.5” is not a whole number."),
        ("task:>a", ">a", "“>” compares numbers, and “task” is a text."),
        ("redelivered:maybe", "maybe", "“redelivered” is either yes or no."),
        ('a "b c', '"b c', "This quotation mark is not closed."),
        ('a ""', '""', "There is nothing between these quotation marks."),
        ("(", "(", "This parenthesis is not closed."),
        ("a (or b)", "or", "Something is missing before “or”."),
        ('task:""', '""', "There is nothing between these quotation marks."),
        ("(a", "(", "This parenthesis is not closed."),
        ("a)", ")", "This parenthesis was never opened."),
        (")", ")", "This parenthesis was never opened."),
        ("a ()", "()", "There is nothing between these parentheses."),
        ("a or", "or", "Something is missing after “or”."),
        ("or a", "or", "Something is missing before “or”. To search for the word itself"),
        ("a not", "not", "Something is missing after “not”."),
        ("state:(a or b)", "state:(", "A parenthesis cannot follow “state:”."),
        ("*", "*", "This fits any task."),
        ("a\x00b", "\x00", "There is a control character here (U+0000). Remove it."),
    ],
)
def test_a_mistake_is_marked_and_told_in_plain_words(text: str, marked: str, told: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text)
    assert text[caught.value.start : caught.value.end] == marked
    assert str(caught.value).startswith(told)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 100_000,
        "(" * 10_000,
        "(" * (LONGEST - 1),
        "-" * LONGEST + "a",
        "not " * 900 + "a",
        "a " * (MOST + 1),
        f"task:{','.join('a' * (MOST + 1))}",
        "task:" + "*a" * 20,
        "runtime:>" + "9" * 3_000,
        '"',
        "\ud800",
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_what_is_too_much_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text)
    assert 0 <= caught.value.start <= caught.value.end <= len(text)
    assert caught.value.message.endswith(".")


def test_as_much_as_is_allowed_is_understood() -> None:
    assert parse("(" * DEEPEST + "a" + ")" * DEEPEST) == Query(A)
    assert parse(" or ".join(f"t{n}" for n in range(MOST))).root is not None


@given(typed)
def test_anything_typed_is_understood_or_refused_with_its_place(text: str) -> None:
    told = refusal(text)
    if told is None:
        assert parse(unparse(parse(text))) == parse(text)
    else:
        assert 0 <= told.start <= told.end <= len(text)
        assert told.message


def refusal(text: str) -> QuerySyntaxError | None:
    try:
        parse(text)
    except QuerySyntaxError as error:
        return error
    return None


@given(queries)
def test_a_search_written_out_means_the_same(query: Query) -> None:
    assert parse(unparse(query)) == query


@given(st.floats(0.0, 1e9, allow_subnormal=False).filter(lambda s: s == 0 or s > 1e-9))
def test_a_duration_written_out_is_the_same_to_the_last_digit(seconds: float) -> None:
    query = Query(Compare("runtime", (Span(low=seconds),)))
    assert parse(unparse(query)) == query


def test_only_durations_move_with_time() -> None:
    assert parse("a or not age:<1h").moves
    assert not parse("state:failed retries:>1 a").moves
