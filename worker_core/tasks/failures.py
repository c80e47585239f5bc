"""How tasks fail: for good, for now, or by ending their worker."""

from typing import Any

from kombu.exceptions import OperationalError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from worker_core.operations.errors import BrokerUnreachable

CONNECTION_ERRORS = (
    OperationalError,
    RedisConnectionError,
    RedisTimeoutError,
    BrokerUnreachable,
    ConnectionError,
)


class PermanentFailure(Exception):  # noqa: N818 - shown to users by this name
    """Trying again would fail again: a bad file, bad arguments, a task that is not there."""


class TransientFailure(Exception):  # noqa: N818 - shown to users by this name
    """It may pass: the text says what happened, which attempt it was, and when the next one is."""


class Quarantined(Exception):  # noqa: N818 - shown to users by this name
    """The task kept ending its worker and is not run again before it is released."""


def transient(error: BaseException) -> bool:
    """Whether the same call may succeed a little later."""
    return getattr(error, "transient", False) is True or isinstance(error, CONNECTION_ERRORS)


def described(error: BaseException) -> dict[str, str]:
    """The error for an ending in the marks."""
    return {"type": type(error).__name__, "message": str(error)[:2000]}


def as_fields(error: BaseException) -> dict[str, Any]:
    """The same for a note to the ledger."""
    words = described(error)
    return {"error_type": words["type"], "error_message": words["message"]}
