"""The way to the broker: its connections, and what their failures mean."""

import socket
import ssl
from typing import Any, Final, Protocol

from redis import Redis, exceptions

from worker_core.operations.connection import client, label, reaching
from worker_core.operations.errors import OperationError
from worker_core.operations.journal import journal_key

# An attempt to connect cannot be called off, so it must be over before anyone who waits for the
# end of its thread grows impatient.
CONNECT_TIMEOUT: Final = 1.5
ANSWER_TIMEOUT: Final = 5.0
POLL_TIMEOUT: Final = 1.5
# After each read the thread may have to wait for its turn to run Python, 5 ms while others are
# busy; so a read must bring much.
READ_SIZE: Final = 1024 * 1024

_SCHEMES: Final = ("redis://", "rediss://", "redis+socket://", "unix://")


class Subscriber(Protocol):
    """What is used of a redis-py connection, which carries no types."""

    def connect(self) -> None: ...
    def disconnect(self) -> None: ...
    def send_command(self, *words: str, check_health: bool) -> None: ...
    def read_response(self, *, timeout: float = ..., disconnect_on_error: bool = ...) -> Any: ...


class Link:
    """A broker's address, known to be usable. Opens nothing by itself.

    Raises:
        ValueError: the address cannot be used; the text says why, without its password.
    """

    def __init__(self, url: str, prefix: str = "") -> None:
        self.prefix = prefix
        self.url = url.strip()
        self.label = label(self.url)
        if not self.url.startswith(_SCHEMES):
            raise ValueError(
                "The broker's address cannot be used: events are read from Redis or Valkey, so "
                "it must begin with redis://, rediss:// or redis+socket://."
            )
        try:
            pool: Any = self._client(ANSWER_TIMEOUT).connection_pool
        except OperationError as error:
            raise ValueError(str(error)) from error
        self.db = int(pool.connection_kwargs.get("db") or 0)

    def subscriber(self) -> Subscriber:
        """A connection for one subscription, not connected yet. Throw it away after its first
        error: used again, redis-py would connect it anew without a word."""
        pool: Any = self._client(ANSWER_TIMEOUT).connection_pool
        pool.connection_kwargs["socket_read_size"] = READ_SIZE
        subscriber: Subscriber = pool.make_connection()
        return subscriber

    def client(self) -> Redis:
        """A client for commands. It fails instead of repeating; the caller has a schedule."""
        return self._client(POLL_TIMEOUT)

    def pattern(self) -> str:
        """The pattern that all event channels of this broker match."""
        prefix = "".join(f"\\{char}" if char in "*?[]\\^" else char for char in self.prefix)
        return f"{prefix}/{self.db}.celeryev/*"

    def journal_key(self) -> str:
        """The key of the event journal that this broker may have."""
        return journal_key(self.prefix)

    def _client(self, timeout: float) -> Redis:
        made = client(self.url, connect_timeout=CONNECT_TIMEOUT, timeout=timeout)
        # The address may carry timeouts of its own, but stopping in time relies on these.
        made.connection_pool.connection_kwargs.update(
            socket_connect_timeout=CONNECT_TIMEOUT, socket_timeout=timeout
        )
        return made


def explain(error: Exception, link: Link) -> str:
    """What a failed connection means, and what to do."""
    causes = _chain(error)
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        said = f"The certificate of {link.label} was not accepted: {error}."
    elif any(isinstance(cause, socket.gaierror) for cause in causes):
        said = f"The name in {link.label} cannot be found. Check the address and the network."
    elif any(isinstance(cause, exceptions.NoPermissionError) for cause in causes):
        said = (
            f"The broker at {link.label} does not let this user listen to events. Allow it the "
            f"command PSUBSCRIBE and exactly the channel pattern “{link.pattern()}”."
        )
    elif not isinstance(error, exceptions.RedisError | OSError):
        said = f"The connection to {link.label} broke: {error}."
    else:
        try:
            with reaching(link.url):
                raise error
        except OperationError as explained:
            said = str(explained)
    return f"{said} Trying again."


def is_refusal(error: BaseException) -> bool:
    """Whether the server refused the credentials."""
    if isinstance(error, exceptions.AuthenticationError | exceptions.AuthorizationError):
        return True
    return str(error).startswith(("NOAUTH", "WRONGPASS"))


def _chain(error: BaseException | None) -> list[BaseException]:
    causes = []
    while error is not None and error not in causes:
        causes.append(error)
        error = error.__cause__ or error.__context__
    return causes
