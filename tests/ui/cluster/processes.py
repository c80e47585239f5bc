"""Local processes in memory: they do what they are told when a test lets them."""

import asyncio
from dataclasses import replace
from pathlib import Path

from worker_core.operations.cluster import MemberStatus
from worker_core.operations.logs import LogChunk

TITLES = {"broker": "Broker", "worker": "Worker", "beat": "Scheduler"}
SINCE = 1_800_000_000.0


def member(name: str) -> MemberStatus:
    return MemberStatus(
        name=name,
        title=TITLES[name],
        state="stopped",
        pid=None,
        since=None,
        cpu_percent=0.0,
        memory_bytes=0,
        log_path=Path("logs") / f"{name}.log",
        exit_code=None,
        message="",
        mine=False,
    )


class MemoryProcesses:
    """Keeps the promises of the page's port. ``gate`` holds commands back while it is closed,
    ``looks`` counts looks at the status, ``most_at_once`` how many of them ever overlapped."""

    def __init__(self, *names: str) -> None:
        self.members = {name: member(name) for name in names or TITLES}
        self.logs = dict.fromkeys(self.members, "")
        self.gate = asyncio.Event()
        self.gate.set()
        self.seeing = asyncio.Event()
        self.seeing.set()
        self.asked: list[tuple[str, str]] = []
        self.error: Exception | None = None
        self.blindness: Exception | None = None
        self.looks = self.most_at_once = self._looking = 0
        self.reads: list[tuple[str, int]] = []

    async def status(self) -> list[MemberStatus]:
        self.looks += 1
        self._looking += 1
        self.most_at_once = max(self.most_at_once, self._looking)
        try:
            await self.seeing.wait()
        finally:
            self._looking -= 1
        if self.blindness is not None:
            raise self.blindness
        return list(self.members.values())

    async def start(self, name: str) -> None:
        await self._do("start", name)
        self.set_running(name)

    async def stop(self, name: str) -> None:
        await self._do("stop", name)
        self.members[name] = member(name)

    async def restart(self, name: str) -> None:
        await self._do("restart", name)
        self.set_running(name)

    async def start_all(self) -> None:
        await self._do("start", "all")
        for name in self.members:
            self.set_running(name)

    async def stop_all(self) -> None:
        await self._do("stop", "all")
        for name in self.members:
            self.members[name] = member(name)

    async def read_log(self, name: str, offset: int) -> LogChunk:
        self.reads.append((name, offset))
        written = self.logs[name].encode()
        begin = offset if offset <= len(written) else 0
        return LogChunk(written[begin:].decode(), len(written))

    def set_running(self, name: str, pid: int = 4711) -> None:
        self.members[name] = replace(
            self.members[name],
            state="running",
            pid=pid,
            since=SINCE,
            cpu_percent=12.4,
            memory_bytes=123_000_000,
            message="",
            exit_code=None,
            mine=True,
        )

    def set_failed(self, name: str, message: str, exit_code: int = 1) -> None:
        self.members[name] = replace(
            member(name), state="failed", message=message, exit_code=exit_code
        )

    async def _do(self, verb: str, name: str) -> None:
        self.asked.append((verb, name))
        await self.gate.wait()
        if self.error is not None:
            raise self.error
