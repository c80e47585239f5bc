"""Real schedulers, a broker that comes when it is told to, and the ledger's rows of their runs."""

import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from worker_core import settings as settings_module
from worker_core.operations.connection import ping
from worker_core.operations.errors import BrokerUnreachable
from worker_core.operations.ledger import kept_schedule, ledger
from worker_core.settings import Settings
from worker_core.storage import ScheduleEdit, TaskRecord

QUEUE = "document_processing"
EDIT = ScheduleEdit(f"{QUEUE}.generate_document_summary", {"document": "ab" * 32}, "every", "1")
SECOND = timedelta(seconds=1)
PATIENCE_S = 120.0


class Beat(subprocess.Popen[bytes]):
    """A scheduler of its own process, in the words of ``celery`` or of ``afi``."""

    def __init__(self, log: Path, *words: str) -> None:
        self.log_path = log
        with log.open("ab") as output:
            super().__init__([sys.executable, "-m", *words], stdout=output, stderr=output)

    def log(self) -> str:
        return self.log_path.read_text()

    def stopped(self) -> str:
        """Stop it as a supervisor does; what it has logged."""
        self.send_signal(signal.SIGTERM)
        assert self.wait(120) == 0, self.log()
        # What a signal's handler raises while an object is taken down is printed and dropped.
        assert "Traceback" not in self.log() or "SystemExit" in self.log(), self.log()
        return self.log()


@contextmanager
def beats(folder: Path) -> Iterator[Callable[..., Beat]]:
    """Starts schedulers; ends those that are left."""
    started: list[Beat] = []

    def start(*words: str) -> Beat:
        log = folder / f"beat{len(started)}.log"
        started.append(Beat(log, *(words or ("worker_core", "beat"))))
        return started[-1]

    try:
        yield start
    finally:
        for one in started:
            one.kill()
            one.wait()


@contextmanager
def brokers(program: Path, url: str, folder: Path) -> Iterator[Callable[[], None]]:
    """Starts the broker of ``url``."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        port = url.rpartition(":")[2].partition("/")[0]
        words = ["--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
        started.append(subprocess.Popen([program, *words], stdout=subprocess.DEVNULL))
        deadline = time.monotonic() + PATIENCE_S
        while not _answers(url):
            assert time.monotonic() < deadline, "the broker does not answer"
            time.sleep(0.02)

    try:
        yield start
    finally:
        for one in started:
            one.kill()
            one.wait()


def _answers(url: str) -> bool:
    try:
        ping(url)
    except BrokerUnreachable:
        return False
    return True


@contextmanager
def settings_in(data_dir: Path) -> Iterator[Settings]:
    """Of a broker that is not there yet, and by which child processes go as well."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFI_DATA_DIR", str(data_dir))
        patch.setenv("CELERY_BROKER_URL", f"redis://127.0.0.1:{port}/0")
        patch.setenv("AFI_SWEEP_GRACE_S", "0.1")
        settings_module.current.cache_clear()
        data_dir.mkdir()
        yield settings_module.current()
    settings_module.current.cache_clear()


def runs(settings: Settings, name: str = "tick") -> list[TaskRecord]:
    """The ledger's rows that an entry has led to, by their due times."""
    with closing(sqlite3.connect(settings.data_dir / "afi.sqlite3", timeout=30)) as connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM tasks")]
    with ledger(settings) as tasks:
        rows = [row for one in ids if (row := tasks.get(one))]
    return sorted((row for row in rows if row.headers.get("afi_schedule") == name), key=due)


def due(row: TaskRecord) -> datetime:
    return datetime.fromisoformat((row.idempotency_key or "").partition("@")[2])


def plan(settings: Settings, name: str, ahead: timedelta) -> datetime:
    """Let the next run of an entry be that far from now."""
    with kept_schedule(settings) as kept:
        record, now = kept.get(name)
        assert record is not None
        assert kept.plan(record, now + ahead)
    return now
