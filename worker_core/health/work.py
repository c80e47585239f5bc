"""What does the work: workers, queues, and how tasks end."""

from collections.abc import Iterator, Sequence
from math import sqrt

from worker_core.health.findings import Finding, Severity, duration, named, some
from worker_core.health.limits import Limits
from worker_core.health.readings import FailureReading, QueueReading, WorkerReading
from worker_core.health.stores import level

Z_95 = 1.959964


def workers(read: Sequence[WorkerReading], now: float) -> Iterator[Finding]:
    """Which workers are silent; ``now`` in unix seconds by the broker's clock."""
    silent = [one for one in read if not one.answered]
    if not any(one.answered for one in read):
        yield Finding(
            "critical",
            "workers",
            "",
            "No worker answers."
            + (f" {len(silent)} did so a while ago: {_names(silent)}." if silent else ""),
            "Nothing is worked on, unless a worker is busy in a solo pool.",
            "Start one: afi worker, or the Local cluster page.",
        )
        return
    for one in silent:
        ago = f" Its last sign was {duration(now - one.seen_at)} ago." if one.seen_at else ""
        yield Finding(
            "warning",
            "workers",
            one.node,
            f"The worker {named(one.node)} did not answer.{ago}",
            "It was ended without a word, is cut off, or is busy in a solo pool. What it held "
            "comes back to the queue.",
            "Look at its log, and start it again if it is gone; it is forgotten after an hour.",
        )
    versions = {one.version for one in read if one.answered and one.version}
    if len(versions) > 1:
        yield Finding(
            "note",
            "workers",
            "",
            f"The workers run different versions of Celery: {some(sorted(versions))}.",
            "They understand each other, as a rule.",
            "Update them to one version.",
        )


def _names(read: Sequence[WorkerReading]) -> str:
    return some(one.node for one in read)


def queues(
    read: Sequence[QueueReading], served: Sequence[WorkerReading] | None, limits: Limits
) -> Iterator[Finding]:
    """Which queues nobody serves, or wait long; ``served`` by which workers, None where that is
    not known."""
    known = [one for one in served or () if one.answered]
    complete = bool(known) and all(one.queues is not None for one in known)
    taken = {name for one in known for name in one.queues or ()}
    silent = any(not one.answered for one in served or ())
    for one in read:
        if one.problem:
            yield _unread(one, one.problem)
        if complete and one.name not in taken and (one.waiting or one.needed):
            yield _unserved(one, silent=silent)
        old = level(one.oldest_s, limits.oldest_s) if one.oldest_s and one.waiting else None
        if old and one.oldest_s:
            yield Finding(
                old,
                "queues",
                one.name,
                f"The oldest of {one.waiting} messages in the queue {named(one.name)} waits "
                f"{duration(one.oldest_s)}.",
                "Work comes faster than it is done, or nobody takes it.",
                "Start another worker for this queue, or see what its workers are busy with.",
            )


def _unread(one: QueueReading, problem: str) -> Finding:
    meaning = "Something else is kept under its name, so that no task can be sent there."
    remedy = "Look at the Queues page, and remove what is there."
    if "permission" in problem:
        meaning = "The user of the broker's address may not look at it; how it is, is not known."
        remedy = "Give that user the rights that “afi redis acl” prints, or name another user."
    return Finding(
        "critical",
        "queues",
        one.name,
        f"The queue {named(one.name)} cannot be read: {named(problem)}.",
        meaning,
        remedy,
    )


def _unserved(one: QueueReading, *, silent: bool) -> Finding:
    severity: Severity = "note" if not one.waiting else "warning" if silent else "critical"
    return Finding(
        severity,
        "queues",
        one.name,
        f"No worker takes from the queue {named(one.name)}"
        + (f", in which {one.waiting} messages wait." if one.waiting else "."),
        "A worker that did not answer may serve it." if silent else "What is sent there waits.",
        f"Start a worker that serves it: celery -A worker_core worker -Q {named(one.name)}",
    )


def failures(read: Sequence[FailureReading], limits: Limits) -> Iterator[Finding]:
    """Which tasks fail more often than chance and a few bad inputs explain. Of several windows in
    which one does, the shortest is told."""
    told: set[str] = set()
    for one in sorted(read, key=lambda row: row.window_s):
        surely = at_least(one.failed, one.ended)
        if surely is None or one.name in told:
            continue
        bad = level(surely, limits.failure_share)
        if not bad:
            continue
        told.add(one.name)
        of = f"tasks {named(one.name)}" if one.name else "all tasks"
        yield Finding(
            bad,
            "failures",
            one.name,
            f"{one.failed} of {one.ended} {of} failed within {duration(one.window_s)}.",
            f"So many are no chance: at least {surely * 100:.0f} % fail, with a probability of "
            "97.5 %.",
            "Look at their errors on the Tasks page (state:failed).",
        )


def at_least(failed: int, ended: int) -> float | None:
    """The lower end of the 95 % interval of a share (Wilson, 1927); None without any tasks."""
    if ended <= 0:
        return None
    share, z2 = failed / ended, Z_95**2
    centre = share + z2 / (2 * ended)
    spread = Z_95 * sqrt(share * (1 - share) / ended + z2 / (4 * ended**2))
    # Rounding must not find a failure where there was none.
    return max(0.0, (centre - spread) / (1 + z2 / ended)) if failed else 0.0


def quarantine(count: int) -> Iterator[Finding]:
    """Whether tasks wait in quarantine."""
    if count:
        yield Finding(
            "warning",
            "failures",
            "quarantine",
            f"{count} {'task is' if count == 1 else 'tasks are'} in quarantine.",
            "Each has ended its worker's process several times, and does not run until somebody "
            "lets it.",
            "See them with “afi quarantine list”, mend the cause, then release them.",
        )
