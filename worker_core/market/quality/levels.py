"""Prices that go on at another level: other units, splits declared or not, crashes."""

import math
from collections.abc import Iterator

import numpy as np

from worker_core.market.bars import Action, Floats
from worker_core.market.quality.splits import judged
from worker_core.market.quality.subject import Subject, log_returns, usual_move
from worker_core.market.records import Finding

_HUNDRED = math.log(100)
_NEAR_HUNDRED = 0.4
_JUMP = math.log(4 / 3) * 0.9
_SESSIONS_AROUND = 8


def unit_edges(subject: Subject) -> Iterator[Finding]:
    """Steps by a hundred, as between pounds and pence. A stretch that comes back is quarantined;
    of one that does not come back nobody can say which side is right."""
    close = subject.bars.close
    if close.size < 2 or (close <= 0).any():
        return
    returns = log_returns(close)
    edges = [
        int(row) + 1
        for row in np.flatnonzero(np.abs(np.abs(returns) - _HUNDRED) < _NEAR_HUNDRED)
        if not _declared(subject, int(row) + 1, float(returns[row]))
    ]
    held: list[int] = []
    alone: list[int] = []
    while edges:
        edge = edges.pop(0)
        if edges and returns[edge - 1] * returns[edges[0] - 1] < 0:
            held += range(edge, edges.pop(0))
        else:
            alone.append(edge)
    if held:
        yield Finding(
            "unit_edge",
            "error",
            "quarantined",
            f"{len(held)} closes are a hundred times too large or too small, from "
            f"{subject.bars.dates[held[0]]} on: another unit, such as pence for pounds.",
            subject.days(held),
            len(held),
            {"factor": float(np.exp(abs(returns[held[0] - 1])))},
        )
    if alone:
        yield Finding(
            "unit_edge",
            "error",
            "flagged",
            f"From {subject.bars.dates[alone[0]]} on prices are a hundred times larger or smaller "
            "than before: another unit. Which side is right is not known here.",
            subject.days(alone),
            len(alone),
            {"factor": float(np.exp(abs(returns[alone[0] - 1])))},
        )


def declared_splits(subject: Subject) -> Iterator[Finding]:
    """Splits that are declared but do not fit the prices.

    Raw prices must step by the ratio on the ex date. Prices that the source has adjusted must not
    step there, nor by that ratio on a day near to it.
    """
    close = subject.bars.close
    if close.size < 3 or (close <= 0).any():
        return
    returns = log_returns(close)
    usual = usual_move(np.where(np.abs(returns) > 0.5, 0.0, returns))
    for action in subject.actions:
        row = subject.row(action.ex_date)
        if action.kind != "split" or not 0 < row < close.size:
            continue
        size = math.log(action.value)
        if subject.split_adjusted:
            yield from _step_left(subject, action, returns, usual, size)
        elif abs(returns[row - 1] + size) > max(6 * usual[row - 1], 0.4 * abs(size)):
            yield Finding(
                "split_without_step",
                "error",
                "flagged",
                f"A split of {action.value:g} is declared for {action.ex_date}, but the price went "
                f"from {close[row - 1]:g} to {close[row]:g}: adjusting by it would make a jump.",
                subject.days([row]),
                1,
                {"ratio": action.value, "step": float(np.exp(returns[row - 1]))},
            )


def _step_left(
    subject: Subject, action: Action, returns: Floats, usual: Floats, size: float
) -> Iterator[Finding]:
    row = subject.row(action.ex_date)
    around = range(max(1, row - _SESSIONS_AROUND), min(returns.size, row + _SESSIONS_AROUND) + 1)
    for near in around:
        step = float(returns[near - 1])
        fits = abs(abs(step) - abs(size)) < 0.35 * abs(size)
        if fits and abs(step) > 4 * usual[near - 1]:
            yield Finding(
                "split_not_applied",
                "error",
                "flagged",
                f"The prices are said to be adjusted, but near the split of {action.value:g} on "
                f"{action.ex_date} they step by {math.exp(step):.4g} on "
                f"{subject.bars.dates[near]}: it was applied to some days only, or twice.",
                subject.days([near]),
                1,
                {"ratio": action.value, "step": math.exp(step)},
            )


def jumps(subject: Subject) -> Iterator[Finding]:
    """Undeclared splits, told from crashes and surges."""
    close = subject.bars.close
    if close.size < 3 or (close <= 0).any():
        return
    returns = log_returns(close)
    usual = usual_move(np.where(np.abs(returns) > 0.5, 0.0, returns))
    for place in np.flatnonzero((np.abs(returns) > _JUMP) & (np.abs(returns) > 5 * usual)):
        row, step = int(place) + 1, float(returns[place])
        if _declared(subject, row, step) or abs(abs(step) - _HUNDRED) < _NEAR_HUNDRED:
            continue
        verdict = judged(subject.bars, row, float(usual[place]))
        evidence = {
            "step": round(math.exp(min(step, 700.0)), 4),
            "ratio": verdict.ratio,
            "score": round(verdict.score, 2),
            **{
                name: round(math.exp(min(value, 700.0)), 2)
                for name, value in (
                    ("money_against_usual", verdict.money),
                    ("range_against_usual", verdict.day),
                )
                if math.isfinite(value)
            },
        }
        day = subject.bars.dates[row]
        if verdict.score > 0:
            yield Finding(
                "undeclared_split",
                "error",
                "flagged",
                f"On {day} the price went from {close[row - 1]:g} to {close[row]:g} with nothing "
                f"else unusual: a split of {verdict.ratio:g} that nobody declared.",
                subject.days([row]),
                1,
                evidence,
            )
        else:
            yield Finding(
                "crash" if step < 0 else "surge",
                "info",
                "kept",
                f"On {day} the price went from {close[row - 1]:g} to {close[row]:g}, no split by "
                "all signs.",
                subject.days([row]),
                1,
                evidence,
            )


def _declared(subject: Subject, row: int, step: float) -> bool:
    """Whether a declared split, on that day or near where prices are adjusted, explains a step."""
    reach = _SESSIONS_AROUND if subject.split_adjusted else 0
    for action in subject.actions:
        if action.kind != "split" or abs(subject.row(action.ex_date) - row) > reach:
            continue
        size = math.log(action.value)
        if subject.split_adjusted and abs(abs(step) - abs(size)) < 0.35 * abs(size):
            return True
        if not subject.split_adjusted and abs(step + size) < max(0.4 * abs(size), 0.1):
            return True
    return False
