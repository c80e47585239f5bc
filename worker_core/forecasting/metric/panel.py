"""Many series as one array, so that a recursion over time runs once for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Panel:
    """Series of different lengths that end together, the longest first.

    Attributes:
        values: (steps, n); 0 before a series begins, so that sums need no care.
        lengths: (n,), descending.
        order: (n,): where each column stood in the sequence it was made of.
        running: (steps,): how many columns, from the first, have begun at each step.
    """

    values: Floats
    lengths: Integers
    order: Integers
    running: Integers

    @classmethod
    def of(cls, series: Sequence[Floats]) -> "Panel":
        """At least one series, none empty, no value missing."""
        lengths = np.array([len(each) for each in series], dtype=np.intp)
        order = np.argsort(-lengths, kind="stable")
        steps = int(lengths.max())
        values = np.zeros((steps, len(series)))
        for column, place in enumerate(order):
            values[steps - lengths[place] :, column] = series[place]
        lengths = lengths[order]
        running = np.searchsorted(steps - lengths, np.arange(steps), side="right")
        return cls(values, lengths, order, running)

    @property
    def steps(self) -> int:
        return len(self.values)

    @property
    def starts(self) -> Integers:
        """(n,): the step at which each column begins."""
        return self.steps - self.lengths

    @property
    def present(self) -> Bools:
        """(steps, n): whether a value stands there."""
        return np.arange(self.steps)[:, None] >= self.starts

    def scaled(self, scale: Floats) -> "Panel":
        """With each column divided by its ``scale`` (n,)."""
        return Panel(self.values / scale, self.lengths, self.order, self.running)

    def restored(self, columns: Floats) -> Floats:
        """Columns (…, n) in the order of the sequence the panel was made of."""
        back = np.empty_like(columns)
        back[..., self.order] = columns
        return back
