"""Dividends against the prices and the source's own adjusted close."""

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from worker_core.market.bars import Action, Floats
from worker_core.market.quality.subject import Subject
from worker_core.market.records import Finding

_LARGE = 0.1
_TINY = 5e-4
_DAYS_APART = 7


def _paid(subject: Subject) -> Iterator[tuple[Action, int, float]]:
    """Each dividend with its row and the close before it, in shares of the ex date."""
    for action in subject.actions:
        row = subject.row(action.ex_date)
        if action.kind != "dividend" or not 0 < row < len(subject.bars):
            continue
        before = float(subject.bars.close[row - 1])
        if not subject.split_adjusted:
            for split in subject.actions:
                if split.kind == "split" and split.ex_date == action.ex_date:
                    before /= split.value
        if before > 0:
            yield action, row, before


def twice(subject: Subject) -> Iterator[Finding]:
    """Two dividends of about one size within a week: one of them is a ghost."""
    paid = sorted(
        (one for one in subject.actions if one.kind == "dividend"), key=lambda one: one.ex_date
    )
    for first, second in pairwise(paid):
        apart = (second.ex_date - first.ex_date).days
        if apart <= _DAYS_APART and 0.7 < second.value / first.value < 1.4:
            yield Finding(
                "dividend_twice",
                "error",
                "flagged",
                f"Dividends of {first.value:g} and {second.value:g} are {apart} days apart: one of "
                "them seems to be counted twice.",
                (first.ex_date, second.ex_date),
                2,
                {"amounts": [first.value, second.value]},
            )


def size(subject: Subject) -> Iterator[Finding]:
    """Dividends that the price does not know of, and dividends too small to be any."""
    paid = list(_paid(subject))
    bars = subject.bars
    too_large = [
        (action, row, before)
        for action, row, before in paid
        if action.value / before > _LARGE
        and before - np.fmin(bars.low[row], bars.close[row]) < 0.4 * action.value
    ]
    if too_large:
        action, row, before = max(too_large, key=lambda one: one[0].value / one[2])
        yield Finding(
            "dividend_size",
            "error",
            "flagged",
            f"{len(too_large)} dividends are far larger than the fall of the price on their day, "
            f"such as {action.value:g} on {action.ex_date} where the price went from {before:g} to "
            f"{bars.close[row]:g}: another unit or currency.",
            tuple(one.ex_date for one, _, _ in too_large),
            len(too_large),
            {"share_of_price": action.value / before},
        )
    tiny = [action for action, _, before in paid if action.value / before < _TINY]
    if len(tiny) >= 3 and 2 * len(tiny) > len(paid):
        yield Finding(
            "dividend_size",
            "warning",
            "flagged",
            f"{len(tiny)} of {len(paid)} dividends are less than {_TINY * 100:.2f} % of the price: "
            "another unit, such as pounds for pence.",
            tuple(action.ex_date for action in tiny),
            len(tiny),
            {"median": float(np.median([action.value for action in tiny]))},
        )


def adjustment(subject: Subject) -> Iterator[Finding]:
    """Steps of the source's adjusted close that do not fit the declared dividends."""
    if subject.adjusted.size != len(subject.bars) or len(subject.bars) < 2:
        return
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.log(subject.adjusted / subject.bars.close)
    steps = ratio[:-1] - ratio[1:]
    if not np.isfinite(steps).any():
        return
    expected = np.zeros(steps.size)
    for action, row, before in _paid(subject):
        left = 1 - action.value / before
        expected[row - 1] += math.log(left) if left > 0 else -math.inf
    if not subject.split_adjusted:
        for action in subject.actions:
            row = subject.row(action.ex_date)
            if action.kind == "split" and 0 < row < len(subject.bars):
                expected[row - 1] -= math.log(action.value)
    # In weekly bars the ex date lies within a week, and the step behind it.
    weekly = float(np.median(np.diff(subject.bars.dates).astype(int))) > 3
    rows = [
        row + 1
        for row in range(steps.size)
        if _off(steps[row], expected[row])
        and not (weekly and not _off(_around(steps, row), _around(expected, row)))
    ]
    if rows:
        worst = max(rows, key=lambda row: abs(steps[row - 1] - max(expected[row - 1], -9)))
        yield Finding(
            "dividend_adjustment",
            "warning",
            "flagged",
            f"On {len(rows)} days the source's adjusted close does not step as the declared "
            f"actions say, most on {subject.bars.dates[worst]}: by "
            f"{_factor(steps[worst - 1]):.4f} instead of {_factor(expected[worst - 1]):.4f}. "
            "Ours is derived and does not use it.",
            subject.days(rows),
            len(rows),
            {"step": _factor(steps[worst - 1]), "declared": _factor(expected[worst - 1])},
        )


def _factor(step: float) -> float:
    """Of a step in logs, however absurd."""
    return math.exp(min(max(step, -700.0), 700.0))


def _off(step: float, expected: float) -> bool:
    return bool(abs(step - expected) > max(0.15 * abs(expected), 1.5e-3))


def _around(values: Floats, row: int) -> float:
    return float(values[max(0, row - 1) : row + 2].sum())
