"""How messages come into each queue and leave it, and since when the next one waits."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from desktop_app.monitor.rows import QueueRow, TaskRow
from worker_core.operations.heads import Head

WINDOW_S: Final = 60
# From fewer seconds no rate is told.
LEAST_S: Final = 5.0
COURSE_STEP_S: Final = 10
COURSE_STEPS: Final = 60
# Names come from events, and so from anywhere.
_QUEUES_KEPT: Final = 1000


class _Tally:
    """Events by the second over the last minute."""

    def __init__(self) -> None:
        self._counts = [0] * WINDOW_S
        self._seconds = [-1] * WINDOW_S
        self.ever = False

    def count(self, at: float) -> None:
        second = int(at)
        slot = second % WINDOW_S
        if self._seconds[slot] > second:
            return
        if self._seconds[slot] != second:
            self._seconds[slot], self._counts[slot] = second, 0
        self._counts[slot] += 1
        self.ever = True

    def since(self, start: float) -> int:
        return sum(
            count
            for second, count in zip(self._seconds, self._counts, strict=True)
            if second >= int(start)
        )


class _Flow:
    def __init__(self) -> None:
        self.sent = _Tally()
        self.received = _Tally()
        self.depths: deque[tuple[float, int]] = deque(maxlen=WINDOW_S + 1)
        self.course: deque[int] = deque(maxlen=COURSE_STEPS)
        self.course_step = -1
        self.heads: dict[str, float] = {}


class Flows:
    """Collects what events and polls tell of queues.

    Times of events are those at which they reached this computer, so that they can be set against
    depths that were counted by its clock.
    """

    def __init__(self) -> None:
        self._flows: dict[str, _Flow] = {}

    def moved(self, before: TaskRow, row: TaskRow, at: float) -> None:
        """A task's row has changed by an event that came ``at``."""
        if not row.queue:
            return
        anew = row.retries > before.retries
        if _new(before.sent, row.sent, anew=anew):
            self._flow(row.queue).sent.count(at)
        if _new(before.received, row.received, anew=anew):
            self._flow(row.queue).received.count(at)

    def polled(
        self,
        rows: Sequence[QueueRow],
        heads: Mapping[str, Sequence[Head]] | None,
        task: Callable[[str], TaskRow | None],
        live_since: float | None,
    ) -> list[QueueRow]:
        """``rows`` with all that is known beside the depth. Without ``heads`` nobody knows since
        when messages wait; without a connection for events nobody knows what comes and goes."""
        return [self._complete(row, heads, task, live_since) for row in rows]

    def _complete(
        self,
        row: QueueRow,
        heads: Mapping[str, Sequence[Head]] | None,
        task: Callable[[str], TaskRow | None],
        live_since: float | None,
    ) -> QueueRow:
        flow = self._flow(row.name)
        flow.depths.append((row.polled_at, row.depth))
        _follow(flow, row)
        oldest, exact = _oldest(flow, row, (heads or {}).get(row.name, ()), task)
        into, out = _rates(flow, row, live_since)
        return replace(
            row,
            oldest=oldest,
            oldest_exact=exact,
            in_rate=into,
            out_rate=out,
            drain_s=_drain(flow, row, into, out),
            course=tuple(flow.course),
        )

    def _flow(self, name: str) -> _Flow:
        flow = self._flows.get(name)
        if flow is None:
            if len(self._flows) >= _QUEUES_KEPT:
                return _Flow()
            flow = self._flows[name] = _Flow()
        return flow


def _new(before: float | None, now: float | None, *, anew: bool) -> bool:
    return now is not None and now != before and (before is None or anew)


def _follow(flow: _Flow, row: QueueRow) -> None:
    """The highest depth of each ten seconds: a short pile-up is not to fall between two looks."""
    step = int(row.polled_at) // COURSE_STEP_S
    if step == flow.course_step and flow.course:
        flow.course[-1] = max(flow.course[-1], row.depth)
        return
    # What nobody counted is drawn as it was before, for a minute at most; then it begins anew.
    missed = step - flow.course_step - 1 if flow.course else 0
    if 0 < missed <= WINDOW_S // COURSE_STEP_S:
        flow.course.extend([flow.course[-1]] * missed)
    elif missed:
        flow.course.clear()
    flow.course.append(row.depth)
    flow.course_step = step


def _oldest(
    flow: _Flow,
    row: QueueRow,
    heads: Sequence[Head],
    task: Callable[[str], TaskRow | None],
) -> tuple[float | None, bool]:
    """Since when the longest waiting of the next messages waits, and whether that is exact or the
    latest that it can be."""
    known = flow.heads
    flow.heads = {}
    found: list[tuple[float, bool]] = []
    for head in heads:
        first_seen = known.get(head.task_id, row.polled_at)
        flow.heads[head.task_id] = first_seen
        if head.enqueued_at is not None:
            found.append((head.enqueued_at, True))
            continue
        sender = task(head.task_id) if head.task_id else None
        if sender is not None and sender.sent is not None:
            found.append((sender.sent, True))
        elif sender is not None:
            found.append((sender.first_seen, False))
        else:
            found.append((first_seen, False))
    return min(found, default=(None, True), key=lambda one: one[0] or 0.0)


def _rates(
    flow: _Flow, row: QueueRow, live_since: float | None
) -> tuple[float | None, float | None]:
    """Messages a second into the queue and out of it.

    Events tell one of the two for sure, and the change of the depth the other: senders need not
    announce what they send, and workers do not say from which queue they took it.
    """
    if live_since is None:
        return None, None
    start = max(live_since, row.polled_at - WINDOW_S)
    began = next(((at, depth) for at, depth in flow.depths if at >= start), None)
    if began is None or row.polled_at - began[0] < LEAST_S:
        return None, None
    span, grown = row.polled_at - began[0], row.depth - began[1]
    if flow.sent.ever:
        into = flow.sent.since(began[0])
        return into / span, max(0, into - grown) / span
    if flow.received.ever:
        out = flow.received.since(began[0])
        return max(0, out + grown) / span, out / span
    return None, None


def _drain(flow: _Flow, row: QueueRow, into: float | None, out: float | None) -> float | None:
    """Seconds until the queue is empty if all goes on as in the last minute."""
    if not row.depth:
        return None
    if into is None or out is None:
        at, depth = flow.depths[0]
        span = row.polled_at - at
        net = (depth - row.depth) / span if span >= LEAST_S else 0.0
    else:
        net = out - into
    return row.depth / net if net > 0 else None
