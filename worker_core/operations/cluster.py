"""The processes of this computer: broker, workers, scheduler."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from worker_core.operations import process
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.errors import MemberFailed, OperationError
from worker_core.operations.logs import LogChunk, ended, read_log, tail
from worker_core.operations.members import Condition, Member, ProcessMember, State, members
from worker_core.operations.servers import Finder, find_programs
from worker_core.operations.usage import Meter
from worker_core.settings import Settings, current

BROKER = "broker"
POLL_S = 0.1


@dataclass(frozen=True, slots=True)
class MemberStatus:
    """A local process as it is now.

    ``since`` is in unix seconds; CPU and memory include its child processes; ``exit_code`` is
    128 + n after signal n; ``mine`` says whether this very process started it.
    """

    name: str
    title: str
    state: State
    pid: int | None
    since: float | None
    cpu_percent: float
    memory_bytes: int
    log_path: Path
    exit_code: int | None
    message: str
    mine: bool


class Managed(Protocol):
    """What the cluster asks of each of its members."""

    @property
    def log_path(self) -> Path: ...
    def start(self) -> None: ...
    def stop(self, timeout: float) -> None: ...
    def condition(self) -> Condition: ...


class BrokerMember:
    """The embedded broker as a member."""

    def __init__(self, broker: EmbeddedBroker) -> None:
        self.broker = broker
        self.log_path = broker.log_path
        self._changing: State | None = None
        self._failure: Condition | None = None

    def start(self) -> None:
        self._change("starting", self.broker.start)

    def stop(self, timeout: float) -> None:
        self._change("stopping", lambda: self.broker.stop(timeout))

    def _change(self, state: State, action: Callable[[], object]) -> None:
        self._changing, self._failure = state, None
        try:
            action()
        except OperationError as error:
            self._failure = Condition("failed", message=error.message)
            raise
        finally:
            self._changing = None

    def condition(self) -> Condition:
        running = self.broker.recorded
        if self._changing is not None:
            return Condition(self._changing, running)
        if running is None or not process.alive(running):
            return self._failure or self._end_of(running)
        return Condition("running" if running.owner.alive() else "stopping", running)

    def _end_of(self, running: process.Running | None) -> Condition:
        code = process.exit_code(running) if running else None
        if not code:
            return Condition("stopped", exit_code=code)
        return Condition("failed", None, code, ended(f"exit code {code}", self.log_path))


class LocalCluster:
    """Starts, stops and watches the members. Safe to use from several threads; other windows and
    terminals with the same data folder see and may stop the same processes."""

    def __init__(
        self,
        settings: Settings | None = None,
        table: Sequence[Member] | None = None,
        *,
        find: Finder = find_programs,
    ) -> None:
        settings = settings or current()
        table = members(settings) if table is None else table
        self._titles = {member.name: member.title for member in table}
        self._needs = {member.name: member.needs for member in table}
        self._managed: dict[str, Managed] = {
            member.name: ProcessMember(member, settings) for member in table
        }
        self._broker: EmbeddedBroker | None = None
        if settings.broker_url is None:
            self._broker = EmbeddedBroker(settings.data_dir, find=find)
            self._managed = {BROKER: BrokerMember(self._broker), **self._managed}
            self._titles[BROKER] = "Broker"
        self._meters = {name: Meter() for name in self._managed}

    @property
    def names(self) -> tuple[str, ...]:
        """The members in the order in which they start. A configured broker is none of them."""
        return tuple(self._managed)

    def start(self, name: str) -> None:
        """Start a member, and first those that it needs. One that runs is left as it is.

        Raises:
            NoServer, ServerFailed, MemberFailed: it does not start.
        """
        member = self._member(name)
        for needed in self._needs.get(name, ()):
            if needed in self._managed:
                self.start(needed)
        member.start()

    def stop(self, name: str, timeout: float = 30.0) -> None:
        """Stop a member, whoever started it. A worker has ``timeout`` seconds to finish the tasks
        that it runs; those it cannot finish are delivered again later.

        Raises:
            ServerFailed, MemberFailed: it is still there.
        """
        self._member(name).stop(timeout)

    def restart(self, name: str, timeout: float = 30.0) -> None:
        """Stop a member and start it anew; where that moves the broker, its users as well."""
        before = self._broker.url if self._broker else None
        self.stop(name, timeout)
        self.start(name)
        if name == BROKER and self._broker and self._broker.url != before:
            for user, needs in self._needs.items():
                if BROKER in needs and self._member(user).condition().running:
                    self.restart(user, timeout)

    def start_all(self) -> None:
        """Start every member; see ``start``."""
        for name in self.names:
            self.start(name)

    def stop_all(self, *, mine_only: bool = False, timeout: float = 30.0) -> None:
        """Stop every member, all at once but for the broker, which is the last; with
        ``mine_only`` those that this process started.

        Raises:
            ServerFailed, MemberFailed: the first that could not be stopped; the others were.
        """
        chosen = [name for name in self.names if not mine_only or self._is_mine(name)]
        failures: list[OperationError] = []

        def stop(name: str) -> None:
            try:
                self.stop(name, timeout)
            except OperationError as error:
                failures.append(error)

        if users := [name for name in chosen if name != BROKER]:
            # One worker's last tasks are no reason to keep another waiting.
            with ThreadPoolExecutor(len(users), "stop-local") as together:
                list(together.map(stop, users))
        if BROKER in chosen:
            stop(BROKER)
        if failures:
            raise failures[0]

    def _is_mine(self, name: str) -> bool:
        running = self._managed[name].condition().running
        return running is not None and running.mine

    def status(self) -> list[MemberStatus]:
        """All members as they are now."""
        return [self._status(name) for name in self.names]

    def wait(self, name: str, state: State = "running", timeout: float = 60.0) -> MemberStatus:
        """Return once the member has reached ``state``.

        Raises:
            MemberFailed: it ended instead, or ``timeout`` seconds passed.
        """
        deadline = time.monotonic() + timeout
        while (status := self._status(name)).state != state:
            ended = status.state in {"failed", "stopped"}
            if ended or time.monotonic() > deadline:
                what = "has ended" if ended else f"is still {status.state}"
                raise MemberFailed(
                    f"{status.title} {what}. {status.message}".strip(),
                    f"Its log is {status.log_path}.",
                )
            time.sleep(POLL_S)
        return status

    def log_path(self, name: str) -> Path:
        return self._member(name).log_path

    def tail(self, name: str, lines: int = 200) -> str:
        """The last lines of a member's log."""
        return tail(self.log_path(name), lines)

    def read_log(self, name: str, offset: int = 0) -> LogChunk:
        """What a member logged since ``offset``; see ``logs.read_log``."""
        return read_log(self.log_path(name), offset)

    def _status(self, name: str) -> MemberStatus:
        member = self._member(name)
        condition = member.condition()
        running = condition.running
        pid = running.process.pid if running else None
        usage = self._meters[name].read(pid)
        return MemberStatus(
            name=name,
            title=self._titles[name],
            state=condition.state,
            pid=pid,
            since=running.since if running else None,
            cpu_percent=usage.cpu_percent,
            memory_bytes=usage.memory_bytes,
            log_path=member.log_path,
            exit_code=condition.exit_code,
            message=condition.message,
            mine=running.mine if running else False,
        )

    def _member(self, name: str) -> Managed:
        try:
            return self._managed[name]
        except KeyError:
            raise MemberFailed(
                f"There is no local process {name!r}.", f"There are {', '.join(self.names)}."
            ) from None
