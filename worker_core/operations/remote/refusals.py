"""What an answer that is not the wanted one means."""

import math
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import msgspec

from worker_core.operations.errors import InvalidArguments, OperationError
from worker_core.operations.remote.answers import Problem
from worker_core.operations.remote.errors import (
    NotAllowed,
    NotTheServer,
    NotYours,
    PerhapsDone,
    Refused,
    ServerAway,
    ServerError,
    SignInAgain,
    TooLarge,
    TooMany,
)
from worker_core.operations.remote.place import Place

KINDS: Final = frozenset({"application/json", "application/problem+json"})
LONGEST_WORDS: Final = 600
LONGEST_WAIT_S: Final = 3600.0
SAME_AGAIN: Final = "It is not known whether it was done. Send it again as it is: it is done once."
# After these it may have been done all the same; 503 says that it was not.
_BROKE_OFF: Final = frozenset({500, 502, 504})
_KINDS: Final[Mapping[int, tuple[type[ServerError], str]]] = {
    403: (NotAllowed, "An operator can do it, or an administrator give you the role."),
    404: (NotYours, "It may have been removed; look at the list again."),
    409: (Refused, "Look at its state again."),
    413: (TooLarge, "Send less at once, or split it."),
}


def judge(
    status: int, headers: Mapping[str, str], body: bytes, place: Place, *, changes: bool = False
) -> None:
    """Return where the answer is the one that was wanted. ``changes``: the request was one that
    may have changed something, however it was answered.

    Raises:
        ServerError, InvalidArguments: it is another, with words for the user.
    """
    if 300 <= status < 400:
        raise _redirected(headers.get("location", ""), place)
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in KINDS and 200 <= status < 300:
        return
    if kind in KINDS:
        error = of_status(status, headers, _problem(body), place)
    else:
        error = _foreign(status, kind, headers, place)
    if changes and status in _BROKE_OFF and isinstance(error, ServerAway):
        raise PerhapsDone(error.message, SAME_AGAIN, error.retry_s)
    raise error


def sign_in(said: str) -> SignInAgain:
    return SignInAgain(
        said, "Sign in again on the Connections page. What you typed is kept until then."
    )


def of_status(
    status: int, headers: Mapping[str, str], problem: Problem, place: Place
) -> OperationError:
    """The error that a problem of that status is. The server's own words are shown, shortened."""
    said = _shown(problem.detail) or f"{place.label} refuses it ({status})."
    wait = retry_after(headers)
    if status == HTTPStatus.UNAUTHORIZED:
        return sign_in(f"{place.label} does not accept your token: it has expired, or was revoked.")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        after = "in a moment" if wait is None else f"in {math.ceil(wait)} s"
        return TooMany(said, f"Try again {after}; nothing was done.", wait)
    if status in {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.BAD_REQUEST}:
        return _invalid(said, problem)
    if status >= 500 or status == HTTPStatus.REQUEST_TIMEOUT:
        return _away(said, wait)
    kind, remedy = _KINDS.get(status, (Refused, "Server and window may be of different releases."))
    return kind(said, remedy)


def _invalid(said: str, problem: Problem) -> InvalidArguments:
    fields = {
        one.field.removeprefix("body").lstrip("."): _shown(one.message)
        for one in problem.errors or ()
    }
    told = "; ".join(f"{name or 'the whole'}: {text}" for name, text in fields.items())
    return InvalidArguments(said, _shown(told) or "Correct it.", fields)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds until the server wants to be asked again; None where it does not say."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_WAIT_S)
    try:
        at, now = parsedate_to_datetime(text), parsedate_to_datetime(headers.get("date", ""))
        # By the server's own clock, whatever this computer's says.
        return min(max((at - now).total_seconds(), 0.0), LONGEST_WAIT_S)
    except (TypeError, ValueError):
        return None


def _away(said: str, wait: float | None) -> ServerAway:
    return ServerAway(said, "Try again in a moment. What you typed is kept.", wait)


def _redirected(location: str, place: Place) -> ServerError:
    try:
        where = urlsplit(location).netloc
    except ValueError:
        where = ""
    other = f" to {_shown(where)[:200]}" if where else ""
    return NotTheServer(
        f"{place.label} sends on{other}, which is not followed: your token is for the server that "
        "you named.",
        "Name the server itself on the Connections page, with https:// where it has it.",
    )


def _foreign(status: int, kind: str, headers: Mapping[str, str], place: Place) -> OperationError:
    """Not from the API: a proxy in trouble, a page for people, another server."""
    if status in {502, 503, 504}:
        return _away(f"What stands before {place.label} says that it is away ({status}).", None)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return TooMany(
            f"{place.label} is asked too often.", "Try again in a moment.", retry_after(headers)
        )
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return TooLarge(
            f"What stands before {place.label} takes no body as large as this.", "Send less."
        )
    what = "a web page" if kind == "text/html" else f"{_shown(kind)[:60] or 'something unnamed'}"
    return NotTheServer(
        f"{place.label} answers {what} ({status}), so it is not the API of AFI Desk.",
        "Check address and port: “afi api” says at its start where it listens.",
    )


def _problem(body: bytes) -> Problem:
    try:
        return msgspec.json.decode(body, type=Problem)
    except (msgspec.DecodeError, RecursionError):
        return Problem()


def _shown(text: str) -> str:
    """Fit for one line of the window."""
    return "".join(one if one.isprintable() else " " for one in text)[:LONGEST_WORDS]
