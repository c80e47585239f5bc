"""The wire: what Celery's workers and clients publish, decoded.

A message is an envelope whose ``body`` is base64 of one event or, from ``task.multi``, of a list
of them. Whatever cannot be read is counted and left out; nothing here raises on bad input.
"""

import json
from typing import Annotated, Any, Final

import msgspec

TEXT_LIMIT: Final = 4096
TRACEBACK_LIMIT: Final = 65_536

# A timestamp past the year 5138, an empty uuid or a name without end can only be garbage, and
# would break date formatting and memory bounds further on.
Timestamp = Annotated[float, msgspec.Meta(ge=0, le=1e11)]
Uuid = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Hostname = Annotated[str, msgspec.Meta(min_length=1, max_length=512)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class TaskEvent(msgspec.Struct, frozen=True, gc=False, tag_field="type"):
    """What every event about a task says; ``hostname`` is the sender, not always a worker."""

    uuid: Uuid
    hostname: Hostname
    timestamp: Timestamp


class TaskSent(TaskEvent, frozen=True, gc=False, tag="task-sent"):
    name: Any = None
    args: Any = None
    kwargs: Any = None
    root_id: Any = None
    parent_id: Any = None
    retries: Count | None = None
    eta: Any = None
    expires: Any = None
    queue: Any = None


class TaskReceived(TaskEvent, frozen=True, gc=False, tag="task-received"):
    name: Any = None
    args: Any = None
    kwargs: Any = None
    root_id: Any = None
    parent_id: Any = None
    retries: Count | None = None
    eta: Any = None
    expires: Any = None


class TaskStarted(TaskEvent, frozen=True, gc=False, tag="task-started"):
    pass


class TaskProgress(TaskEvent, frozen=True, gc=False, tag="task-progress"):
    """Sent by tasks of this project: ``fraction`` is 0 to 1."""

    stage: Any = None
    fraction: float | None = None


class TaskSucceeded(TaskEvent, frozen=True, gc=False, tag="task-succeeded"):
    result: Any = None
    runtime: float | None = None


class TaskFailed(TaskEvent, frozen=True, gc=False, tag="task-failed"):
    exception: Any = None
    traceback: Any = None


class TaskRetried(TaskEvent, frozen=True, gc=False, tag="task-retried"):
    exception: Any = None
    traceback: Any = None


class TaskCancelled(TaskEvent, frozen=True, gc=False, tag="task-cancelled"):
    pass


class TaskRevoked(TaskEvent, frozen=True, gc=False, tag="task-revoked"):
    terminated: bool | None = None
    expired: bool | None = None


class TaskRejected(TaskEvent, frozen=True, gc=False, tag="task-rejected"):
    requeue: bool | None = None


class TaskPutBack(TaskEvent, frozen=True, gc=False, tag="task-put-back"):
    """Sent for tasks of this project that must wait: their message comes again at ``eta``."""

    eta: Timestamp | None = None
    reason: Any = None


class TaskReopened(TaskEvent, frozen=True, gc=False, tag="task-reopened"):
    """Sent where an operator puts back messages whose tasks had been announced as revoked."""


class TaskFound(TaskEvent, frozen=True, gc=False):
    """Not from the wire: a worker, asked, said that it runs this task since ``timestamp``."""

    name: Any = None
    args: Any = None
    kwargs: Any = None
    queue: Any = None
    redelivered: bool | None = None


class WorkerEvent(msgspec.Struct, frozen=True, gc=False, tag_field="type"):
    hostname: Hostname
    timestamp: Timestamp
    pid: int | None = None
    freq: Annotated[float, msgspec.Meta(gt=0, le=86_400)] | None = None
    active: Count | None = None
    processed: Count | None = None
    loadavg: list[float] | None = None
    sw_ident: Any = None
    sw_ver: Any = None
    sw_sys: Any = None


class WorkerOnline(WorkerEvent, frozen=True, gc=False, tag="worker-online"):
    pass


class WorkerHeartbeat(WorkerEvent, frozen=True, gc=False, tag="worker-heartbeat"):
    pass


class WorkerOffline(WorkerEvent, frozen=True, gc=False, tag="worker-offline"):
    pass


Event = (
    TaskSent
    | TaskReceived
    | TaskStarted
    | TaskProgress
    | TaskSucceeded
    | TaskFailed
    | TaskRetried
    | TaskCancelled
    | TaskRevoked
    | TaskRejected
    | TaskPutBack
    | TaskReopened
    | WorkerOnline
    | WorkerHeartbeat
    | WorkerOffline
)
_KNOWN: Final = frozenset(
    kind.__struct_config__.tag
    for kind in Event.__args__  # the tag of each event class
)


class _Envelope(msgspec.Struct, gc=False):
    body: bytes  # msgspec undoes the base64


class _Kind(msgspec.Struct, gc=False):
    type: str


class Decoder:
    """Decodes messages and counts what it could not: ``malformed`` events or messages, and
    ``ignored`` events of unknown type. Not for use by two threads at once."""

    def __init__(self) -> None:
        self.malformed = 0
        self.ignored = 0
        self._envelope = msgspec.json.Decoder(_Envelope)
        self._body = msgspec.json.Decoder(list[Event] | Event)
        self._parts = msgspec.json.Decoder(list[msgspec.Raw])
        self._kind = msgspec.json.Decoder(_Kind)
        self._event = msgspec.json.Decoder(Event)

    def decode(self, message: bytes) -> list[Event]:
        """The readable events of one message, in their order."""
        try:
            body = self._envelope.decode(message).body
        except (msgspec.DecodeError, RecursionError):
            self.malformed += 1
            return []
        return self.decode_body(body)

    def decode_body(self, body: bytes) -> list[Event]:
        """The readable events of a message's body, which may come without its envelope."""
        try:
            decoded = self._body.decode(body)
        except (msgspec.DecodeError, RecursionError):
            return self._one_by_one(body)
        return decoded if isinstance(decoded, list) else [decoded]

    def _one_by_one(self, body: bytes) -> list[Event]:
        """One odd event must not cost its neighbours in the same message."""
        parts: list[bytes | msgspec.Raw]
        if body.lstrip()[:1] == b"[":
            try:
                parts = list(self._parts.decode(body))
            except (msgspec.DecodeError, RecursionError):
                self.malformed += 1
                return []
        else:
            parts = [body]
        events = []
        for part in parts:
            try:
                known = self._kind.decode(part).type in _KNOWN
                if known:
                    events.append(self._event.decode(part))
                else:
                    self.ignored += 1
            except (msgspec.DecodeError, RecursionError):
                self.malformed += 1
        return events


def text(value: Any, limit: int = TEXT_LIMIT) -> str | None:
    """A field as a bounded text: producers of other languages send lists where Celery sends
    their representation, and a representation may be as large as its value."""
    if value is None:
        return None
    if not isinstance(value, str):
        try:
            value = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        except RecursionError:
            value = "(nested too deeply to be shown)"
    return value if len(value) <= limit else f"{value[:limit]}…"
