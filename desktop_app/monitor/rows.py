"""What the monitor hands to the window: plain, frozen, without broker or toolkit.

Times are Unix seconds. ``sent``, ``received``, ``started`` and ``finished`` are read from the
clocks of the computers that sent the events; ``first_seen``, ``last_seen`` and everything about
connections, gaps and heartbeats from this computer's clock.
"""

from typing import TYPE_CHECKING, Final, Literal

import msgspec

if TYPE_CHECKING:
    from desktop_app.monitor.series import Series

STATES: Final = (
    "PENDING",
    "RECEIVED",
    "STARTED",
    "PROGRESS",
    "RETRY",
    "SUCCESS",
    "FAILURE",
    "REVOKED",
    "REJECTED",
)
FINISHED: Final = frozenset({"SUCCESS", "FAILURE", "REVOKED", "REJECTED"})
RUNNING: Final = frozenset({"STARTED", "PROGRESS"})

Status = Literal["connecting", "live", "lost", "idle"]


# Rows hold nothing that could be part of a reference cycle, and there may be a million of them:
# without gc=False each full collection would walk them all.
class TaskRow(msgspec.Struct, frozen=True, gc=False):
    """One task as far as events have told.

    ``seq`` is the order of arrival: rising, never reused, and so the row's identity. ``name`` and
    ``queue`` are empty until an event tells them. ``args``, ``kwargs`` and ``result`` are the
    shortened texts that Celery puts into events, not the values. ``redelivered`` is None as long
    as no worker was asked. ``reason`` says in plain words what the state alone does not.
    """

    seq: int
    uuid: str
    first_seen: float
    last_seen: float
    name: str = ""
    queue: str = ""
    state: str = "PENDING"
    args: str | None = None
    kwargs: str | None = None
    worker: str | None = None
    sent: float | None = None
    received: float | None = None
    started: float | None = None
    finished: float | None = None
    runtime: float | None = None
    retries: int = 0
    exception: str | None = None
    traceback: str | None = None
    result: str | None = None
    root_id: str | None = None
    parent_id: str | None = None
    progress: float | None = None
    stage: str | None = None
    eta: str | None = None
    expires: str | None = None
    redelivered: bool | None = None
    reason: str | None = None


class WorkerRow(msgspec.Struct, frozen=True):
    """One worker. Not ``online``, it has ``left`` with a goodbye, or is silent. ``last_heartbeat``
    is its last sign of life, ``clock_offset`` the seconds that its clock is ahead of this
    computer's, as of the last heartbeat; ``rate`` the tasks a minute that it ended lately."""

    hostname: str
    pid: int | None = None
    online: bool = True
    left: bool = False
    last_heartbeat: float | None = None
    active: int | None = None
    processed: int | None = None
    loadavg: tuple[float, ...] = ()
    freq: float = 2.0
    sw_ident: str | None = None
    sw_ver: str | None = None
    sw_sys: str | None = None
    clock_offset: float | None = None
    rate: float | None = None


class QueueRow(msgspec.Struct, frozen=True):
    """Messages that wait in one queue. ``consumers`` is None while no worker was asked.

    ``oldest`` is since when the longest waiting of those served next waits; not
    ``oldest_exact``, it is the latest that this can be. ``in_rate`` and ``out_rate`` are messages
    a second over the last minute, ``drain_s`` the seconds until the queue is empty if they stay
    so; None stands for what nobody knows, and for a queue that does not drain. ``course`` holds
    the highest depth of each ten seconds, oldest first, over ten minutes at most.
    """

    name: str
    depth: int
    by_priority: dict[int, int]
    consumers: int | None
    polled_at: float
    oldest: float | None = None
    oldest_exact: bool = True
    in_rate: float | None = None
    out_rate: float | None = None
    drain_s: float | None = None
    course: tuple[int, ...] = ()


class Connection(msgspec.Struct, frozen=True):
    """The event connection. ``url_label`` holds no password; ``message`` is empty when all is
    well, else says what happened and what to do; also of a live one whose queues cannot be
    counted."""

    status: Status
    url_label: str
    since: float
    last_event: float | None = None
    message: str = ""


class Counters(msgspec.Struct, frozen=True):
    """Totals. ``succeeded`` and ``failed`` count since the first event known, be it heard or read
    from the journal; ``running``, ``retrying`` and
    ``states`` describe the tasks held now; ``waiting`` and ``unacknowledged`` are messages in the
    broker at the last poll, None as long as there was none.

    ``workers_online`` is None where nobody tells.

    ``malformed`` events could not be read, ``ignored`` ones are of types unknown here, ``dropped``
    messages did not fit the bounded queue. ``evicted`` tasks had to leave memory,
    ``evicted_unfinished`` of them before they ended.
    """

    waiting: int | None = None
    running: int = 0
    succeeded: int = 0
    failed: int = 0
    retrying: int = 0
    workers_online: int | None = 0
    unacknowledged: int | None = None
    states: dict[str, int] = {}
    held: int = 0
    evicted: int = 0
    evicted_unfinished: int = 0
    events: int = 0
    malformed: int = 0
    ignored: int = 0
    dropped: int = 0


class Found(msgspec.Struct, frozen=True):
    """What asking brought to light after a gap, at the time ``at``.

    ``workers`` answered what they run. Of the tasks that were not known to be over, ``asked`` in
    number, ``ended`` have a stored result, and for ``unknown`` nothing tells how they ended;
    ``appeared`` ones run, and had not been heard of as running. Not ``complete``, not all results
    could be looked up.
    """

    at: float
    workers: int
    asked: int
    ended: int
    appeared: int
    unknown: int
    complete: bool


class Gap(msgspec.Struct, frozen=True):
    """A span in which events were missed; ``dropped`` counts messages, None when nobody knows.
    What is ``trimmed`` was in the broker's journal, but no longer when it was read. ``found`` is
    None until the workers and the stored results have been asked."""

    start: float
    end: float
    reason: Literal["disconnected", "overflow", "trimmed"]
    dropped: int | None
    message: str
    found: Found | None = None


class Loss(msgspec.Struct, frozen=True):
    """The broker was found empty at the time ``at``, started anew or ``by_command``: the messages
    ``waiting`` by queue when they were last counted, at ``counted``, are gone from it."""

    at: float
    counted: float
    waiting: dict[str, int]
    by_command: bool = False


class HistoryStatus(msgspec.Struct, frozen=True):
    """How the keeping of the history goes. ``message`` is empty while all is well, else says what
    happened, what it means and what to do. ``written`` counts versions of tasks since the start;
    ``lost`` ones had to leave memory before they could be written. ``megabytes`` is the file."""

    state: Literal["opening", "keeping", "failing", "elsewhere"]
    message: str = ""
    written: int = 0
    lost: int = 0
    megabytes: float = 0.0


class Batch(msgspec.Struct, frozen=True):
    """What changed since the batch before.

    ``tasks`` holds the latest version of each changed task in order of ``seq``; ``evicted`` the
    ``seq`` of rows handed out earlier that are no longer held. ``workers`` and ``queues`` are
    complete lists, or None when unchanged. ``series`` comes once a second, and with it the state
    of the ``history``, where one is kept. A ``loss`` is told when it is found, and in a snapshot
    the latest. With ``reset`` everything handed out before is void.
    """

    connection: Connection
    counters: Counters
    tasks: list[TaskRow] = []
    evicted: list[int] = []
    workers: list[WorkerRow] | None = None
    queues: list[QueueRow] | None = None
    gaps: list[Gap] = []
    series: "Series | None" = None
    history: HistoryStatus | None = None
    loss: Loss | None = None
    reset: bool = False
