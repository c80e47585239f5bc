"""All workers at a glance, and one of them in full."""

import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from worker_core.operations import worker_facts
from worker_core.operations.prefetch import Load
from worker_core.operations.usage import Meter
from worker_core.operations.worker_facts import Job, NotUnderstood, Served, Stats
from worker_core.operations.workers import gather
from worker_core.settings import Settings

SURVEY_S: Final = 1.0
DETAILS_S: Final = 2.0
MASKED: Final = "••••••"
NO_ANSWER: Final = "The worker did not answer in time. It may be busy in a solo pool, or gone."

_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "stats": worker_facts.stats,
    "active": worker_facts.jobs,
    "reserved": worker_facts.jobs,
    "scheduled": worker_facts.jobs,
    "registered": worker_facts.registered,
    "revoked": worker_facts.names,
    "active_queues": worker_facts.served,
    "conf": worker_facts.settings,
}
PARTS: Final = tuple(_READ)
_GLANCE: Final = ("stats", "active", "reserved", "active_queues")

_SECRET_NAME: Final = re.compile(
    r"pass|secret|token|credential|signature|private|(?<!routing)_key$|^(api)?key$", re.IGNORECASE
)
_LOGIN: Final = re.compile(r"(?<=://)[^/\s]*@|(?<=password=)[^&\s]+")


@dataclass(frozen=True, slots=True)
class Glance:
    """One worker at a glance; what it did not tell is None. ``memory`` is resident bytes of the
    worker with its children where it runs on this computer, else None."""

    node: str
    stats: Stats | None = None
    active: tuple[Job, ...] | None = None
    reserved: tuple[Job, ...] | None = None
    queues: tuple[Served, ...] | None = None
    memory: int | None = None

    @property
    def load(self) -> Load | None:
        """None where not enough is known."""
        if self.stats is None or self.stats.slots is None:
            return None
        if self.active is None or self.reserved is None or self.queues is None:
            return None
        return Load(self.node, self.stats.slots, len(self.active), self.reserved, self.queues)


@dataclass(frozen=True, slots=True)
class Details:
    """One worker in full. ``parts`` are read answers by question (see ``PARTS``); ``problems``
    say in words why one is not among them."""

    node: str
    parts: Mapping[str, Any] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)


def survey(*, timeout: float = SURVEY_S, settings: Settings | None = None) -> dict[str, Glance]:
    """What each worker that answers does now, by node name.

    Raises:
        BrokerUnreachable: the broker does not answer.
    """
    told: dict[str, dict[str, Any]] = {}
    questions: dict[str, Mapping[str, object]] = {part: {} for part in _GLANCE}
    for part, node, reply in gather(questions, timeout=timeout, settings=settings):
        read, _ = _understood(part, reply)
        told.setdefault(node, {})[part] = read
    return {node: _glance(node, parts) for node, parts in told.items()}


def _glance(node: str, parts: Mapping[str, Any]) -> Glance:
    def several(part: str) -> tuple[Any, ...] | None:
        found = parts.get(part)
        return None if found is None else tuple(found)

    stats = parts.get("stats")
    return Glance(
        node,
        stats=stats,
        active=several("active"),
        reserved=several("reserved"),
        queues=several("active_queues"),
        memory=None if stats is None else _memory_here(node, stats.pid),
    )


def _memory_here(node: str, pid: int | None) -> int | None:
    """A process of that number that serves as a worker on a host of this name is that worker."""
    import psutil

    if pid is None or node.rpartition("@")[2] not in {socket.gethostname(), socket.getfqdn()}:
        return None
    try:
        command = " ".join(psutil.Process(pid).cmdline()).lower()
    except psutil.Error:
        return None
    return Meter().read(pid).memory_bytes or None if "worker" in command else None


def details(node: str, *, timeout: float = DETAILS_S, settings: Settings | None = None) -> Details:
    """Everything that one worker tells of itself, within ``timeout`` seconds. A question that it
    does not answer, or not so that it can be read, takes none of the others with it.

    Raises:
        BrokerUnreachable: the broker does not answer.
    """
    parts: dict[str, Any] = {}
    problems = dict.fromkeys(PARTS, NO_ANSWER)
    questions: dict[str, Mapping[str, object]] = {part: {} for part in PARTS}
    for part, who, reply in gather(
        questions, timeout=timeout, destination=[node], settings=settings
    ):
        if who != node:
            continue
        read, problem = _understood(part, reply)
        if problem:
            problems[part] = problem
        else:
            problems.pop(part, None)
            parts[part] = masked(read) if part == "conf" else read
    return Details(node, parts, problems)


def _understood(part: str, reply: Any) -> tuple[Any, str]:
    try:
        return _READ[part](reply), ""
    except NotUnderstood as error:
        return None, str(error)


def masked(settings: Any, name: str = "") -> Any:
    """``settings`` without what opens something: values under secret names, logins in addresses."""
    if isinstance(settings, Mapping):
        return {key: masked(value, str(key)) for key, value in settings.items()}
    if name and _SECRET_NAME.search(name) and settings not in (None, "", False, True):
        return MASKED
    if isinstance(settings, list | tuple):
        return [masked(value) for value in settings]
    if isinstance(settings, str):
        return _LOGIN.sub(lambda found: MASKED + "@" * found[0].endswith("@"), settings)
    return settings
