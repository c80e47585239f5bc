"""What can go wrong with the running system, in words for its user."""

# ruff: noqa: N818 - the names read as what happened

from collections.abc import Mapping


class OperationError(Exception):
    """Base: ``message`` says what happened, ``remedy`` what to do next. Unless ``outcome_known``,
    what was wanted may have been done all the same."""

    outcome_known = True

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.message = message
        self.remedy = remedy


class BrokerUnreachable(OperationError):
    """No usable answer from the broker: nothing there, login refused, too late, still loading."""


class PerhapsSent(BrokerUnreachable):
    """The broker fell silent while a message was sent, which may have arrived: ``task_id`` is the
    id that the task then has."""

    outcome_known = False

    def __init__(self, message: str, remedy: str, task_id: str) -> None:
        super().__init__(message, remedy)
        self.task_id = task_id


class BrokerRefused(OperationError):
    """The broker answers but refuses what was asked, for example because its memory is full."""


class NobodyHeard(OperationError):
    """No worker answered a command, so that nothing was done."""


class NoServer(OperationError):
    """This computer has no program that can serve as the broker."""


class ServerFailed(OperationError):
    """The local broker did not start or stop; ``log`` holds the last lines it wrote."""

    def __init__(self, message: str, remedy: str, log: str = "") -> None:
        super().__init__(message, remedy)
        self.log = log


class MemberFailed(OperationError):
    """A local process could not be started or stopped, or ended by itself."""


class TaskUnavailable(OperationError):
    """The catalog marks the task as one that cannot run."""


class InvalidArguments(OperationError):
    """What was given does not fit the task, or the schedule. ``fields`` maps a field's path, such
    as ``documents.3.ticker``, to what is wrong with it; "" stands for the whole."""

    def __init__(self, message: str, remedy: str, fields: Mapping[str, str]) -> None:
        super().__init__(message, remedy)
        self.fields = dict(fields)


class ForeignContent(OperationError):
    """Stored content in a format that is never opened, such as pickle."""


class ResultGone(OperationError):
    """A large result is not in the database any more."""


class NothingToRetry(OperationError):
    """The task's arguments are stored nowhere any more."""


class LedgerUnavailable(OperationError):
    """The database that holds the ledger of submitted tasks and the schedule cannot be used."""


class NotInQuarantine(OperationError):
    """There is no such task in quarantine."""


class NotAQueue(OperationError):
    """The broker keeps something else under a queue's name."""


class UnknownQueue(OperationError):
    """No queue of that name was ever declared."""


class NothingKept(OperationError):
    """Removed messages are not kept any more."""


class NotScheduled(OperationError):
    """The schedule has no entry of that name."""


class BadQuery(OperationError):
    """A search names nothing to look for, or too much."""


class NoDocument(OperationError):
    """There is no document of that number."""


class NoBatch(OperationError):
    """Nothing was handed over under that id."""


class ModelRefused(OperationError):
    """A model is not registered, or not in the state in which this could be done."""


class LabelRefused(OperationError):
    """A sentence cannot be given this label, or the label does not stand any more."""


class NoAlertRule(OperationError):
    """There is no alert rule of that name."""


class UserRefused(OperationError):
    """There is no such user or token, or there cannot be one."""


class KeyReused(OperationError):
    """An idempotency key came again with something else."""
