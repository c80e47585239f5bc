"""What a way to the server that failed is, in words for the user."""

import ssl

from worker_core.operations.remote.errors import (
    NotTrusted,
    PerhapsDone,
    ServerAway,
    ServerError,
)
from worker_core.operations.remote.place import Place


def failure(error: Exception, place: Place, *, repeatable: bool) -> ServerError:
    """The error that an exception of httpx is. ``repeatable``: the request changed nothing, however
    far it came."""
    import httpx

    causes = _chain(error)
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return NotTrusted(
                f"The certificate of {place.label} was not accepted: {cause.verify_message}. "
                "The token was not sent.",
                "If the server has an authority of its own, name its certificate on the "
                "Connections page. Check this computer's date and time as well.",
            )
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return NotTrusted(
            f"{place.label} and this computer found no way to talk with TLS ({error}). "
            "The token was not sent.",
            "Check the port: the server may not speak TLS there.",
        )
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return ServerAway(
            f"{place.label} does not answer ({_said(error)}).",
            "Check the address and the network. What you typed is kept.",
        )
    if isinstance(
        error, httpx.ProxyError | httpx.UnsupportedProtocol | httpx.InvalidURL | UnicodeError
    ):
        return ServerAway(
            f"There is no way to {place.label} ({_said(error)}).",
            "Check the address, and the proxy of this computer.",
        )
    if repeatable:
        return ServerAway(f"The connection to {place.label} broke ({_said(error)}).", "Try again.")
    return PerhapsDone(
        f"The connection to {place.label} broke ({_said(error)}), so it is not known whether the "
        "server has it.",
        "Send it again as it is: it is done once.",
    )


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__


def _chain(error: BaseException | None) -> list[BaseException]:
    causes: list[BaseException] = []
    while error is not None and error not in causes:
        causes.append(error)
        error = error.__cause__ or error.__context__
    return causes
