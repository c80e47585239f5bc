"""Whether a port of this computer can be listened on, found out before a server tries."""

import errno
import socket

from worker_core.operations.errors import OperationError


class PortRefused(OperationError):  # noqa: N818 - the name reads as what happened
    """A server cannot listen where it should."""


def require_port(host: str, port: int, *, what: str, setting: str) -> None:
    """See that ``what`` can listen there; ``setting`` is the variable that names the port.

    Raises:
        PortRefused: another program has the port, this user may not have it, or the address is
            not one of this computer.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            # As servers do: what a program that has ended left behind keeps nobody away.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        why, remedy = _words(error, host, port, setting)
        raise PortRefused(f"{why}, so that {what} cannot start.", remedy) from error


def _words(error: OSError, host: str, port: int, setting: str) -> tuple[str, str]:
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"Port {port} of {host} is in use by another program",
                f"End that program, or choose another port in {setting}.",
            )
        case errno.EACCES:
            return (
                f"Port {port} of {host} may not be used by this user",
                f"Choose one above 1023 in {setting}.",
            )
    return (
        f"{host} port {port} cannot be listened on ({error.strerror or error})",
        "Give an address that this computer has.",
    )
