"""A broker, workers and a sweeper that can be killed."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import psutil

from tests.faults import disk
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.delivery import enqueue
from worker_core.operations.errors import OperationError
from worker_core.operations.ledger import ledger
from worker_core.operations.results import TaskResult, result
from worker_core.operations.sweep import sweep
from worker_core.operations.workers import inspect
from worker_core.settings import Settings
from worker_core.storage import NewTask, TaskRecord

T = TypeVar("T")

QUEUE = "monitoring"
LOOK_S = 0.05
ENDED = {"SUCCESS", "FAILURE", "REVOKED"}


class TooLong(Exception):  # noqa: N818 - reads as what it says
    """What was waited for did not happen."""


def until(probe: Callable[[], T | None], what: str, patience_s: float = 150.0) -> T:
    over = time.monotonic() + patience_s
    while time.monotonic() < over:
        if found := probe():
            return found
        time.sleep(LOOK_S)
    raise TooLong(f"{what} did not happen within {patience_s:.0f} s")


@dataclass
class Worker:
    """A prefork worker in a process group of its own."""

    process: "subprocess.Popen[bytes]"
    node: str
    log: Path

    def children(self) -> list[psutil.Process]:
        """Its pool processes, oldest first."""
        with contextlib.suppress(psutil.NoSuchProcess):
            return psutil.Process(self.process.pid).children()
        return []

    def kill(self) -> None:
        """It and its children, without a word."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self, timeout: float = 60.0) -> int:
        """Ask it to finish what it runs and end; its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise


@dataclass
class System:
    """What the tests of faults work on; ``folder`` holds everything."""

    folder: Path
    settings: Settings
    broker: EmbeddedBroker
    environment: dict[str, str]
    workers: list[Worker] = field(default_factory=list)

    def worker(
        self,
        concurrency: int = 2,
        *,
        wait: bool = True,
        pool: str = "prefork",
        broker_url: str | None = None,
        queues: str = "",
        sociable: bool = False,
    ) -> Worker:
        """Start one, by default with the broker's own address, and for all queues; ``sociable`` as
        Celery does by default, with all that workers say to each other."""
        node = f"w{len(self.workers)}@test"
        log = self.folder / f"{node}.log"
        words = [
            "-A",
            "tests.faults.tasks",
            "worker",
            "-n",
            node,
            f"-c{concurrency}",
            "-E",
            "-P",
            pool,
            *(("-Q", queues) if queues else ()),
            *(() if sociable else ("--without-mingle", "--without-gossip")),
        ]
        with log.open("w") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", *words],
                env=self.environment
                | {"FAULTS_NODE": node}
                | ({"CELERY_BROKER_URL": broker_url} if broker_url else {}),
                cwd=Path(__file__).resolve().parents[2],
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        worker = Worker(process, node, log)
        self.workers.append(worker)
        if wait:
            until(lambda: self._answers(worker), f"the answer of {node}")
        return worker

    def _answers(self, worker: Worker) -> bool:
        if worker.process.poll() is not None:
            raise TooLong(worker.log.read_text())
        with contextlib.suppress(OperationError):
            return bool(
                inspect("ping", destination=[worker.node], timeout=0.5, settings=self.settings)
            )
        return False

    def send(self, name: str, *, delay_s: float = 0.0, **arguments: Any) -> str:
        task = NewTask(str(uuid4()), f"faults.{name}", QUEUE, arguments, delay_s=delay_s)
        return enqueue(task, settings=self.settings)[0].id

    def outcome(self, task_id: str, patience_s: float = 60.0) -> TaskResult:
        """The stored result of a task, once it has ended."""

        def ended() -> TaskResult | None:
            with contextlib.suppress(OperationError):
                found = result(task_id, settings=self.settings)
                return found if found and found.state in ENDED else None
            return None

        return until(ended, f"the end of {task_id}", patience_s)

    def row(self, task_id: str) -> TaskRecord:
        with ledger(self.settings) as tasks:
            found = tasks.get(task_id)
        if found is None:
            raise LookupError(task_id)
        return found

    def row_when(self, task_id: str, state: str) -> TaskRecord:
        """The task's row, once it is in a state."""
        return until(
            lambda: row if (row := self.row(task_id)).state == state else None,
            f"{task_id} {state}",
        )

    def started(self, task_id: str, times: int = 1) -> int:
        """Wait until a task has started so many times; the process that runs it."""
        until(
            lambda: self.lines("started")[task_id] >= times or None, f"start {times} of {task_id}"
        )
        return next(pid for one, _, pid in reversed(self.moments("started")) if one == task_id)

    def lines(self, kind: str) -> "Counter[str]":
        """How often each task has written a line of a kind."""
        file = self.folder / kind
        text = file.read_text() if file.is_file() else ""
        return Counter(line.split(" ")[0] for line in text.splitlines())

    def set_clock(self, worker: Worker, seconds: float) -> None:
        """Let the clock of a worker be wrong by so much, from now on."""
        (self.folder / f"clock-{worker.node}").write_text(str(seconds))

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """No process of the system can make its database any larger."""
        sign = self.folder / disk.SIGN
        sign.touch()
        try:
            yield
        finally:
            sign.unlink()

    def ends(self) -> list[tuple[str, float, int]]:
        """Every end of a body: the task, the time, the process."""
        return self.moments("ended")

    def moments(self, kind: str) -> list[tuple[str, float, int]]:
        """Every line of a kind: the task, the time, the process."""
        file = self.folder / kind
        rows = [line.split(" ") for line in file.read_text().splitlines()] if file.is_file() else []
        return [(task_id, float(at), int(pid)) for task_id, at, pid in rows]

    @contextmanager
    def sweeping(self, every_s: float = 0.5) -> Iterator[None]:
        """A sweep every so often, as the scheduler would start it."""
        over = threading.Event()

        def sweeps() -> None:
            while not over.wait(every_s):
                with contextlib.suppress(OperationError):
                    sweep(self.settings)

        thread = threading.Thread(target=sweeps)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def close(self) -> None:
        for worker in self.workers:
            worker.kill()
        self.broker.stop()


@contextmanager
def system(folder: Path, **variables: str) -> Iterator[System]:
    """A system in ``folder`` with short times, and further settings by their variables."""
    data = folder / "data"
    broker = EmbeddedBroker(data)
    url = broker.start()
    own = {
        "AFI_DATA_DIR": str(data),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "CELERY_BROKER_URL": url,
        "FAULTS_FOLDER": str(folder),
        "AFI_LEASE_S": "3",
        "AFI_VISIBILITY_TIMEOUT_S": "4",
        "AFI_SWEEP_GRACE_S": "2",
        "AFI_RETRY_DELAY_S": "0.5",
        # What its tasks here need none of takes most of a start.
        "AFI_WORKER_PRELOAD": "false",
        **variables,
    }
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CELERY_", "AFI_"))
    }
    settings = Settings.model_validate(
        {name.lower(): value for name, value in own.items() if name.startswith(("AFI", "CELERY"))}
    )
    one = System(folder, settings, broker, inherited | own)
    try:
        with disk.limited(folder):
            yield one
    finally:
        one.close()
