"""What the page asks of the service behind it, and the words it has for each process."""

from dataclasses import dataclass
from typing import Final, Literal, Protocol

from worker_core.operations.cluster import MemberStatus
from worker_core.operations.logs import LogChunk

Verb = Literal["start", "stop", "restart"]

UP: Final = frozenset({"running", "starting"})
"""States in which a process exists and is meant to."""


class Processes(Protocol):
    """The local processes. Every call may take long and raises OperationError with a remedy."""

    async def status(self) -> list[MemberStatus]: ...
    async def start(self, name: str) -> None: ...
    async def stop(self, name: str) -> None: ...
    async def restart(self, name: str) -> None: ...
    async def start_all(self) -> None: ...
    async def stop_all(self) -> None: ...
    async def read_log(self, name: str, offset: int) -> LogChunk: ...


@dataclass(frozen=True, slots=True)
class Words:
    """What a process is for, what its absence means, what starting and stopping it do."""

    purpose: str
    stopped: str
    starting: str
    stopping: str


_UNKNOWN: Final = Words("", "It does not run.", "It is coming up.", "It is asked to end.")
_WORDS: Final = {
    "broker": Words(
        "Holds the queues and their messages.",
        "Without it nothing can be sent or run. Its messages are kept on disk.",
        "It reads its messages from disk.",
        "It writes its messages to disk and ends. Workers reconnect when it is back.",
    ),
    "worker": Words(
        "Takes tasks from all queues but forecasts and training, and runs them.",
        "Tasks wait in their queues until it runs.",
        "It connects to the broker, which is started first where it does not run.",
        "Running tasks are finished first, for up to 30 s; what is left then goes back to its "
        "queue.",
    ),
    "forecasting": Words(
        "Forecasts prices and metrics, as many at a time as there are processors.",
        "Forecasts wait in their queue until it runs; all other tasks run without it.",
        "It loads the libraries for forecasts, which takes some seconds. The broker is started "
        "first where it does not run.",
        "Forecasts that run are finished first, for up to 30 s; what is left then goes back to "
        "its queue.",
    ),
    "training": Words(
        "Trains models, one at a time, out of the way of everything else.",
        "Training waits in its queue until it runs; all other tasks run without it.",
        "It connects to the broker, which is started first where it does not run.",
        "Training that runs is finished first, for up to 30 s; then it goes back to its queue.",
    ),
    "beat": Words(
        "Sends the scheduled tasks at their times.",
        "Scheduled tasks are not sent until it runs.",
        "It connects to the broker, which is started first where it does not run.",
        "It ends at once; nothing that was sent is lost.",
    ),
}


def words(name: str) -> Words:
    return _WORDS.get(name, _UNKNOWN)


def noun(title: str) -> str:
    """A process within a sentence: ``the worker``."""
    return f"the {title[:1].lower()}{title[1:]}"
