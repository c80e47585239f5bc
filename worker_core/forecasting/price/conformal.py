"""Intervals that answer for how often they were right.

Adaptive conformal inference (Gibbs & Candès, 2021): the share of misses that a level allows is
moved by gamma with each outcome, so that the long-run share of misses becomes what was promised,
whatever the prices do. What is moved is the level asked of the simulated density, which is in
units of the volatility already.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from worker_core.forecasting.price.data import Array

GAMMA: Final = 0.005
LEVELS: Final = (80, 95)
SHORTEST: Final = 5
"""Sessions ahead from which it is used; below, the density is right by itself."""
# Beyond the simulated paths nothing can be asked of them.
_SMALLEST, _LARGEST = 0.002, 0.98

Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Conformal:
    """The misses allowed now, by (sessions ahead, level in per cent), and how many outcomes have
    been seen. A key that is not there is at its nominal value."""

    misses: Mapping[Key, float] = field(default_factory=dict)
    outcomes: Mapping[Key, int] = field(default_factory=dict)

    def learned(self, horizon: int, missed: Mapping[int, bool]) -> "Conformal":
        """After an outcome ``horizon`` sessions ahead; ``missed`` says of each level whether it
        lay outside of the interval."""
        misses, outcomes = dict(self.misses), dict(self.outcomes)
        for level, outside in missed.items():
            key, nominal = (horizon, level), 1 - level / 100
            misses[key] = misses.get(key, nominal) + GAMMA * (nominal - float(outside))
            outcomes[key] = outcomes.get(key, 0) + 1
        return Conformal(misses, outcomes)

    def shares(self, horizon: int, shares: Array) -> Array:
        """Which quantiles (q,) of the density to ask for, in place of ``shares``, so many sessions
        ahead."""
        near = self.nearest(horizon)
        return shares if near is None else self.shares_learned(near, shares)

    def nearest(self, horizon: int) -> int | None:
        """The horizon whose outcomes are used for this one; None where none are."""
        if horizon < SHORTEST or not self.misses:
            return None
        known = {h for h, _ in self.misses}
        # Errors of neighbouring horizons are alike; one far off says nothing.
        near = min(known, key=lambda h: (abs(math.log(h / horizon)), h))
        return None if abs(math.log(near / horizon)) > math.log(2.0) else near

    def shares_learned(self, near: int, shares: Array) -> Array:
        """As `shares`, by what came ``near`` sessions ahead."""
        nominal, asked = [0.0, 0.5], [0.0, 0.5]
        for level in sorted(LEVELS):
            tail = (1 - level / 100) / 2
            moved = self.misses.get((near, level), 2 * tail)
            nominal.append(tail)
            asked.append(float(np.clip(moved, _SMALLEST, _LARGEST)) / 2)
        order = np.argsort(nominal)
        source = np.array(nominal)[order]
        # An outer level never asks for less than an inner one.
        target = np.minimum.accumulate(np.array(asked)[order][::-1])[::-1]
        lower = np.interp(np.minimum(shares, 1 - shares), source, np.minimum(target, 0.5))
        return np.where(shares <= 0.5, lower, 1 - lower)

    def as_json(self) -> list[dict[str, Any]]:
        return [
            {"horizon": h, "level": level, "misses": value, "outcomes": self.outcomes[(h, level)]}
            for (h, level), value in sorted(self.misses.items())
        ]

    @classmethod
    def from_json(cls, rows: Iterable[Mapping[str, Any]]) -> "Conformal":
        """What ``as_json`` gave."""
        kept = [(int(r["horizon"]), int(r["level"]), r) for r in rows]
        return cls(
            {(h, level): float(r["misses"]) for h, level, r in kept},
            {(h, level): int(r["outcomes"]) for h, level, r in kept},
        )
