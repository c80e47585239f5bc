"""One thing that needs someone, and the step that helps. No Qt."""

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from desktop_app.ui import formats

Severity = Literal["danger", "warning", "running", "waiting", "ok"]


class Remedy(NamedTuple):
    """The one step that helps: what its button says, and where it leads."""

    label: str
    page: str
    detail: object = None


OPEN_CLUSTER: Final = Remedy("Open cluster", "cluster")
CHOOSE_BROKER: Final = Remedy("Choose a broker", "welcome")
SEE_CONNECTIONS: Final = Remedy("See connections", "connections")
SHOW_QUEUES: Final = Remedy("Show queues", "queues")
SHOW_UNFINISHED: Final = Remedy(
    "Show tasks",
    "tasks",
    {"states": frozenset({"RECEIVED", "STARTED", "PROGRESS", "RETRY"})},
)


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that needs someone. ``key`` is what it is about: the same concern keeps it while
    its words change. ``meaning`` says what follows from it."""

    key: str
    severity: Severity
    sentence: str
    meaning: str
    remedy: Remedy


def ago(then: float | None, now: float) -> str:
    """How long ago that was, in words."""
    if then is None:
        return "at an unknown time"
    seconds = max(now - then, 0.0)
    return "just now" if seconds < 1 else f"{formats.age(seconds)} ago"
