"""The local processes as data, and one of them as it is started, watched and stopped."""

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from worker_core.operations import process
from worker_core.operations.errors import MemberFailed, OperationError
from worker_core.operations.files import locked, private_folder, read_object, write_private
from worker_core.operations.logs import ended
from worker_core.operations.runtime import python_command, signals_ask
from worker_core.operations.workers import broadcast, inspect
from worker_core.profiles import PROFILES
from worker_core.settings import Settings

State = Literal["stopped", "starting", "running", "stopping", "failed"]

LOCK_TIMEOUT_S = 60.0
READY_TIMEOUT_S = 0.3
PUT_BACK_S = 5.0


@dataclass(frozen=True, slots=True)
class Member:
    """A kind of local process.

    ``node`` is the Celery node name that answers once it is ready; a member without one is ready
    when it runs. ``signals`` are sent in turn to stop it, each with the seconds to wait before the
    next (None: the time that the caller allows); then it is killed. ``grace`` are the seconds that
    it has to end by itself when its owner is gone.
    """

    name: str
    title: str
    command: tuple[str, ...]
    needs: tuple[str, ...] = ()
    node: str | None = None
    signals: tuple[tuple[str, float | None], ...] = (("TERM", None),)
    grace: float = 5.0
    environment: Mapping[str, str] = field(default_factory=dict)


def members(settings: Settings) -> tuple[Member, ...]:
    """What runs on one computer beside the broker."""
    host = socket.gethostname()
    return (
        _worker("worker", "Worker", "default", f"local@{host}", settings),
        _worker(
            "forecasting",
            "Forecasting worker",
            "forecasting",
            f"local-forecasting@{host}",
            settings,
        ),
        _worker("training", "Training worker", "training", f"local-training@{host}", settings),
        Member(
            name="beat",
            title="Scheduler",
            command=tuple(python_command("worker_core", "beat")),
            needs=("broker",),
        ),
    )


def _worker(name: str, title: str, profile: str, node: str, settings: Settings) -> Member:
    concurrency = str(PROFILES[profile].concurrency(settings))
    words = ("worker", "--profile", profile, "--hostname", node, "--concurrency", concurrency)
    return Member(
        name=name,
        title=title,
        command=tuple(python_command("worker_core", *words)),
        needs=("broker",),
        node=node,
        # Finish what runs; then put it back on its queue.
        signals=(("TERM", None), ("QUIT", settings.soft_stop_s + PUT_BACK_S)),
    )


@dataclass(frozen=True, slots=True)
class Condition:
    """How a member is: ``message`` is for people, "" where there is nothing to say."""

    state: State
    running: process.Running | None = None
    exit_code: int | None = None
    message: str = ""


class ProcessMember:
    """One member of one data folder, whichever process started it."""

    def __init__(self, member: Member, settings: Settings) -> None:
        self.member = member
        self._settings = settings
        self._record = settings.data_dir / "run" / f"{member.name}.json"
        self.log_path = settings.data_dir / "logs" / f"{member.name}.log"
        self._changing = threading.Lock()
        self._stopping = False
        self._ready: process.Running | None = None
        self._ended: Condition | None = None

    def start(self) -> None:
        """Start it unless it runs.

        Raises:
            MemberFailed: it cannot be started.
        """
        with self._changing_alone():
            running = self._recorded()
            if running is not None and process.alive(running):
                if running.owner.alive():
                    return
                # Its watchdog is about to end it: be quicker.
                self._end(running, self.member.grace)
            elif running is not None:
                process.kill(running)
            self._ended = None
            running = process.start(
                self.member.command,
                log=self.log_path,
                environment={
                    "AFI_DATA_DIR": str(self._settings.data_dir),
                    "PYTHONUNBUFFERED": "1",
                    **self.member.environment,
                },
                grace=self.member.grace,
            )
            self._write(running)

    def stop(self, timeout: float) -> None:
        """Stop it, whoever started it; within ``timeout`` seconds it may finish what it does.

        Raises:
            MemberFailed: it is still there.
        """
        with self._changing_alone():
            running = self._recorded()
            self._ended = None
            if running is not None:
                self._stopping = True
                try:
                    self._end(running, timeout)
                finally:
                    self._stopping = False
                self._record.unlink(missing_ok=True)

    def condition(self) -> Condition:
        """How it is now. While it starts this asks it, for a fraction of a second."""
        running = self._recorded()
        if running is None:
            return self._ended or Condition("stopped")
        if not process.alive(running):
            return self._end_of(running)
        if self._stopping or not running.owner.alive():
            return Condition("stopping", running)
        if self._is_ready(running):
            return Condition("running", running)
        return Condition("starting", running)

    def _end_of(self, running: process.Running) -> Condition:
        """It ended by itself: its owner remembers how, once."""
        if not running.mine and running.owner.alive():
            return Condition("stopped")
        code = process.exit_code(running)
        if self._stopping or not self._changing.acquire(blocking=False):
            return Condition("stopping", running)
        try:
            if self._recorded() == running:
                process.kill(running)  # what it may have left of its group
                process.forget(running.watchdog.pid)
                self._record.unlink(missing_ok=True)
                self._ended = self._verdict(running, code)
        finally:
            self._changing.release()
        return self._ended or Condition("stopped")

    def _verdict(self, running: process.Running, code: int | None) -> Condition:
        if not running.mine or code == 0:
            return Condition("stopped", exit_code=code)
        how = f"signal {code - 128}" if code is not None and code > 128 else f"exit code {code}"
        return Condition("failed", None, code, ended(how, self.log_path))

    def _is_ready(self, running: process.Running) -> bool:
        if self.member.node is None or self._ready == running:
            return True
        try:
            answers = inspect(
                "stats",
                timeout=READY_TIMEOUT_S,
                destination=[self.member.node],
                settings=self._settings,
            )
        except OperationError:
            return False
        # Another worker of that name, perhaps one that is stopping, is not this one.
        if not any(_is_of(answer, running) for answer in answers.values()):
            return False
        self._ready = running
        return True

    def _end(self, running: process.Running, timeout: float) -> None:
        for signal, patience in self.member.signals:
            self._ask(running, signal)
            if process.wait(running, timeout if patience is None else patience):
                break
        else:
            process.kill(running)
        process.forget(running.watchdog.pid)

    def _ask(self, running: process.Running, signal: str) -> None:
        if not signals_ask() and self.member.node is not None:
            broadcast("shutdown", destination=[self.member.node], settings=self._settings)
        else:
            process.ask(running, signal)

    def _recorded(self) -> process.Running | None:
        return process.Running.from_json(read_object(self._record))

    def _write(self, running: process.Running) -> None:
        write_private(self._record, json.dumps(running.as_json()))

    @contextmanager
    def _changing_alone(self) -> Iterator[None]:
        """Against the other threads of this process, and against other processes."""
        try:
            private_folder(self._record.parent)
            with self._changing, locked(self._record.with_suffix(".lock"), LOCK_TIMEOUT_S):
                yield
        except OSError as error:
            raise MemberFailed(
                f"{self.member.title} could not be started or stopped: {error.strerror or error}.",
                f"Check that {self._settings.data_dir} can be written and its disk has room.",
            ) from error


def _is_of(answer: object, running: process.Running) -> bool:
    return isinstance(answer, dict) and answer.get("pid") == running.process.pid
