"""The lists of one worker: what stands in the columns of each."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from desktop_app.qt_models.keyed_table import Cell
from desktop_app.qt_models.words import clean, tip
from desktop_app.ui import formats
from desktop_app.ui.columns import AnyIndex, Column, Kind
from worker_core.operations import worker_facts
from worker_core.operations.worker_facts import Job, Registered, Served, Stats

_LIMIT: Final = 500
_DEEPEST: Final = 6


@dataclass(frozen=True, slots=True)
class Slot:
    """A process of the pool, or a task whose process is not told."""

    pid: int | None
    job: Job | None = None


@dataclass(frozen=True, slots=True)
class Held:
    job: Job
    queue: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    name: str
    value: str


@dataclass(frozen=True)
class Kept:
    """One tab: its title, its part of the worker's answers, columns, and what stands in place of
    rows."""

    part: str
    title: str
    nothing: str
    hint: str
    columns: tuple[tuple[Cell[Any], Column], ...]
    identity: Callable[[Any], Any]
    words: Callable[[Any], str]
    task_id: Callable[[Any], str] = field(default=lambda _row: "")
    id_column: int = -1
    ages: bool = False


def _cell(title: str, value: Callable[[Any], str | None]) -> Cell[Any]:
    def shown(row: Any) -> str | None:
        text = value(row)
        return clean(text[:_LIMIT]) if text else None

    return Cell(title, shown, lambda row: tip(value(row)))


def _link(_index: AnyIndex) -> str:
    return "accent"


def _faint_if_idle(index: AnyIndex) -> str | None:
    task_id = index.model().index(index.row(), _RUNNING_ID).data()
    return None if task_id else "text_faint"


def _since(row: Slot) -> float | None:
    began = row.job.started if row.job else None
    return None if began is None else max(time.time() - began, 0.0)


def _left(row: Held) -> float | None:
    return None if row.job.eta is None else row.job.eta - time.time()


def _running(read: Callable[[Job], str | None]) -> Callable[[Slot], str | None]:
    return lambda slot: None if slot.job is None else read(slot.job)


_ID = Column(Kind.MONO, 150, ink=_link)
_TASK = Column(width=330, most=460)
_RUNNING_ID = 3
_REST = Column(Kind.MONO, width=330, stretch=True)

KEPT: Final = (
    Kept(
        "active", "Running now", "It runs nothing now", "",
        (
            (Cell("Process", lambda row: row.pid), Column(Kind.NUMBER, 70, format=str)),
            (
                _cell("Task", lambda row: row.job.name if row.job else "idle"),
                Column(width=330, most=460, ink=_faint_if_idle),
            ),
            (Cell("For", _since), Column(Kind.NUMBER, 70, format=formats.duration)),
            (_cell("Id", _running(lambda job: job.task_id)), _ID),
            (_cell("Arguments", _running(lambda job: job.arguments)), _REST),
        ),
        lambda row: (row.pid, row.job.task_id if row.job else ""),
        lambda row: f"{row.job.name} {row.job.task_id} {row.job.arguments}" if row.job else "",
        lambda row: row.job.task_id if row.job else "", 3, ages=True,
    ),
    Kept(
        "reserved", "Reserved", "It holds nothing that it has not begun", "",
        (
            (_cell("Task", lambda row: row.job.name), _TASK),
            (_cell("Queue", lambda row: row.queue), Column(width=150)),
            (Cell("Priority", lambda row: row.job.priority), Column(Kind.NUMBER, 70)),
            (
                Cell("Again", lambda row: "yes" if row.job.redelivered else None,
                     lambda _: tip("Whether it was delivered before")),
                Column(width=60, ink=lambda _: "warning"),
            ),
            (_cell("Id", lambda row: row.job.task_id), _ID),
            (_cell("Arguments", lambda row: row.job.arguments), _REST),
        ),
        lambda row: row.job.task_id,
        lambda row: f"{row.job.name} {row.queue} {row.job.task_id} {row.job.arguments}",
        lambda row: row.job.task_id, 4,
    ),
    Kept(
        "scheduled", "Scheduled", "It holds no task for later",
        "Tasks with a countdown or a time wait here until they are due.",
        (
            (_cell("Task", lambda row: row.job.name), _TASK),
            (
                Cell("Due", lambda row: row.job.eta),
                Column(width=110, format=lambda at: formats.moment(at, time.time())),
            ),
            (Cell("In", _left), Column(Kind.NUMBER, 70, format=formats.duration)),
            (_cell("Id", lambda row: row.job.task_id), _ID),
            (_cell("Arguments", lambda row: row.job.arguments), _REST),
        ),
        lambda row: row.job.task_id,
        lambda row: f"{row.job.name} {row.job.task_id} {row.job.arguments}",
        lambda row: row.job.task_id, 3, ages=True,
    ),
    Kept(
        "registered", "Registered", "It knows no task", "",
        (
            (_cell("Task", lambda row: row.name), Column(stretch=True)),
            (_cell("Rate limit", lambda row: row.rate_limit), Column(width=120)),
        ),
        lambda row: row.name, lambda row: row.name,
    ),
    Kept(
        "revoked", "Revoked", "It was told to leave out no task",
        "What is revoked lives in its memory alone.",
        ((_cell("Task id", lambda row: row.name), Column(Kind.MONO, stretch=True, ink=_link)),),
        lambda row: row.name, lambda row: row.name, lambda row: row.name, 0,
    ),
    Kept(
        "active_queues", "Queues", "It takes from no queue", "Add one with Queues in the bar.",
        (
            (_cell("Queue", lambda row: row.name), Column(width=330)),
            (_cell("Exchange", lambda row: row.exchange), Column(width=200)),
            (_cell("Routing key", lambda row: row.routing_key), Column(stretch=True)),
        ),
        lambda row: row.name, lambda row: row.name,
    ),
    Kept(
        "conf", "Configuration", "It told no setting", "",
        (
            (_cell("Setting", lambda row: row.name), Column(width=320)),
            (_cell("Value", lambda row: row.value), _REST),
        ),
        lambda row: row.name, lambda row: f"{row.name} {row.value}",
    ),
    Kept(
        "stats", "Statistics", "It told no figures", "",
        (
            (_cell("Name", lambda row: row.name), Column(width=320)),
            (_cell("Value", lambda row: row.value), _REST),
        ),
        lambda row: row.name, lambda row: f"{row.name} {row.value}",
    ),
)  # fmt: skip


def rows(part: str, told: Any, parts: Mapping[str, Any]) -> Sequence[Any]:
    """The rows of a tab from its ``part`` of the answers; ``parts`` are all of them."""
    match part:
        case "active":
            return list(_slots(told, parts.get("stats")))
        case "reserved" | "scheduled":
            queues: Sequence[Served] = parts.get("active_queues") or ()
            return [Held(job, worker_facts.queue_of(job, queues)) for job in told]
        case "revoked":
            return [Registered(name) for name in told]
        case "conf":
            return [Pair(name, str(value)) for name, value in sorted(told.items())]
        case "stats":
            return list(_flat(told.raw or {}))
    return list(told)


def _slots(jobs: Sequence[Job], stats: Stats | None) -> Iterator[Slot]:
    """Each process with its task, then the tasks of processes that are not told."""
    processes = stats.processes if stats else ()
    by_pid = {job.pid: job for job in jobs if job.pid in processes}
    yield from (Slot(pid, by_pid.get(pid)) for pid in processes)
    placed = {id(job) for job in by_pid.values()}
    yield from (Slot(job.pid, job) for job in jobs if id(job) not in placed)


def _flat(told: Mapping[Any, Any], before: str = "", depth: int = 0) -> Iterator[Pair]:
    for name, value in told.items():
        if isinstance(value, Mapping) and value and depth < _DEEPEST:
            yield from _flat(value, f"{before}{name}.", depth + 1)
        else:
            yield Pair(f"{before}{name}", str(value))
