"""Spans without knowledge, as the bands that a chart shows."""

from collections.abc import Iterable

Span = tuple[float, float]


def bands(spans: Iterable[Span], near: float = 0.0) -> list[Span]:
    """The spans in their order, those that overlap or lie no more than ``near`` apart as one: a
    connection that flaps for days must not cost a band each time."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start - found[-1][1] <= near:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
