"""How a rule judges a subject: one step at a time, the same live and against history.

A reading says what a value was from one time to another; times are unix seconds. A step takes a
subject's condition and a reading, and gives the condition after it with what happened. The same
reading again changes nothing, so that a second delivery, or a second scheduler, is harmless.
"""

import math
from dataclasses import dataclass, replace
from typing import Final, Literal

from worker_core.health.alert_rules import Rule

LAPSE_S: Final = 3600.0
"""An alert ends when nothing was measured of its subject for so long."""
CLOCK_BACK_S: Final = 300.0
"""A reading so much before the last one means that the clock was set back."""


@dataclass(frozen=True, slots=True)
class Reading:
    """``value`` from ``since`` to ``until``."""

    since: float
    until: float
    value: float


@dataclass(frozen=True, slots=True)
class Condition:
    """``holding_since``: from when on the value has been on the wrong side; ``firing_since``: when
    it fired, if it has not ended; ``quiet_until``: before that it does not fire again."""

    holding_since: float | None = None
    firing_since: float | None = None
    quiet_until: float | None = None
    last_at: float | None = None

    @property
    def idle(self) -> bool:
        """Nothing would be lost by forgetting it, from ``last_at`` on."""
        return self.holding_since is None and self.firing_since is None and not self.quiet_until


@dataclass(frozen=True, slots=True)
class Happening:
    """``since`` is from when on the value was on the wrong side. ``kind`` is ``lapsed`` where it
    ended because nothing was measured any more."""

    kind: Literal["fired", "ended", "lapsed"]
    at: float
    value: float
    since: float


def step(
    rule: Rule, condition: Condition, reading: Reading
) -> tuple[Condition, tuple[Happening, ...]]:
    """The condition after a reading, and what happened meanwhile, in order."""
    if not math.isfinite(reading.value):
        return condition, ()  # nothing is known from it
    condition, begun = _in_time(rule, condition, reading)
    if begun is None:
        return condition, ()
    after = replace(condition, last_at=reading.until)
    if after.quiet_until is not None and after.quiet_until <= begun:
        after = replace(after, quiet_until=None)
    if after.firing_since is None:
        return _pending(rule, after, reading, begun)
    if not rule.back(reading.value):
        return after, ()
    return _quiet(rule, after, begun), (Happening("ended", begun, reading.value, _since(after)),)


def _pending(
    rule: Rule, condition: Condition, reading: Reading, begun: float
) -> tuple[Condition, tuple[Happening, ...]]:
    if not rule.exceeded(reading.value):
        return replace(condition, holding_since=None), ()
    held = begun if condition.holding_since is None else condition.holding_since
    due = max(held + rule.for_s, begun, condition.quiet_until or 0.0)
    if due > reading.until:
        return replace(condition, holding_since=held), ()
    fired = replace(condition, holding_since=held, firing_since=due, quiet_until=None)
    return fired, (Happening("fired", due, reading.value, held),)


def lapse(rule: Rule, condition: Condition, now: float) -> tuple[Condition, tuple[Happening, ...]]:
    """The condition when nothing has been measured of its subject until ``now``."""
    last = condition.last_at
    if last is None:
        return condition, ()
    if condition.quiet_until is not None and condition.quiet_until <= now:
        condition = replace(condition, quiet_until=None)
    if condition.firing_since is not None:
        over = last + max(LAPSE_S, rule.about.max_gap_s)
        if over > now:
            return condition, ()
        ended = Happening("lapsed", over, math.nan, _since(condition))
        return _quiet(rule, condition, over), (ended,)
    if condition.holding_since is not None and now - last > rule.about.max_gap_s:
        condition = replace(condition, holding_since=None)
    return condition, ()


def _quiet(rule: Rule, condition: Condition, at: float) -> Condition:
    until = at + rule.cooldown_s if rule.cooldown_s else None
    return replace(condition, holding_since=None, firing_since=None, quiet_until=until)


def _since(condition: Condition) -> float:
    held = condition.holding_since
    return held if held is not None else condition.firing_since or 0.0


def _in_time(rule: Rule, condition: Condition, reading: Reading) -> tuple[Condition, float | None]:
    """The condition as far as it still holds, and from when on the reading is new; None if it is
    not."""
    last = condition.last_at
    if last is None:
        return condition, reading.since
    if reading.until < last - CLOCK_BACK_S:
        # What was noted lies in a time that has not come: only that it fires is still known.
        quiet = condition.quiet_until
        if quiet is not None:
            quiet = min(quiet, reading.since + rule.cooldown_s)
        firing = condition.firing_since
        if firing is not None:
            firing = min(firing, reading.since)
        return Condition(None, firing, quiet), reading.since
    if reading.until <= last:
        return condition, None
    if reading.since - last > rule.about.max_gap_s and condition.firing_since is None:
        # Nobody looked: it cannot be said to have held all the time.
        condition = replace(condition, holding_since=None)
    return condition, max(reading.since, last)
