"""How much of the computer a process and its descendants take."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psutil import Process


@dataclass(frozen=True, slots=True)
class Usage:
    """``cpu_percent`` is of one core, over the time since the reading before; ``memory_bytes``
    are resident, and count what processes share once for each."""

    cpu_percent: float = 0.0
    memory_bytes: int = 0


class Meter:
    """Reads one process tree again and again."""

    def __init__(self) -> None:
        # CPU shares are differences between two readings of the same object.
        self._seen: dict[int, Process] = {}

    def read(self, pid: int | None) -> Usage:
        """The usage of the tree below ``pid``; nothing of what has ended meanwhile."""
        import psutil

        try:
            found = [] if pid is None else self._tree(psutil.Process(pid))
        except psutil.Error:
            found = []
        self._seen = {process.pid: process for process in found}
        cpu, memory = 0.0, 0
        for process in found:
            try:
                with process.oneshot():
                    memory += process.memory_info().rss
                    cpu += process.cpu_percent()
            except psutil.Error:
                continue
        return Usage(cpu, memory)

    def _tree(self, root: "Process") -> "list[Process]":
        fresh = [root, *root.children(recursive=True)]
        # The older object of the same process knows its last reading.
        return [
            known if (known := self._seen.get(process.pid)) == process else process
            for process in fresh
        ]
