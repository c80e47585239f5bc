"""Searches and rows for property tests: few values, so that they meet."""

import string

from hypothesis import strategies as st

from desktop_app.monitor.query import fields
from desktop_app.monitor.query.fields import FIELDS, Kind
from desktop_app.monitor.query.nodes import (
    Compare,
    Flag,
    Has,
    Mode,
    Node,
    Pattern,
    Query,
    Span,
    States,
    Text,
    Words,
    conjunction,
    disjunction,
    negation,
)
from desktop_app.monitor.rows import STATES, TaskRow

NOW = 1_000.0
TEXTS = ["a", "ab", "abc", "aBc d", "ab%c", "x_y\\z", "forecasting.run", "'q\"t'", "äÖ-abc", "Ab"]

texts = st.sampled_from(TEXTS) | st.text("abC.%_\\äÖ -", max_size=6)
wanted = st.sampled_from(
    ["a", "ab", "abc", "ABC", "b%", "_", "\\", '"', "run", "ä", "Ö-ab", "f-0a"]
)
globs = st.text("abc*?._%ä", min_size=1, max_size=6).filter(
    lambda text: (
        ("*" in text or "?" in text)
        and text.strip("*?")
        and text.count("*") <= 8
        and "**" not in text
    )
)


def patterns(modes: tuple[Mode, ...] = tuple(Mode)) -> st.SearchStrategy[Pattern]:
    made = {
        Mode.CONTAINS: st.builds(Pattern, wanted | texts.filter(bool)),
        Mode.EQUALS: st.builds(Pattern, texts.filter(bool), st.just(Mode.EQUALS)),
        Mode.GLOB: st.builds(Pattern, globs, st.just(Mode.GLOB)),
    }
    return st.one_of([made[mode] for mode in modes])


numbers = st.sampled_from([0.0, 0.001, 0.5, 1.0, 2.0, 60.0, 90.0, 3600.0, 86400.0])
counts = st.sampled_from([0.0, 1.0, 2.0, 5.0])


def spans(values: st.SearchStrategy[float]) -> st.SearchStrategy[Span]:
    return st.one_of(
        st.builds(lambda low, above: Span(low=low, above=above), values, st.booleans()),
        st.builds(lambda high, below: Span(high=high, below=below), values, st.booleans()),
        st.tuples(values, values).map(lambda ends: Span(min(ends), max(ends))),
    )


def unique(values: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(values, min_size=1, max_size=3, unique=True).map(tuple)


def named(*kinds: Kind) -> list[str]:
    return [field.name for field in FIELDS.values() if field.kind in kinds]


leaves: st.SearchStrategy[Node] = st.one_of(
    st.builds(Words, patterns((Mode.CONTAINS, Mode.GLOB))),
    st.builds(Text, st.sampled_from(named(Kind.TEXT)), unique(patterns())),
    st.builds(
        States,
        st.sets(st.sampled_from([*STATES, "CUSTOM"]), min_size=1).map(fields.in_order),
    ),
    st.builds(Compare, st.sampled_from(named(Kind.DURATION)), unique(spans(numbers))),
    st.builds(Compare, st.just("retries"), unique(spans(counts))),
    st.builds(Flag, st.just("redelivered"), st.booleans()),
    st.builds(Has, st.sampled_from([field.name for field in FIELDS.values() if field.column])),
)

nodes: st.SearchStrategy[Node] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        inner.map(negation),
        st.lists(inner, min_size=2, max_size=4).map(conjunction),
        st.lists(inner, min_size=2, max_size=4).map(disjunction),
    ),
    max_leaves=8,
)

queries = st.builds(Query, st.none() | nodes)

moments = st.none() | st.sampled_from([0.0, 100.0, 400.0, 910.0, 998.0, 999.0, 999.5, 1_001.0])
maybe = st.none() | texts

rows = st.builds(
    TaskRow,
    seq=st.just(0),
    uuid=st.sampled_from(["f-0a", "f-0b", "abc-1", "Abc"]),
    first_seen=st.sampled_from([100.0, 940.0, 999.0]),
    last_seen=st.just(999.0),
    name=texts,
    queue=texts,
    state=st.sampled_from([*STATES, "CUSTOM"]),
    args=maybe,
    kwargs=maybe,
    worker=maybe,
    sent=moments,
    received=moments,
    started=moments,
    finished=moments,
    runtime=st.none() | numbers,
    retries=st.integers(0, 3),
    exception=maybe,
    traceback=maybe,
    result=maybe,
    root_id=maybe,
    parent_id=maybe,
    redelivered=st.none() | st.booleans(),
    reason=st.none() | st.just("its worker is silent"),
)

typed = st.text(string.printable + "äß“”…\u202e😀\x00") | st.lists(
    st.sampled_from(
        [
            "state:",
            "failed",
            "(",
            ")",
            "or",
            "and",
            "not",
            "-",
            '"',
            " ",
            ",",
            ":",
            ">",
            "..",
            "5",
            "runtime:",
            "m",
            "*",
            "?",
            "task:",
            "x",
            "=",
            "\\",
            "is:",
            "has:",
            "age:<1h",
            "\x00",
        ]
    )
).map("".join)
