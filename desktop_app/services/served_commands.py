"""Commands through a server of the API, and those of whatever connection is in use."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from desktop_app.services.blocking import Blocking
from desktop_app.services.commands import Commands, must_be_allowed
from worker_core import catalog
from worker_core.operations.canvas import Plan
from worker_core.operations.control import Call
from worker_core.operations.remote.answers import Submitted, Task, Told
from worker_core.operations.remote.api import Api
from worker_core.operations.remote.errors import NotOffered
from worker_core.operations.results import TaskResult
from worker_core.operations.submit import DELIVERED_LATER, Submission
from worker_core.operations.task_log import LogLine, TaskLog

_STATES = {
    "succeeded": "SUCCESS",
    "failed": "FAILURE",
    "quarantined": "FAILURE",
    "cancelled": "REVOKED",
    "skipped": "REVOKED",
}


class ServedCommands(Commands):
    """What a user of the API may do to tasks of their own. ``handed_in`` hears when one was handed
    in, so that somebody looks for it."""

    def __init__(self, blocking: Blocking, api: Api, handed_in: Callable[[], object]) -> None:
        super().__init__(blocking)
        self._api = api
        self._handed_in = handed_in
        self._latest: tuple[str, Told] | None = None

    async def enqueue(self, name: str, arguments: Mapping[str, Any]) -> Submission:
        must_be_allowed()
        # As JSON has them: a date is a text on the way.
        told = json.loads(json.dumps(arguments, default=str))
        return self._taken(await self._blocking.run(self._api.submit, name, told))

    def _taken(self, done: Submitted) -> Submission:
        self._handed_in()
        return Submission(
            done.task_id,
            done.task,
            done.queue,
            tuple(done.follow_ups),
            delivered=done.delivered,
            problem=None if done.delivered else f"The broker is away. {DELIVERED_LATER}",
        )

    async def call(self, _name: str, _call: Mapping[str, Any]) -> Submission:
        raise _not_offered("Tasks of other applications cannot be sent through the API.")

    async def registered(self) -> frozenset[str]:
        """The catalog's own: workers are not asked."""
        return frozenset(catalog.TASKS)

    async def cancel(self, task_id: str, _queue: str) -> None:
        must_be_allowed()
        await self._blocking.run(self._api.cancel, task_id)
        self._handed_in()

    async def terminate(self, task_id: str, _worker: str | None = None) -> None:
        await self.cancel(task_id, "")

    async def call_of(self, task_id: str, queue: str) -> Call:
        told = await self._told(task_id)
        return Call(told.task, [], told.arguments, queue or None)

    async def plan(self, task_id: str, _queue: str) -> Plan:
        """What it was told; what follows it is told by its own row."""
        told = await self._told(task_id)
        return Plan((), None, args=[], kwargs=told.arguments)

    async def _told(self, task_id: str) -> Told:
        """It never changes, so it is asked for once while it is looked at."""
        if (latest := self._latest) is not None and latest[0] == task_id:
            return latest[1]
        told = await self._blocking.run(self._api.told, task_id)
        self._latest = task_id, told
        return told

    async def log(self, task_id: str) -> TaskLog:
        """The first lines that it logged, as far as they are told to the user."""
        told = await self._blocking.run(self._api.log, task_id)
        return TaskLog(
            tuple(
                LogLine(one.at.timestamp(), one.level, one.logger, one.text) for one in told.lines
            ),
            cut=told.cut,
        )

    async def retry(self, task_id: str) -> Submission:
        must_be_allowed()
        told = await self._told(task_id)
        return self._taken(await self._blocking.run(self._api.submit, told.task, told.arguments))

    async def outcome(self, task_id: str) -> TaskResult | None:
        return _result(await self._blocking.run(self._api.status, task_id))


class CommandsInUse(Commands):
    """Those of the connection that is in use: pages keep this one, whichever that is."""

    def __init__(self, blocking: Blocking) -> None:
        super().__init__(blocking)
        self._broker = Commands(blocking)
        self._given: Commands = self._broker

    def use(self, commands: Commands | None) -> None:
        """Give commands through these from now on; None for the broker's."""
        self._given = commands or self._broker

    async def enqueue(self, name: str, arguments: Mapping[str, Any]) -> Submission:
        return await self._given.enqueue(name, arguments)

    async def call(self, name: str, call: Mapping[str, Any]) -> Submission:
        return await self._given.call(name, call)

    async def registered(self) -> frozenset[str]:
        return await self._given.registered()

    async def cancel(self, task_id: str, queue: str) -> None:
        await self._given.cancel(task_id, queue)

    async def terminate(self, task_id: str, worker: str | None = None) -> None:
        await self._given.terminate(task_id, worker)

    async def call_of(self, task_id: str, queue: str) -> Call:
        return await self._given.call_of(task_id, queue)

    async def plan(self, task_id: str, queue: str) -> Plan:
        return await self._given.plan(task_id, queue)

    async def log(self, task_id: str) -> TaskLog:
        return await self._given.log(task_id)

    async def retry(self, task_id: str) -> Submission:
        return await self._given.retry(task_id)

    async def outcome(self, task_id: str) -> TaskResult | None:
        return await self._given.outcome(task_id)


def _result(task: Task) -> TaskResult | None:
    state = _STATES.get(task.status)
    if state is None or (state == "SUCCESS" and task.result is None):
        return None
    return TaskResult(
        task_id=task.task_id,
        state=state,
        result=task.result,
        error=task.error.words if task.error else None,
        traceback=None,
        children=(),
        parent_id=task.parent_id,
        finished=task.finished_at,
        name=task.task,
        args=None,
        kwargs=None,
        worker=None,
        queue=task.queue,
        retries=task.retries,
    )


def _not_offered(said: str) -> NotOffered:
    return NotOffered(said, "Use a connection to the broker for it.")
