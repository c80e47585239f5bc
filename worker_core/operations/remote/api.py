"""The routes of the API as calls."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar
from urllib.parse import quote

from worker_core.catalog import task as known_task
from worker_core.operations.remote import answers
from worker_core.operations.remote.http import ANSWER_S
from worker_core.operations.remote.library import Library
from worker_core.operations.remote.sending import fingerprint, headers
from worker_core.operations.remote.stream import TaskStream

T = TypeVar("T")

PREFIX: Final = "/api/background-tasks"
LOOK_S: Final = 5.0


class Api(Library):
    """A server of the API, asked as one user. Every call blocks, and raises OperationError, with
    words for the user, where it has no answer."""

    def close(self) -> None:
        """End waiting, and give the connections back."""
        self._intents.stop()
        self.line.close()

    # Who, and how all is

    def me(self) -> answers.Me:
        return self.line.ask("GET", "/api/me", answers.Me, timeout_s=LOOK_S)

    def queues(self) -> answers.Queues:
        return self._system("/queues/lengths", answers.Queues)

    def workers(self) -> answers.Workers:
        """For operators."""
        return self._system("/workers/stats", answers.Workers)

    def health(self) -> answers.Health:
        return self._system("/health", answers.Health)

    def _system(self, path: str, kind: type[T]) -> T:
        return self.line.ask("GET", PREFIX + path, kind, timeout_s=ANSWER_S)

    # Tasks

    def submit(self, name: str, arguments: Mapping[str, Any]) -> answers.Submitted:
        """Hand in a task of the catalog, once, whatever happens to the connection.

        Raises:
            UnknownTask: the catalog has none of that name.
            InvalidArguments: they do not fit it.
            PerhapsDone: no answer came; the same sent again is done once.
        """
        queue, _, own = known_task(name).name.partition(".")
        body = dict(arguments)
        return self._intents.send(
            fingerprint(self.line.place.label, name, body),
            lambda key: self.line.ask(
                "POST",
                f"{PREFIX}/{queue}/{own}",
                answers.Submitted,
                json=body,
                headers=headers(key),
            ),
        )

    def tasks(self, limit: int = 100, after: str | None = None) -> answers.Tasks:
        """One's own, from the newest on."""
        wanted: dict[str, str | int] = {"limit": limit} | ({"after": after} if after else {})
        return self.line.ask("GET", f"{PREFIX}/tasks", answers.Tasks, params=wanted)

    def status(self, task_id: str) -> answers.Task:
        """With its result."""
        return self.line.ask("GET", f"{_task(task_id)}/status", answers.Task)

    def told(self, task_id: str) -> answers.Told:
        """What a task was told."""
        return self.line.ask("GET", f"{_task(task_id)}/arguments", answers.Told)

    def log(self, task_id: str) -> answers.Lines:
        """What a task logged; an operator is told tracebacks as well."""
        return self.line.ask("GET", f"{_task(task_id)}/log", answers.Lines)

    def cancel(self, task_id: str) -> str:
        """Keep it from running, or end it where it runs; what was done, in words."""
        return self.line.ask("DELETE", _task(task_id), answers.Cancelled).outcome

    def stream(self, task_id: str, last_event_id: str = "") -> TaskStream:
        """Its course from the event after ``last_event_id`` on; not opened yet."""
        return TaskStream(self.line, f"{_task(task_id)}/events", last_event_id)


def _task(task_id: str) -> str:
    return f"{PREFIX}/task/{quote(task_id, safe=':')}"
