"""The one table of states: word, tone, shape and order, for tasks and for things that run.

Red stands only where a person must act, amber where something is degraded, blue where work is
done, grey where it waits, and a quiet green where it ended well. A shape and a word stand beside
every colour, so that none is needed to read a state.
"""

from dataclasses import dataclass

from desktop_app.ui.tokens import Tone


@dataclass(frozen=True, slots=True)
class State:
    """How a state is shown. ``icon`` is its shape; ``order`` is where it stands in lists and
    filters; ``final`` says that nothing follows it."""

    name: str
    word: str
    meaning: str
    tone: Tone
    icon: str
    order: int
    final: bool


def _table(*rows: tuple[str, str, str, Tone, str, bool]) -> dict[str, State]:
    return {
        name: State(name, word, meaning, tone, f"state-{shape}", order, final)
        for order, (name, word, meaning, tone, shape, final) in enumerate(rows)
    }


TASK_STATES: dict[str, State] = _table(
    ("PENDING", "Waiting", "In its queue; no worker took it yet.", Tone.WAITING, "waiting", False),
    (
        "RECEIVED",
        "Received",
        "A worker holds it and has not begun.",
        Tone.WAITING,
        "received",
        False,
    ),
    ("STARTED", "Running", "A worker is at it.", Tone.RUNNING, "running", False),
    (
        "PROGRESS",
        "In progress",
        "A worker is at it and says how far.",
        Tone.RUNNING,
        "progress",
        False,
    ),
    ("RETRY", "Retrying", "It failed and will be tried again.", Tone.WARNING, "retry", False),
    ("FAILURE", "Failed", "It ended with an error.", Tone.DANGER, "failed", True),
    (
        "REJECTED",
        "Rejected",
        "A worker would not take the message.",
        Tone.DANGER,
        "rejected",
        True,
    ),
    ("REVOKED", "Revoked", "Someone cancelled it.", Tone.WAITING, "revoked", True),
    ("SUCCESS", "Succeeded", "It ended and gave its result.", Tone.OK, "ok", True),
)

CONDITIONS: dict[str, State] = _table(
    ("crashed", "Crashed", "It ended by itself; see why.", Tone.DANGER, "crashed", True),
    ("silent", "Silent", "It has not been heard for a while.", Tone.WARNING, "silent", False),
    ("missed", "Missed", "Events were missed; see what is known.", Tone.WARNING, "silent", True),
    ("lost", "Connection lost", "It is being tried again.", Tone.WARNING, "silent", False),
    ("unserved", "No worker", "Tasks wait that no worker takes.", Tone.WARNING, "silent", False),
    ("growing", "Growing", "More comes in than goes out.", Tone.WARNING, "progress", False),
    ("unattended", "No worker yet", "No worker takes from it.", Tone.WAITING, "stopped", False),
    (
        "redelivered",
        "Delivered again",
        "A worker before did not finish it.",
        Tone.WARNING,
        "retry",
        False,
    ),
    (
        "overdue",
        "Overdue",
        "Its time is over: no scheduler runs.",
        Tone.DANGER,
        "crashed",
        False,
    ),
    (
        "unstartable",
        "Cannot run",
        "It is on, and cannot be started; see why.",
        Tone.WARNING,
        "silent",
        False,
    ),
    ("firing", "Firing", "Nobody has settled it yet.", Tone.DANGER, "crashed", False),
    (
        "acknowledged",
        "Acknowledged",
        "Somebody looks after it; it is not over.",
        Tone.RUNNING,
        "received",
        False,
    ),
    ("snoozed", "Snoozed", "It is left alone for a while.", Tone.WAITING, "paused", False),
    ("resolved", "Over", "It has come back to where it should be.", Tone.OK, "recovered", True),
    ("unjudged", "Unjudged", "It cannot be judged; see why.", Tone.WARNING, "silent", False),
    (
        "not-judged",
        "Not yet",
        "It has not been judged yet.",
        Tone.WAITING,
        "waiting",
        False,
    ),
    ("armed", "Armed", "It is judged every minute.", Tone.OK, "online", False),
    ("disarmed", "Disarmed", "It is not judged.", Tone.WAITING, "stopped", False),
    ("scheduled", "On", "It is started at its times.", Tone.OK, "online", False),
    (
        "market-closed",
        "Market closed",
        "It goes on when the exchange opens.",
        Tone.WAITING,
        "waiting",
        False,
    ),
    ("switched-off", "Off", "It is not started by itself.", Tone.WAITING, "stopped", False),
    ("starting", "Starting", "It has been asked to run.", Tone.RUNNING, "starting", False),
    ("connecting", "Connecting", "It is being reached.", Tone.RUNNING, "starting", False),
    ("online", "Online", "It answers.", Tone.OK, "online", False),
    ("live", "Live", "Events arrive as they happen.", Tone.OK, "live", False),
    ("running", "Running", "The process is up.", Tone.OK, "online", False),
    ("stopping", "Stopping", "It ends when its work is done.", Tone.WAITING, "starting", False),
    ("paused", "Paused", "Updates are held back on request.", Tone.WAITING, "paused", False),
    ("idle", "Not connected", "No broker has been chosen.", Tone.WAITING, "waiting", False),
    ("stopped", "Stopped", "It was stopped on request.", Tone.WAITING, "stopped", True),
    ("offline", "Offline", "It said goodbye.", Tone.WAITING, "stopped", True),
    ("champion", "In use", "Workers use it.", Tone.OK, "online", False),
    (
        "candidate",
        "Not judged",
        "Nobody has held it against another.",
        Tone.RUNNING,
        "received",
        False,
    ),
    ("previous", "Before", "A rollback leads to it.", Tone.WAITING, "stopped", False),
    (
        "rejected",
        "Not better",
        "It was judged, and not put in use.",
        Tone.WARNING,
        "rejected",
        True,
    ),
    ("retired", "Retired", "It was in use earlier.", Tone.WAITING, "stopped", True),
    ("built-in", "Built in", "What comes with the program is in use.", Tone.WAITING, "ok", False),
    ("searching", "Searching", "Settings are being tried.", Tone.RUNNING, "starting", False),
)


def of(name: str) -> State:
    """The state of that name. One that is not in the table (another application may define its
    own) is shown as it is called, in grey with a shape of its own."""
    known = TASK_STATES.get(name) or CONDITIONS.get(name)
    if known is not None:
        return known
    word = name.replace("_", " ").replace("-", " ").strip().capitalize() or "Unknown"
    meaning = "A state that this application does not know."
    return State(name, word, meaning, Tone.WAITING, "state-unknown", len(TASK_STATES), final=False)
