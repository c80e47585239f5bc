"""Prices that jump away for a day and come back, and prices that stand still."""

import math
from collections.abc import Iterator

import numpy as np

from worker_core.market.bars import Floats
from worker_core.market.quality.subject import Subject, log_returns, usual_move
from worker_core.market.records import Finding

_FLAGGED = 8.0
_CERTAIN = 12.0
_LEAST_MOVE = 0.05
_CERTAIN_MOVE = 0.25
_COMES_BACK = 0.25


def spike_scores(close: Floats) -> Floats:
    """(n_days,) how much each close departs from both its neighbours and is taken back: the
    smaller of the move to it and the move back, less half of what is left of both, in usual moves.
    0 for the first and the last, and for moves in one direction.
    """
    scores = np.zeros(close.size)
    if close.size < 3:
        return scores
    returns = log_returns(close)
    there, back = returns[:-1], returns[1:]
    smaller = np.minimum(np.abs(there), np.abs(back))
    left = np.abs(there + back)
    spike = np.where(there * back < 0, smaller - left / 2, 0.0)
    # The spike itself must not count as usual.
    usual = usual_move(np.where(np.abs(returns) > 0.5, 0.0, returns))
    scores[1:-1] = np.maximum(spike, 0.0) / np.minimum(usual[:-1], usual[1:])
    return scores


def spikes(subject: Subject) -> Iterator[Finding]:
    """Bad ticks: a close far from the day before and the day after, which agree."""
    close = subject.bars.close
    if close.size < 3 or (close <= 0).any():
        return
    scores, returns = spike_scores(close), log_returns(close)
    move = np.zeros(close.size)
    left = np.zeros(close.size)
    move[1:-1] = np.minimum(np.abs(returns[:-1]), np.abs(returns[1:]))
    left[1:-1] = np.abs(returns[:-1] + returns[1:])
    found = (scores > _FLAGGED) & (move > _LEAST_MOVE)
    # Where the whole day lies away from its neighbours, or by more than any day should.
    certain = found & (scores > _CERTAIN) & (move > _CERTAIN_MOVE) & (left < _COMES_BACK * move)
    for rows, action in (
        (np.flatnonzero(certain), "quarantined"),
        (np.flatnonzero(found & ~certain), "flagged"),
    ):
        if rows.size:
            worst = int(rows[np.argmax(move[rows])])
            yield Finding(
                "spike_reversal",
                "error" if action == "quarantined" else "warning",
                action,  # type: ignore[arg-type]  # one of the two above
                f"{rows.size} closes jump away for one day and come back, "
                f"the farthest to {close[worst]:g} between {close[worst - 1]:g} and "
                f"{close[worst + 1]:g} on {subject.bars.dates[worst]}.",
                subject.days(rows),
                int(rows.size),
                {"largest_move": float(move[worst]), "score": float(scores[worst])},
            )


def run_lengths(close: Floats) -> Floats:
    """(n_days,) how many days up to each the close has been the same, 0 where it moved."""
    same = np.append(False, close[1:] == close[:-1]) if close.size else np.empty(0, bool)
    places = np.arange(close.size)
    last_move = np.maximum.accumulate(np.where(same, 0, places))
    return (places - last_move).astype(np.float64)


def stale_runs(subject: Subject) -> Iterator[Finding]:
    """A close that stays the same for longer than its own rate of unchanged days explains."""
    bars = subject.bars
    lengths = run_lengths(bars.close)
    if not lengths.size or lengths.max() < 4:
        return
    ends = np.flatnonzero((lengths > 0) & np.append(lengths[1:] == 0, True))
    longest = float(lengths[ends].max())
    # Without the longest run: it is what is judged.
    unchanged = (float((lengths > 0).sum()) - longest) / max(1.0, lengths.size - longest)
    rate = min(max(unchanged, 0.005), 0.98)
    # The longest run that chance makes once in a hundred such histories.
    bound = max(4.0, math.log(100 * lengths.size * (1 - rate)) / -math.log(rate))
    stale = [int(end) for end in ends if lengths[end] >= bound]
    if not stale:
        return
    rows = [row for end in stale for row in range(end - int(lengths[end]) + 1, end + 1)]
    traded = bars.volume[rows]
    idle = bool(np.isfinite(traded).all() and (traded == 0).all())
    first, last = bars.dates[rows[0]], bars.dates[rows[-1]]
    yield Finding(
        "stale_run",
        "warning",
        "flagged",
        f"The close stands still for up to {int(longest) + 1} days (between {first} and {last})"
        + (" without any trade." if idle else "; a feed may have stopped."),
        subject.days(rows),
        len(rows),
        {"longest": int(longest) + 1, "explained_by_chance": round(bound, 1), "idle": idle},
    )
