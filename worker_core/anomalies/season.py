"""What is usual at this time of the day, or of the week, found from the stamps alone."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from worker_core.anomalies.history import FIRST, Buffer, Moments, distance, spread
from worker_core.anomalies.model import Floats

DAY_S: Final = 86_400.0
WEEK_S: Final = 7 * DAY_S
_FINEST_DAY_S, _FINEST_WEEK_S = 600.0, 3600.0
_SHORT = 6
_CALIBRATION, _FLOOR = 1000, 0.7


class Cycle:
    """The medians of the last values at the same phase of a cycle of ``length`` seconds."""

    def __init__(self, length: float, depth: int) -> None:
        self.length = length
        self.depth = depth
        self.bucket = 0.0
        self.residuals = Buffer(_CALIBRATION + 2 * FIRST)
        self.smooth = Buffer(_CALIBRATION)
        self.squares = Moments()
        self.error = 0.0
        self.plain_error = 0.0
        self._kept: dict[int, list[float]] = {}

    def residual(self, stamps: Floats, values: Floats, plain: float) -> Floats:
        """What the season does not explain of each value, NaN where the phase is not known from
        two cycles before; then learn the values."""
        phases = np.floor((stamps % self.length) / self.bucket).astype(np.int64).tolist()
        found = np.full(len(values), np.nan)
        kept, depth = self._kept, self.depth
        for row, (phase, value) in enumerate(zip(phases, values.tolist(), strict=True)):
            before = kept.get(phase)
            if before is None:
                kept[phase] = [value]
                continue
            count = len(before)
            if count > 1:
                ordered = sorted(before)
                middle = ordered[count // 2]
                if not count % 2:
                    middle = (middle + ordered[count // 2 - 1]) / 2.0
                found[row] = value - middle
            before.append(value)
            if count == depth:
                del before[0]
        known = np.isfinite(found)
        self.error += float(np.abs(found[known]).sum())
        self.plain_error += float(np.abs(values[known] - plain).sum())
        return found

    @property
    def explains(self) -> float:
        """The share of the plain error that is left; above 1 the season makes it worse."""
        return self.error / self.plain_error if self.plain_error > 0.0 else np.inf

    def state(self) -> dict[str, Any]:
        return {
            "bucket": self.bucket,
            "kept": {str(phase): values for phase, values in self._kept.items()},
            "residuals": self.residuals.state(),
            "smooth": self.smooth.state(),
            "squares": self.squares.state(),
            "errors": [self.error, self.plain_error],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        self.bucket = float(state["bucket"])
        self._kept = {int(p): [float(v) for v in each] for p, each in state["kept"].items()}
        self.residuals.restore(state["residuals"])
        self.smooth.restore(state["smooth"])
        self.squares.restore(state["squares"])
        self.error, self.plain_error = (float(each) for each in state["errors"])


class Season:
    """The mean of the last 6 residuals against the usual spread of such means.

    Of day and week, that one judges which explained most so far. In a series without a season it
    is a second detector of levels, over days instead of rows.
    """

    def __init__(self) -> None:
        self.cycles = (Cycle(DAY_S, 7), Cycle(WEEK_S, 4))
        self.step = 0.0
        self._judge: tuple[int, float, float] | None = None
        self._plain = 0.0

    def strengths(
        self, stamps: Floats, past: Buffer, done: int, new: int, whole: Moments
    ) -> Floats:
        """As `Detector.strengths`; ``stamps`` are those of the new rows, in seconds, ascending."""
        if done == 0:
            self._settle(past.last(500, new), whole)
        values = past.last(new)
        found = np.zeros(new)
        for number, cycle in enumerate(self.cycles):
            if cycle.bucket == 0.0:
                continue
            residual = cycle.residual(stamps, values, self._plain)
            known = np.flatnonzero(np.isfinite(residual))
            if not len(known):
                continue
            cycle.squares.add(residual[known])
            cycle.residuals.append(residual[known])
            recent = cycle.residuals.last(len(known) + _SHORT - 1)
            total = np.cumsum(np.insert(recent, 0, 0.0))
            ends = np.arange(len(recent) - len(known) + 1, len(recent) + 1)
            starts = (ends - _SHORT).clip(0)
            means = (total[ends] - total[starts]) / (ends - starts)
            cycle.smooth.append(means)
            if self._judge is not None and self._judge[0] == number:
                found[known] = distance(means, self._judge[1], self._judge[2])
        return found

    def learn_step(self, stamps: Floats) -> None:
        """Settle the cycles from the first stamps of the series."""
        steps = np.diff(stamps)
        steps = steps[steps > 0.0]
        self.step = float(np.median(steps)) if len(steps) else 0.0
        if self.step <= 0.0:
            return
        day, week = self.cycles
        if self.step <= DAY_S / 4:
            day.bucket = max(self.step, _FINEST_DAY_S)
        if self.step <= 1.5 * DAY_S:
            week.bucket = max(min(self.step, DAY_S), _FINEST_WEEK_S)

    def _settle(self, recent: Floats, whole: Moments) -> None:
        """Choose the judging cycle and its unit for the block."""
        self._plain = float(np.median(recent)) if len(recent) else 0.0
        self._judge = None
        choice = min(range(len(self.cycles)), key=lambda each: self.cycles[each].explains)
        cycle = self.cycles[choice]
        usual = cycle.smooth.last(_CALIBRATION)
        if len(usual) < 2 * FIRST:
            return
        middle, unit = spread(usual)
        left = np.sqrt(min(cycle.squares.squares / cycle.squares.count, whole.deviation**2))
        self._judge = (choice, middle, max(unit, _FLOOR * float(left)))

    def state(self) -> dict[str, Any]:
        return {
            "step": self.step,
            "plain": self._plain,
            "judge": list(self._judge) if self._judge else None,
            "cycles": [cycle.state() for cycle in self.cycles],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        self.step, self._plain = float(state["step"]), float(state["plain"])
        judge = state["judge"]
        self._judge = (int(judge[0]), float(judge[1]), float(judge[2])) if judge else None
        for cycle, each in zip(self.cycles, state["cycles"], strict=True):
            cycle.restore(each)
