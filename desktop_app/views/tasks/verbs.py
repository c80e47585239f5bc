"""What can be done to a task, in which state, and what is said of it."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from desktop_app.monitor.rows import RUNNING, TaskRow
from desktop_app.services.commands import Commands
from desktop_app.views.tasks.wording import WAITING, is_over


@dataclass(frozen=True, slots=True)
class Verb:
    """A command, and the words around it. ``done`` goes before what it was done to. ``risk`` says
    what is lost; where nothing is, a single task is not asked about."""

    word: str
    icon: str
    done: str
    risk: str
    run: Callable[[Commands, TaskRow], Coroutine[Any, Any, Any]]
    possible: Callable[[TaskRow], bool]


CANCEL = Verb(
    "Cancel",
    "close",
    "Cancelled",
    "",
    lambda commands, row: commands.cancel(row.uuid, row.queue),
    lambda row: row.state in WAITING,
)
TERMINATE = Verb(
    "Terminate",
    "stop",
    "Asked the workers to end",
    "What it has done so far is lost. Only workers with the prefork pool can end a running task.",
    lambda commands, row: commands.terminate(row.uuid, row.worker),
    lambda row: row.state in RUNNING and not is_over(row),
)
RETRY = Verb(
    "Retry",
    "retry",
    "Sent again",
    "",
    lambda commands, row: commands.retry(row.uuid),
    lambda row: not CANCEL.possible(row) and not TERMINATE.possible(row),
)
VERBS = (CANCEL, TERMINATE, RETRY)


def of(row: TaskRow) -> Verb:
    """The one thing to do to a task in its state."""
    return next(verb for verb in VERBS if verb.possible(row))


def for_many(row: TaskRow) -> Verb | None:
    """The same for one of many: what succeeded is not repeated along with the rest."""
    return None if row.state == "SUCCESS" else of(row)
