"""A broker on this computer for those who have none: a Valkey or Redis server of our own.

It listens on the loopback address alone, with a random password that stands in a private file and
never on a command line, and keeps an append-only file, so that tasks survive its restart.
"""

import secrets
import socket
import sys
import time
from dataclasses import replace
from pathlib import Path

from worker_core.operations import process
from worker_core.operations.connection import client, reaching
from worker_core.operations.errors import (
    BrokerUnreachable,
    MemberFailed,
    OperationError,
    ServerFailed,
)
from worker_core.operations.files import locked, private_folder, write_private
from worker_core.operations.logs import tail
from worker_core.operations.record import (
    BrokerRecord,
    broker_folder,
    read_record,
    write_record,
)
from worker_core.operations.servers import Finder, Server, choose, find_programs

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir .
appendonly yes
appendfsync everysec
aof-load-truncated yes
save ""
maxmemory-policy noeviction
daemonize no
"""
# Below the range from which systems take the ports of outgoing connections.
PORTS = range(21_000, 31_000)
PORT_ATTEMPTS = 50
START_ATTEMPTS = 3
ANSWER_TIMEOUT_S = 60.0
SILENCE_S = 5.0
STOP_S = 10.0
HUNG_STOP_S = 2.0
LOCK_TIMEOUT_S = 90.0
POLL_S = 0.02
# Workers end first, and can still acknowledge what they finish.
DELAY_S = 6.0
LOG_LINES = 12


class EmbeddedBroker:
    """The broker of one data folder, whichever process started it."""

    def __init__(self, data_dir: Path, *, find: Finder = find_programs) -> None:
        self._data_dir = data_dir
        self._folder = broker_folder(data_dir)
        self._find = find

    @property
    def log_path(self) -> Path:
        return self._data_dir / "logs" / "broker.log"

    @property
    def url(self) -> str | None:
        """Its address, also while it does not run; None before its first start."""
        record = read_record(self._data_dir)
        return record.url if record else None

    @property
    def recorded(self) -> process.Running | None:
        """The process of its last start, whether or not it still runs."""
        record = read_record(self._data_dir)
        return record.running if record else None

    @property
    def running(self) -> bool:
        return self.pid is not None

    @property
    def pid(self) -> int | None:
        running = self.recorded
        return running.process.pid if running and running.process.alive() else None

    def start(self) -> str:
        """Start the server unless it runs, and return its address once it answers.

        The server ends with the process that started it. One whose process is gone is replaced.

        Raises:
            NoServer: there is no server program.
            ServerFailed: it does not come up; the error holds its last words.
        """
        try:
            private_folder(self._folder)
            with locked(self._folder / "lock", LOCK_TIMEOUT_S):
                return self._start()
        except OSError as error:
            raise ServerFailed(
                f"The local broker could not be started: {error.strerror or error}.",
                f"Check that {self._folder} can be written and that the disk has room.",
            ) from error

    def _start(self) -> str:
        record = read_record(self._data_dir)
        if record and record.running:
            owned = record.running.owner.alive()
            if owned and self._answers(record):
                return record.url
            self._end(record.running, HUNG_STOP_S if owned else STOP_S)
        wrote = (record.family, record.version) if record else ("", "")
        server = choose(self._find, wrote=wrote)
        for _ in range(START_ATTEMPTS):
            record = self._address(record, server)
            if self._launch(record, server):
                return record.url
        raise self._failure(server, "found no free port")

    def _address(self, record: BrokerRecord | None, server: Server) -> BrokerRecord:
        if record is None or not _is_free(record.port):
            # A new password too: clients may have told the old one to whoever has the port now.
            port, password = _free_port(), secrets.token_hex(32)
        else:
            port, password = record.port, record.password
        return BrokerRecord(port, password, server.family, server.version)

    def _launch(self, record: BrokerRecord, server: Server) -> bool:
        """Whether the server came up; False where somebody took its port meanwhile."""
        configuration = self._folder / "server.conf"
        write_private(
            configuration, CONFIGURATION.format(port=record.port, password=record.password)
        )
        begin = self.log_path.stat().st_size if self.log_path.exists() else 0
        try:
            running = process.start(
                [str(server.path), configuration.name],
                log=self.log_path,
                folder=self._folder,
                delay=DELAY_S,
            )
        except MemberFailed as error:
            if self._port_was_taken(begin):
                return False
            raise self._failure(server, "ended as soon as it was started") from error
        write_record(self._data_dir, replace(record, running=running))
        if self._comes_up(record, running):
            return True
        code = process.exit_code(running)
        process.kill(running)
        if self._port_was_taken(begin):
            return False
        what = "does not answer" if code is None else f"ended with exit code {code}"
        raise self._failure(server, what)

    def _comes_up(self, record: BrokerRecord, running: process.Running) -> bool:
        deadline = time.monotonic() + ANSWER_TIMEOUT_S
        while process.exit_code(running) is None:
            answer = _knock(record.url)
            if answer == "ready":
                return True
            # Reading a large file back is progress and may take its time.
            if answer == "silent" and time.monotonic() > deadline:
                return False
            time.sleep(POLL_S)
        return False

    def _port_was_taken(self, begin: int) -> bool:
        size = self.log_path.stat().st_size
        with self.log_path.open("rb") as log:
            log.seek(begin if begin <= size else 0)
            return b"ddress already in use" in log.read()

    def _answers(self, record: BrokerRecord) -> bool:
        deadline = time.monotonic() + SILENCE_S
        while _knock(record.url) == "silent":
            running = record.running
            if time.monotonic() > deadline or running is None or not running.process.alive():
                return False
            time.sleep(POLL_S)
        return True

    def _failure(self, server: Server, what: str) -> ServerFailed:
        log = tail(self.log_path, LOG_LINES).strip()
        last = log.splitlines()[-1] if log else "it wrote no log"
        return ServerFailed(
            f"The local broker ({server.path.name} {server.version}) {what}. Last line of its "
            f"log: {last}",
            f"See {self.log_path}. If its data is damaged, move {self._folder / 'appendonlydir'} "
            "away: the tasks waiting in it are lost, results in the database are not.",
            log,
        )

    def stop(self, timeout: float = STOP_S) -> None:
        """Have the server write its data and end; after ``timeout`` seconds it is killed.

        Raises:
            ServerFailed: it is still there.
        """
        if not self._folder.is_dir():
            return
        try:
            with locked(self._folder / "lock", LOCK_TIMEOUT_S):
                record = read_record(self._data_dir)
                if record and record.running:
                    self._end(record.running, timeout)
                    write_record(self._data_dir, replace(record, running=None))
        except (OSError, MemberFailed) as error:
            raise ServerFailed(
                f"The local broker could not be stopped: {error}",
                "End it in the system's process manager.",
            ) from error

    def _end(self, running: process.Running, timeout: float) -> None:
        process.ask(running, "TERM")
        if not process.wait(running, timeout):
            process.kill(running)
        process.forget(running.watchdog.pid)


def _knock(url: str) -> str:
    """What the server says: "ready", "loading" its data, or "silent"."""
    from redis.exceptions import BusyLoadingError

    try:
        with reaching(url), client(url, connect_timeout=1.0, timeout=1.0) as redis:
            redis.ping()
    except BrokerUnreachable as error:
        return "loading" if isinstance(error.__cause__, BusyLoadingError) else "silent"
    except OperationError:
        return "silent"
    return "ready"


def _free_port() -> int:
    for _ in range(PORT_ATTEMPTS):
        if _is_free(port := secrets.choice(PORTS)):
            return port
    raise OSError("no free port was found on the loopback address")


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if sys.platform != "win32":
            # Connections of the last server that still linger do not make the port taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
