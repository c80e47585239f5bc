"""Percentiles of durations, whole and put together."""

import json

from hypothesis import given
from hypothesis import strategies as st

from worker_core.health.durations import (
    ACCURACY,
    LONGEST_S,
    SHORTEST_S,
    of_sketch,
    percentiles,
    sketch,
    together,
)

SECONDS = st.lists(st.floats(SHORTEST_S, 1e7), min_size=1, max_size=300)


def test_of_a_hundred_values_the_percentiles_are_the_values_of_those_ranks() -> None:
    assert percentiles([float(n) for n in range(100, 0, -1)]) == {
        "p50": 50.0,
        "p95": 95.0,
        "p99": 99.0,
    }


def test_of_a_few_values_the_rare_percentiles_are_the_largest() -> None:
    assert percentiles([3.0, 1.0, 2.0]) == {"p50": 2.0, "p95": 3.0, "p99": 3.0}


def test_of_nothing_there_is_no_percentile() -> None:
    assert percentiles([]) == {}
    assert of_sketch(sketch([])) == {}
    assert of_sketch({"3": 0}) == {}


@given(st.lists(SECONDS, min_size=1, max_size=4))
def test_sketches_put_together_tell_what_all_values_together_tell(parts: list[list[float]]) -> None:
    whole = percentiles([value for part in parts for value in part])
    summed = together(json.loads(json.dumps(sketch(part))) for part in parts)
    for name, value in of_sketch(summed).items():
        assert abs(value - whole[name]) <= ACCURACY * whole[name] * (1 + 1e-9)


def test_times_that_no_clock_tells_or_nobody_waits_for_have_a_place() -> None:
    counts = sketch([-5.0, 0.0, 1e12])
    assert sum(counts.values()) == 3
    found = of_sketch(counts)
    assert found["p50"] < 2 * SHORTEST_S
    assert found["p99"] < 2 * LONGEST_S
