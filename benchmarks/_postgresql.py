"""A PostgreSQL server of a measurement's own, where its programs are installed."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Server:
    """A running server. ``cpu_s`` is what it and its processes have used so far."""

    url: str
    process: psutil.Process

    def cpu_s(self) -> float:
        # Those that ended are counted by their parent.
        total = 0.0
        for one in (self.process, *self.process.children(recursive=True)):
            try:
                times = one.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system
            total += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
        return total


def programs() -> Path | None:
    """The folder of its programs; None where there are none."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def server() -> Iterator[Server | None]:
    """A server with an empty database; None where it is not installed."""
    binaries = programs()
    if binaries is None:
        yield None
        return
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="afi-bench-pg-"))
    try:
        if user:
            shutil.chown(folder, user)
        data = folder / "data"
        words = ["-D", str(data), "-U", "bench", "-A", "trust", "--encoding=UTF8", "--locale=C"]
        quiet = subprocess.DEVNULL
        subprocess.run(
            [str(binaries / "initdb"), *words], user=user, cwd=folder, check=True, stdout=quiet
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        options = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
        words = [word for item in options.items() for word in ("-c", "{}={}".format(*item))]
        process = subprocess.Popen(
            [str(binaries / "postgres"), "-D", str(data), *words],
            user=user,
            cwd=folder,
            stdout=quiet,
            stderr=quiet,
        )
        try:
            ready = [str(binaries / "pg_isready"), "-h", "127.0.0.1", "-p", str(port), "-t", "1"]
            while subprocess.run(ready, check=False, stdout=quiet).returncode:
                if process.poll() is not None:
                    raise RuntimeError("the PostgreSQL server ended at its start")
                time.sleep(0.1)
            url = f"postgresql://bench@127.0.0.1:{port}/postgres"
            yield Server(url, psutil.Process(process.pid))
        finally:
            process.terminate()
            process.wait(60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
