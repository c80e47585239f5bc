"""Hosts of one machine: network namespaces around a hub, with Redis and PostgreSQL in the hub.

A host is cut off by taking its cable away (``ip link set … down``), so that it hears nothing, not
even that it is cut off. It needs root and ``ip``.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.faults.system import System, until
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.connection import client
from worker_core.operations.errors import OperationError
from worker_core.operations.servers import choose
from worker_core.settings import Settings

IP = shutil.which("ip") or ""


HUB = "afi-hub"


NET = "10.77.0"


HOSTS = 3


PROJECT = Path(__file__).resolve().parent.parent


def ip(*words: str, check: bool = True) -> None:
    subprocess.run([IP, *words], check=check, capture_output=True)


@contextmanager
def network(hosts: int) -> Iterator[None]:
    """A hub and hosts around it; nothing of it is left."""
    names = [HUB, *(host(number) for number in range(hosts))]
    try:
        for name in names:
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        ip("-n", HUB, "link", "add", "bridge", "type", "bridge")
        ip("-n", HUB, "addr", "add", f"{NET}.1/24", "dev", "bridge")
        ip("-n", HUB, "link", "set", "bridge", "up")
        for number in range(hosts):
            cable = f"cable{number}"
            ip(
                "-n",
                HUB,
                "link",
                "add",
                cable,
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                host(number),
            )
            ip("-n", HUB, "link", "set", cable, "master", "bridge", "up")
            ip("-n", host(number), "addr", "add", f"{NET}.{10 + number}/24", "dev", "eth0")
            ip("-n", host(number), "link", "set", "eth0", "up")
        yield
    finally:
        for name in names:
            ip("netns", "del", name, check=False)


def host(number: int) -> str:
    return f"afi-host{number}"


def inside(name: str, *words: str) -> list[str]:
    return [IP, "netns", "exec", name, *words]


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """In the hub: for hosts at its address, for this process at a socket, whose address it is."""
    path = folder / "redis.sock"
    words = [
        *("--bind", f"{NET}.1", "--port", "6379", "--protected-mode", "no"),
        *("--unixsocket", str(path), "--appendonly", "yes", "--dir", str(folder)),
    ]
    with subprocess.Popen(
        inside(HUB, str(choose().path), *words), stdout=subprocess.DEVNULL
    ) as server:
        try:
            url = f"redis+socket://{path}"

            def answers() -> bool:
                with contextlib.suppress(OperationError, Exception), client(url) as redis:
                    return bool(redis.ping())
                return False

            until(answers, "the answer of Redis")
            yield url
        finally:
            server.terminate()


@contextmanager
def postgresql_server(folder: Path) -> Iterator[str]:
    """In the hub, as Redis is. Its address for this process; hosts put ``{NET}.1`` in it."""
    programs = next(
        (
            one.parent
            for one in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
        ),
        None,
    )
    if programs is None:
        raise Missing("PostgreSQL's server programs are not installed (initdb, postgres)")
    home = folder / "postgresql"
    home.mkdir()
    shutil.chown(home, "postgres")
    subprocess.run(
        [programs / "initdb", "-D", home / "data", "-U", "tester", "--auth=trust", "--no-sync"],
        user="postgres",
        cwd=home,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    with (home / "data" / "pg_hba.conf").open("a") as rules:
        rules.write(f"host all tester {NET}.0/24 trust\n")
    values = {"listen_addresses": f"{NET}.1", "unix_socket_directories": str(home), "port": 5432}
    options = [word for item in values.items() for word in ("-c", "{}={}".format(*item))]
    command = [
        "setpriv",
        "--reuid=postgres",
        "--regid=postgres",
        "--clear-groups",
        str(programs / "postgres"),
        "-D",
        str(home / "data"),
    ]
    with subprocess.Popen(
        inside(HUB, *command, *options), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            ready = [str(programs / "pg_isready"), "-h", str(home)]
            until(
                lambda: (
                    subprocess.run(ready, check=False, stdout=subprocess.DEVNULL).returncode == 0
                ),
                "the answer of PostgreSQL",
            )
            yield f"postgresql://tester@/postgres?host={home}"
        finally:
            server.send_signal(signal.SIGINT)
            server.wait()


class Missing(Exception):  # noqa: N818 - reads as what it says
    """Something that is needed is not on this machine."""


@dataclass
class Team:
    """The hosts' workers, and what is asked of them from the hub."""

    system: System
    workers: list["subprocess.Popen[bytes]"]

    def cut(self, number: int) -> None:
        ip("-n", HUB, "link", "set", f"cable{number}", "down")

    def rejoin(self, number: int) -> None:
        ip("-n", HUB, "link", "set", f"cable{number}", "up")


@contextmanager
def team(folder: Path, **variables: str) -> Iterator[Team]:
    with ExitStack() as stack:
        stack.enter_context(network(HOSTS))
        folder.chmod(0o755)
        redis = stack.enter_context(redis_server(folder))
        database = stack.enter_context(postgresql_server(folder))
        own = {
            "AFI_DATA_DIR": str(folder / "data"),
            "AFI_DATABASE_URL": database,
            "CELERY_BROKER_URL": redis,
            **variables,
        }
        values = Settings.model_validate({name.lower(): value for name, value in own.items()})
        shared = {
            "AFI_DATABASE_URL": f"postgresql://tester@{NET}.1:5432/postgres",
            "CELERY_BROKER_URL": f"redis://{NET}.1:6379/0",
            "XDG_CONFIG_HOME": str(folder),
            "FAULTS_FOLDER": str(folder),
            "AFI_WORKER_PRELOAD": "false",
        }
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AFI_", "CELERY_"))
        }
        one = System(folder, values, EmbeddedBroker(folder / "unused"), inherited)
        workers = []
        for number in range(HOSTS):
            log = stack.enter_context((folder / f"host{number}.log").open("wb"))
            words = ["-A", "tests.faults.tasks", "worker", "-n", f"w@host{number}", "-c2", "-E"]
            words += ["--without-mingle", "--without-gossip"]
            worker = subprocess.Popen(
                inside(host(number), sys.executable, "-m", "celery", *words),
                env=inherited | own | shared | {"AFI_DATA_DIR": str(folder / f"data{number}")},
                cwd=PROJECT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            stack.callback(ended, worker)
            workers.append(worker)
        yield Team(one, workers)


def ended(worker: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
