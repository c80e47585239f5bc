"""What is offered while one types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.monitor.query import Completion, Vocabulary, complete
from tests.monitor.query.strategies import typed

KNOWN = Vocabulary(
    names=("documents.parse", "forecasting.backtest", "forecasting.run"),
    queues=("documents", "very slow"),
    workers=("gpu@host", "w1@host"),
)


def offered(text: str, cursor: int | None = None) -> list[str]:
    place = len(text) if cursor is None else cursor
    return [completion.text for completion in complete(text, place, KNOWN)]


def taken(text: str, completion: Completion) -> str:
    return text[: completion.start] + completion.text + text[completion.end :]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("", ["state:", "task:", "queue:"]),
        ("ret", ["retries:", "state:retrying"]),
        ("STA", ["state:"]),
        ("not wor", ["worker:"]),
        ("-wor", ["worker:"]),
        ("(sta", ["state:"]),
        ("gpu", ["worker:gpu@host"]),
        ("state:", ["waiting", "received", "running"]),
        ("state:fa", ["failed", "failure"]),
        ("state:failed,re", ["received", "retrying", "revoked", "rejected"]),
        ("task:", ["documents.*", "forecasting.*", "documents.parse"]),
        ("task:run", ["forecasting.run"]),
        ("task:=forecasting.r", ["forecasting.run"]),
        ("queue:ver", ['"very slow"']),
        ('queue:"very s', ['"very slow"']),
        ("runtime:", [">", "<", ">=", "<=", "1m..5m"]),
        ("runtime:>5", ["5ms", "5s", "5m", "5h", "5d", "5w"]),
        ("runtime:1..5", ["1..5ms", "1..5s"]),
        ("age:<1h", []),
        ("redelivered:", ["yes", "no"]),
        ("is:fin", ["finished"]),
        ("has:tr", ["traceback"]),
        ("nothing:", []),
        ('"free sta', []),
    ],
)
def test_what_fits_is_offered_best_first(text: str, first: list[str]) -> None:
    assert offered(text)[: len(first) or None] == first


def test_what_is_complete_is_not_offered_again() -> None:
    assert offered("task:forecasting.run") == []
    assert "failed" not in offered("state:failed")


def test_a_completion_takes_the_place_of_the_whole_word_around_the_cursor() -> None:
    text = "stXYZ or state:faXYZ,retrying"
    (field, *_) = complete(text, 2, KNOWN)
    assert taken(text, field) == "state: or state:faXYZ,retrying"
    (state, *_) = complete(text, text.index("fa") + 2, KNOWN)
    assert taken(text, state) == "stXYZ or state:failed,retrying"
    text = "runtime:>5 x"
    (unit, *_) = complete(text, 10, KNOWN)
    assert taken(text, unit) == "runtime:>5ms x"


@given(typed, st.integers(0, 60), st.lists(st.text(max_size=8), max_size=4))
def test_anything_typed_can_be_completed(text: str, cursor: int, names: list[str]) -> None:
    place = min(cursor, len(text))
    for completion in complete(text, place, Vocabulary(names, names, names)):
        assert completion.start <= place <= completion.end <= len(text)
        assert taken(text, completion) != text
