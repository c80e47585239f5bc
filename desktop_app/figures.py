"""The figures of the strip, and what they lead to."""

from desktop_app.monitor.rows import Batch

COUNTED_STATES = {
    "waiting": frozenset({"PENDING", "RECEIVED"}),
    "running": frozenset({"STARTED", "PROGRESS"}),
    "failed": frozenset({"FAILURE"}),
    "retrying": frozenset({"RETRY"}),
}


def figures(batch: Batch) -> dict[str, int | None]:
    """What the strip counts; None where it is not known."""
    counters = batch.counters
    return {
        "waiting": counters.waiting,
        "running": counters.running,
        "failed": counters.states.get("FAILURE", 0),
        "retrying": counters.retrying,
        "workers": counters.workers_online,
    }
