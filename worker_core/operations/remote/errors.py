"""What can go wrong between a client and the server, in words for its user."""

# ruff: noqa: N818 - the names read as what happened

from worker_core.operations.errors import OperationError


class ServerError(OperationError):
    """Base of what the server, or the way to it, is the reason of."""


class ServerAway(ServerError):
    """No answer, or one that says: not now. Nothing was done. ``retry_s`` is when to come back,
    where the server said so."""

    def __init__(self, message: str, remedy: str, retry_s: float | None = None) -> None:
        super().__init__(message, remedy)
        self.retry_s = retry_s


class PerhapsDone(ServerAway):
    """The connection was lost after the request had begun to leave: the server may have it."""

    outcome_known = False


class TooMany(ServerAway):
    """The user's requests of this minute are used up."""


class NotTheServer(ServerError):
    """Something answers there, and it is not the API."""


class NotTrusted(ServerError):
    """The server's certificate was not accepted, so that no token was sent."""


class SignInAgain(ServerError):
    """The token is not accepted: it has expired, was revoked, or never was one."""


class NotAllowed(ServerError):
    """The user's role does not allow it."""


class NotYours(ServerError):
    """There is nothing of that id, or nothing that is the user's."""


class TooLarge(ServerError):
    """What was sent, or what came back, is larger than may be."""


class Refused(ServerError):
    """The server will not do it in this state of things."""


class NotOffered(ServerError):
    """The API has no route for it: only who reaches the broker can do it."""
