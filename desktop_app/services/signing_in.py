"""Signing in at a server of the HTTP API: what is typed for it, and what is found there."""

import time
from dataclasses import dataclass
from typing import Literal

from msgspec.structs import replace

from desktop_app.services.profiles import FOR_SERVER, Profile
from worker_core.operations.errors import OperationError
from worker_core.operations.remote.answers import Me
from worker_core.operations.remote.api import Api
from worker_core.operations.remote.http import Line
from worker_core.operations.remote.place import EXAMPLE, Place, problem_of, problem_of_token

__all__ = [
    "EXAMPLE",
    "SignedIn",
    "UnusableProfile",
    "address_words",
    "checked_server",
    "signed_in",
    "token_problem",
]


class UnusableProfile(OperationError):  # noqa: N818 - named as the others are
    """What was typed for a connection cannot be kept."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whom the server knows by the token, how quickly it answers, and how many seconds its clock
    is ahead of this computer's."""

    me: Me
    answers_in_s: float
    ahead_s: float | None


def address_words(text: str) -> tuple[Literal["empty", "wrong", "good"], str]:
    """Whether that is the address of a server that a token may be sent to, and in words."""
    if not text.strip():
        return "empty", "Where “afi api” listens, or what stands before it."
    if said := problem_of(text):
        return "wrong", said
    place = Place(text, "")
    if place.is_secure:
        return "good", f"Connects to {place.label}, with TLS"
    return "good", f"Connects to {place.label} on this computer, without TLS"


def token_problem(token: str) -> str:
    """Why that is not a whole token; empty where it looks like one."""
    return problem_of_token(token)


def signed_in(place: Place) -> SignedIn:
    """What a server says to a token. Blocks.

    Raises:
        OperationError: it does not answer, is no server of the API, or does not know the token.
    """
    api = Api(Line(place))
    try:
        began = time.perf_counter()
        me = api.me()
        return SignedIn(me, time.perf_counter() - began, api.line.ahead_s)
    finally:
        api.close()


def checked_server(profile: Profile, token: str) -> tuple[Profile, dict[str, str]]:
    """The profile of a server and the token, where one was typed, once both can be used.

    Raises:
        UnusableProfile: they cannot.
    """
    if said := problem_of(profile.address):
        raise UnusableProfile(f"The server's address cannot be used: {said}", "")
    if token and (said := problem_of_token(token)):
        raise UnusableProfile(said, "")
    bare = Profile(
        profile.name,
        profile.address.rstrip("/"),
        production=profile.production,
        read_only=profile.read_only,
    )
    kept = replace(bare, kind="server", authority=profile.authority.strip())
    return kept, ({FOR_SERVER: token} if token else {})
