"""How long a task waited, ran, and has been known, in seconds; None where that is not known.

The clocks of several computers are compared, so a wait or a run below zero is none at all.
"""

from desktop_app.monitor.rows import FINISHED, RUNNING, TaskRow


def waiting_since(row: TaskRow) -> float | None:
    """A retry waits on purpose before it is received again, so its wait counts from there."""
    return row.received if row.retries or row.sent is None else row.sent


def waited(row: TaskRow, now: float | None = None) -> float | None:
    """From sending or receipt to the start, or until now; without ``now``, only what is over."""
    since = waiting_since(row)
    if since is None:
        return None
    if row.started is not None:
        return max(row.started - since, 0.0)
    return None if now is None or row.state in FINISHED else max(now - since, 0.0)


def runtime(row: TaskRow, now: float) -> float | None:
    """At work, None when it did not begin or nobody knows whether it goes on."""
    if row.runtime is not None:
        return row.runtime
    if row.state in RUNNING and row.started is not None and row.reason is None:
        return max(now - row.started, 0.0)
    return None


def born(row: TaskRow) -> float:
    """When it was sent, or first heard of."""
    if row.sent is not None:
        return row.sent
    return row.first_seen if row.received is None else row.received
