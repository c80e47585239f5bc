"""What an operator does to tasks. Each returns when the broker has the command; its outcome
arrives as an event."""

from collections.abc import Mapping
from typing import Any

from desktop_app.services.blocking import Blocking
from worker_core import settings
from worker_core.catalog import TASKS
from worker_core.operations import control
from worker_core.operations.canvas import Plan, plan
from worker_core.operations.client import send
from worker_core.operations.control import Call, true_call
from worker_core.operations.errors import NobodyHeard, OperationError
from worker_core.operations.results import TaskResult, result
from worker_core.operations.submit import PROCESS, Submission, submit, submit_document
from worker_core.operations.task_log import TaskLog, task_log
from worker_core.operations.workers import inspect

ASK_TIMEOUT_S = 2.0
DEFAULT_QUEUE = "celery"
PREFORK, THREAD = "prefork", "thread"


class CannotEnd(OperationError):  # noqa: N818 - named as the other errors of operations are
    """The pool of a worker has no way to end a task."""


class ReadOnly(OperationError):  # noqa: N818 - named as the other errors of operations are
    """The connection in use is one to look at only."""


def must_be_allowed() -> None:
    """Return where changes are allowed.

    Raises:
        ReadOnly: they are not.
    """
    if settings.current().read_only:
        raise ReadOnly(
            "This connection is read-only, so nothing was changed.",
            "Allow changes on the Connections page.",
        )


class Commands:
    """Commands over the broker that is looked at.

    Every one raises OperationError, with words for the user, when it cannot be given.
    """

    def __init__(self, blocking: Blocking) -> None:
        self._blocking = blocking

    async def enqueue(self, name: str, arguments: Mapping[str, Any]) -> Submission:
        """Put a task of the catalog on its queue; what follows a document comes with it."""
        must_be_allowed()
        if name == PROCESS:
            return await self._blocking.run(submit_document, arguments)
        return await self._blocking.run(submit, name, arguments)

    async def call(self, name: str, call: Mapping[str, Any]) -> Submission:
        """Put a task on a queue that the catalog does not know: ``queue``, ``args``, ``kwargs``."""
        must_be_allowed()
        queue = str(call.get("queue", DEFAULT_QUEUE))
        task_id = await self._blocking.run(
            send, name, call.get("args", ()), call.get("kwargs", {}), queue=queue, priority=0
        )
        return Submission(task_id, name, queue)

    async def registered(self) -> frozenset[str]:
        """The names of the tasks that the workers know who answer."""
        answers = await self._blocking.run(inspect, "registered", timeout=ASK_TIMEOUT_S)
        lists = (known for known in answers.values() if isinstance(known, list))
        return frozenset(str(name) for known in lists for name in known)

    async def cancel(self, task_id: str, queue: str) -> None:
        """Take a waiting task off its queue, or have the workers skip it. An empty ``queue`` means
        that it is not known."""
        must_be_allowed()
        await self._blocking.run(control.cancel, task_id, queue or None)

    async def terminate(self, task_id: str, worker: str | None = None) -> None:
        """End a running task's process. Only workers with the prefork pool can; one of ours that
        runs tasks in threads asks the task, which stops at its next word of progress. ``worker``
        is the node that runs it, where it is known.

        Raises:
            CannotEnd: the worker's pool cannot end a task.
            NobodyHeard: no worker answered, or not the one that runs it.
        """
        must_be_allowed()
        if worker is not None:
            await self._must_be_able_to_end(worker)
        heard = await self._blocking.run(control.revoke, task_id, terminate=True)
        if not heard:
            raise NobodyHeard(
                "No worker answered, so nothing was stopped.",
                "See on the Overview whether its worker is still there. One that is busy in a solo "
                "pool hears nothing before its task is over, and cannot end one.",
            )
        if worker is not None and worker not in heard:
            raise NobodyHeard(
                f"{worker}, which runs the task, did not answer.",
                "If it is busy in a solo pool it cannot end a task: wait for it, or stop its "
                "process. If it is only late, the task is shown as revoked soon.",
            )

    async def _must_be_able_to_end(self, worker: str) -> None:
        answers = await self._blocking.run(
            inspect, "stats", timeout=ASK_TIMEOUT_S, destination=[worker]
        )
        match answers.get(worker):
            case {"pool": {"implementation": str() as pool}}:
                kind = pool.rpartition(":")[0].rpartition(".")[2]
            case _:
                return  # it does not say: let it try
        if kind != PREFORK and not (kind == THREAD and await self._is_ours(worker)):
            raise CannotEnd(
                f"{worker} runs its tasks in a pool ({kind}) that cannot end one.",
                "Wait for it, or shut that worker down on the Workers page.",
            )

    async def _is_ours(self, worker: str) -> bool:
        answers = await self._blocking.run(
            inspect, "registered", timeout=ASK_TIMEOUT_S, destination=[worker]
        )
        known = answers.get(worker)
        return isinstance(known, list) and any(name in TASKS for name in known)

    async def call_of(self, task_id: str, queue: str) -> Call:
        """What a task was told, whole."""
        return await self._blocking.run(true_call, task_id, queue or None)

    async def plan(self, task_id: str, queue: str) -> Plan:
        """What is to come after a task."""
        return await self._blocking.run(plan, task_id, queue or None)

    async def log(self, task_id: str) -> TaskLog:
        """What a task logged."""
        return await self._blocking.run(task_log, task_id)

    async def retry(self, task_id: str) -> Submission:
        """Send a task again with its true arguments."""
        must_be_allowed()
        return await self._blocking.run(control.retry, task_id)

    async def outcome(self, task_id: str) -> TaskResult | None:
        """The stored result of a task, whole; None where there is none."""
        return await self._blocking.run(result, task_id)
