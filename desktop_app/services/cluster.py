"""The processes of this computer's own cluster: broker, workers, scheduler."""

from desktop_app.services.blocking import Blocking
from worker_core.operations.cluster import LocalCluster, MemberStatus
from worker_core.operations.logs import LogChunk
from worker_core.settings import Settings


class Cluster:
    """Starts, stops and looks at the local processes, off the thread that paints.

    One thread does all of it, so that two commands never meet half-way.
    """

    def __init__(self, settings: Settings) -> None:
        self._cluster = LocalCluster(settings)
        self._blocking = Blocking(1, "local-cluster")
        self._logs = Blocking(1, "local-logs")

    async def status(self) -> list[MemberStatus]:
        """What each process does now, in the order in which they start."""
        return await self._blocking.run(self._cluster.status)

    async def start(self, name: str) -> None:
        """
        Raises:
            OperationError: it does not start; the text says why.
        """
        await self._blocking.run(self._cluster.start, name)

    async def stop(self, name: str) -> None:
        """Stop it; a worker finishes its running tasks first."""
        await self._blocking.run(self._cluster.stop, name)

    async def restart(self, name: str) -> None:
        await self._blocking.run(self._cluster.restart, name)

    async def start_all(self) -> None:
        await self._blocking.run(self._cluster.start_all)

    async def stop_all(self, *, mine_only: bool = False) -> None:
        """Stop everything; ``mine_only`` leaves what another window or terminal has started."""
        await self._blocking.run(self._cluster.stop_all, mine_only=mine_only)

    async def wait(self, name: str) -> MemberStatus:
        """Wait until it runs.

        Raises:
            OperationError: it ended, or did not come up in time.
        """
        return await self._blocking.run(self._cluster.wait, name)

    async def read_log(self, name: str, offset: int) -> LogChunk:
        """The log from ``offset`` (bytes) on, and the offset to go on from."""
        return await self._logs.run(self._cluster.read_log, name, offset)

    def close(self) -> None:
        self._blocking.close()
        self._logs.close()
