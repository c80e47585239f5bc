"""Database, broker and ports."""

from collections.abc import Iterator

from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.connection import client, label, reaching
from worker_core.operations.doctor.finding import Finding
from worker_core.operations.errors import OperationError
from worker_core.operations.ports import PortRefused, require_port
from worker_core.operations.servers import choose
from worker_core.settings import Settings, variable_of
from worker_core.storage import StorageError

BROKER_S = 3.0


def database(settings: Settings) -> Iterator[Finding]:
    """Whether it can be reached, is whole, and is of this version or an older one."""
    yield from _database(settings, thorough=True)


def database_at_start(settings: Settings) -> Iterator[Finding]:
    """The same without reading all of it."""
    yield from _database(settings, thorough=False)


def _database(settings: Settings, *, thorough: bool) -> Iterator[Finding]:
    from worker_core.storage.condition import condition

    try:
        found = condition(settings.database_url, thorough=thorough)
    except StorageError as error:
        yield Finding("database", "problem", error.message, error.remedy, error.code)
        return
    yield Finding("database", "ok", found.words)


def broker(settings: Settings) -> Iterator[Finding]:
    """Whether it answers; for this computer's own, whether there is a program to be it."""
    if settings.broker_url is None:
        own = EmbeddedBroker(settings.data_dir)
        try:
            server = choose()
        except OperationError as error:
            yield Finding("broker", "problem", error.message, error.remedy, "no_server")
            return
        running = f"runs as process {own.pid}" if own.running else "starts with the window"
        program = f"{server.path.name} {server.version} at {server.path}"
        yield Finding("broker", "ok", f"This computer's own {running}: {program}.")
        return
    try:
        with (
            reaching(settings.broker_url),
            client(settings.broker_url, connect_timeout=BROKER_S, timeout=BROKER_S) as redis,
        ):
            redis.ping()
    except OperationError as error:
        yield Finding("broker", "problem", error.message, error.remedy, "unreachable")
        return
    yield Finding("broker", "ok", f"{label(settings.broker_url)} answers.")


def ports(settings: Settings) -> Iterator[Finding]:
    """Whether those are free that parts of the program listen on."""
    taken = False
    for name, what in (("flower_port", "Flower"), ("api_port", "the HTTP API")):
        port = getattr(settings, name, None)
        if isinstance(port, int) and port and not _free(port):
            taken = True
            yield Finding(
                "ports",
                "warning",
                f"Port {port} of this computer is in use. If that is not {what} of AFI Desk "
                f"itself, {what} cannot start.",
                f"End the program that has it, or choose another port in {variable_of(name)}.",
                "port",
            )
    if not taken:
        yield Finding("ports", "ok", "All that may be wanted are free.")


def _free(port: int) -> bool:
    try:
        require_port("127.0.0.1", port, what="", setting="")
    except PortRefused:
        return False
    return True
