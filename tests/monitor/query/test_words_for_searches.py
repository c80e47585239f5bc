"""A search as a sentence, and its states as buttons."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from desktop_app.monitor.query import Query, QuerySyntaxError, describe, parse, unparse
from desktop_app.monitor.query.edit import chosen_states, with_states
from desktop_app.monitor.query.nodes import And, Or, States
from desktop_app.monitor.rows import STATES
from tests.monitor.query.strategies import queries


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "All tasks"),
        ("state:failed,retrying", "Retrying or failed tasks"),
        (
            "state:failed task:forecasting.* runtime:>5",
            "Failed tasks whose name fits forecasting.* and that ran longer than 5 s",
        ),
        ("age:<1h", "Tasks that were sent less than 1 h ago"),
        ("wait:1m..5m", "Tasks that waited between 1 min and 5 min"),
        ("retries:>0", "Tasks that were tried again at least once"),
        ("retries:2", "Tasks that were tried again exactly 2 times"),
        ("ended:>=2d", "Tasks that ended at least 2 days ago"),
        ("not worker:gpu", "Tasks whose worker does not contain “gpu”"),
        (
            "not (worker:gpu or a)",
            "Tasks (whose worker does not contain “gpu” and that do not mention “a”)",
        ),
        (
            "has:traceback -redelivered:yes",
            "Tasks that have a known traceback and that were not delivered more than once",
        ),
        ("queue:=q runtime:<=0.2", "Tasks whose queue is “q” and that ran at most 200 ms"),
    ],
)
def test_a_search_is_told_in_a_sentence(text: str, said: str) -> None:
    assert describe(parse(text)) == said


@given(queries)
def test_every_search_can_be_told(query: Query) -> None:
    assert describe(query)[0].isupper()


@pytest.mark.parametrize(
    ("text", "states", "edited"),
    [
        ("", {"FAILURE"}, "state:failed"),
        ("state:failed", set(), ""),
        ("state:failure", {"FAILURE", "RETRY"}, "state:retrying,failed"),
        ("a  b", {"FAILURE"}, "state:failed a  b"),
        ("a state:retry  b", {"FAILURE"}, "a state:failed  b"),
        ("a and state:retry and b", set(), "a and b"),
        ("a and b and state:retry", set(), "a and b"),
        ("state:retry and b", set(), "b"),
        ("state:a1 x".replace("a1", "retry"), set(), "x"),
        ("a or b", {"FAILURE"}, "state:failed (a or b)"),
        ("(a or b)", {"FAILURE"}, "state:failed (a or b)"),
        ("(a) or (b)", {"FAILURE"}, "state:failed ((a) or (b))"),
        ("state:failed or a", {"RETRY"}, "state:retrying (state:failed or a)"),
        ("state:failed state:retry a", {"RETRY"}, "state:retrying a"),
        ("not state:failed", {"RETRY"}, "state:retrying not state:failed"),
    ],
)
def test_choosing_states_leaves_the_rest_as_it_was_typed(
    text: str, states: set[str], edited: str
) -> None:
    assert with_states(text, states) == edited


def test_a_search_that_cannot_be_understood_is_not_changed() -> None:
    with pytest.raises(QuerySyntaxError):
        with_states("state:", {"FAILURE"})


@given(queries, st.sets(st.sampled_from(STATES)))
def test_the_states_chosen_are_those_that_the_search_then_has(
    query: Query, states: set[str]
) -> None:
    text = with_states(unparse(query), states)
    after = parse(text)
    assert chosen_states(after.root) == states
    if isinstance(query.root, Or) or query.root is None:
        return
    rest = query.root.parts if isinstance(query.root, And) else (query.root,)
    kept = [part for part in rest if not isinstance(part, States)]
    assume(kept)
    found = after.root.parts if isinstance(after.root, And) else (after.root,)
    assert [part for part in found if not isinstance(part, States)] == kept


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("state:failed a", {"FAILURE"}),
        ("state:failed,retry state:failed", {"FAILURE"}),
        ("state:failed or a", set()),
        ("not state:failed", set()),
        ("is:finished", {"SUCCESS", "FAILURE", "REVOKED", "REJECTED"}),
    ],
)
def test_the_states_of_a_search(text: str, states: set[str]) -> None:
    assert chosen_states(parse(text).root) == states
