"""What can be told to workers, and the words around it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from desktop_app.qt_models.fleet_table import FleetRow
from desktop_app.qt_models.words import clean

FieldKind = Literal["count", "queue", "task", "rate", "seconds", "word"]

_FIXED: Final = frozenset({"solo", "threads"})
_MOST: Final = 1000


class NotSo(ValueError):  # noqa: N818 - reads as what it says
    """What was written into a field cannot be meant. The text says why."""


@dataclass(frozen=True, slots=True)
class Field:
    """``name`` is that of the command's argument. What may be left empty has a ``placeholder``
    that says what that means."""

    name: str
    title: str
    kind: FieldKind
    start: str = ""
    placeholder: str = ""


def _away(row: FleetRow) -> str:
    return "it has left" if row.state == "offline" else ""


@dataclass(frozen=True, slots=True)
class Action:
    """A command. ``ask`` begins the question and goes before who is meant; ``effect`` says what
    will happen; ``unable`` why one worker cannot, or is empty."""

    command: str
    group: str
    word: str
    icon: str
    key: str
    ask: str
    effect: str
    unable: Callable[[FleetRow], str] = _away
    fields: tuple[Field, ...] = ()
    changes: bool = True


def _no_resize(row: FleetRow) -> str:
    if row.pool in _FIXED:
        return f"its {row.pool} pool cannot change its size"
    if row.glance and row.glance.stats and row.glance.stats.autoscale:
        return "it sizes its pool by itself (--autoscale)"
    return _away(row)


def _no_scaler(row: FleetRow) -> str:
    if row.glance and row.glance.stats and not row.glance.stats.autoscale:
        return "it was not started with --autoscale"
    return _away(row)


def _no_restart(row: FleetRow) -> str:
    return f"its {row.pool} pool cannot be restarted" if row.pool in _FIXED else _away(row)


def _no_limits(row: FleetRow) -> str:
    if row.pool in _FIXED:
        return f"its {row.pool} pool cannot end a running task, so a limit has no effect"
    return _away(row)


_COUNT = Field("n", "By", "count", "1")
_QUEUE = Field("queue", "Queue", "queue")
_TASK = Field("task_name", "Task", "task")

ACTIONS: Final = (
    Action(
        "pool_grow", "Pool", "Grow…", "plus", "+", "Grow the pool of",
        "More tasks run at once, and each new process takes memory.", _no_resize, (_COUNT,),
    ),
    Action(
        "pool_shrink", "Pool", "Shrink…", "minus", "-", "Shrink the pool of",
        "Fewer tasks run at once. Busy processes are not ended.", _no_resize, (_COUNT,),
    ),
    Action(
        "autoscale", "Pool", "Autoscale…", "arrow-up", "A", "Change the autoscaler of",
        "The pool is kept between these sizes.", _no_scaler,
        (Field("min", "At least", "count", "1"), Field("max", "At most", "count", "4")),
    ),
    Action(
        "pool_restart", "Pool", "Restart pool…", "restart", "R", "Restart the pool of",
        "Its processes are replaced. Needs worker_pool_restarts in the worker's settings.",
        _no_restart,
    ),
    Action(
        "add_consumer", "Queues", "Take from a queue…", "plus", "Q", "Add a queue to",
        "They take tasks from it until they are started anew.", fields=(_QUEUE,),
    ),
    Action(
        "cancel_consumer", "Queues", "Leave a queue…", "minus", "Shift+Q", "Take a queue from",
        "They take nothing more from it. What they hold of it is still run.", fields=(_QUEUE,),
    ),
    Action(
        "revoke_by_stamped_headers", "Queues", "Revoke stamped tasks…", "close", "V",
        "Revoke the tasks of a stamp in",
        "Tasks that carry this stamp are not begun by them, until they are started anew. What runs "
        "goes on.",
        fields=(Field("stamp", "Stamp", "word"), Field("value", "Value", "word")),
    ),
    Action(
        "rate_limit", "Limits", "Rate limit…", "clock", "L", "Limit a task's rate in",
        "It holds for each worker by itself, until it is started anew. 0 lifts it.",
        fields=(_TASK, Field("rate_limit", "Rate", "rate", "", "10/s, 100/m, 10/h or 0")),
    ),
    Action(
        "time_limit", "Limits", "Time limits…", "clock", "Shift+L", "Limit a task's time in",
        "After the soft limit a task is told, after the hard one it is ended.", _no_limits,
        (
            _TASK,
            Field("soft", "Soft, s", "seconds", "", "none"),
            Field("hard", "Hard, s", "seconds", "", "none"),
        ),
    ),
    Action(
        "enable_events", "Events", "Send task events", "play", "E", "Have task events sent by",
        "This window then sees what becomes of their tasks.",
    ),
    Action(
        "disable_events", "Events", "Stop task events…", "pause", "Shift+E",
        "Stop the task events of", "This window no longer sees what becomes of their tasks.",
    ),
    Action(
        "heartbeat", "Events", "Ask for a heartbeat", "retry", "H", "Ask for a heartbeat of",
        "Each shows at once that it is there.", changes=False,
    ),
    Action(
        "shutdown", "Shut down", "Warm shutdown…", "stop", "Del", "Shut down",
        "Running tasks are finished first. Something else must start them again.",
    ),
    Action(
        "soft_shutdown", "Shut down", "Soft shutdown…", "stop", "Shift+Del", "Shut down soon",
        "What runs has worker_soft_shutdown_timeout to end and then goes back to its queue. Only "
        "workers of this project know this command; others take SIGQUIT on their computer.",
    ),
)  # fmt: skip
GROUPS: Final = tuple(dict.fromkeys(action.group for action in ACTIONS))


def arguments(action: Action, written: Mapping[str, str]) -> dict[str, object]:
    """The command's arguments from what was written.

    Raises:
        NotSo: one cannot be used.
    """
    read = {field.name: _read(field, written[field.name].strip()) for field in action.fields}
    if action.command == "autoscale" and int(str(read["min"])) > int(str(read["max"])):
        raise NotSo("At least is more than at most.")
    if action.command == "time_limit":
        soft, hard = read["soft"], read["hard"]
        if isinstance(soft, float) and isinstance(hard, float) and soft > hard:
            raise NotSo("The soft limit is later than the hard one.")
    if action.command == "revoke_by_stamped_headers":
        return {"headers": {str(read["stamp"]): [read["value"]]}}
    return read


def _read(field: Field, text: str) -> object:
    match field.kind:
        case "count":
            if not text.isdecimal() or not 1 <= int(text) <= _MOST:
                raise NotSo(f"{field.title}: write a number from 1 to {_MOST:,}.")
            return int(text)
        case "seconds":
            if not text:
                return None
            try:
                seconds = float(text)
            except ValueError:
                seconds = -1.0
            if not 0 < seconds < float("inf"):
                raise NotSo(f"{field.title}: write a number of seconds, or nothing.")
            return seconds
        case "rate" if text == "0":
            return 0
    if not text:
        raise NotSo(f"{field.title}: write which one is meant.")
    return text


def left_without(action: Action, row: FleetRow, given: Mapping[str, object]) -> str:
    """Why this worker cannot do it with these arguments, or empty."""
    if action.command == "pool_shrink" and row.slots is not None:
        by = given.get("n")
        if isinstance(by, int) and row.slots - by < 1:
            return "it would be left without a process"
    return ""


def named(rows: "list[FleetRow]", most: int = 4) -> str:
    """The workers' names, or the first of many."""
    names = [clean(row.name) for row in rows]
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")
