"""Work that is cheaper together than alone: what many requests want at once is done as one batch.

While a batch is with the database or the broker the next one gathers. One request alone waits for
nobody; fifty at once cost one transaction and one disk write instead of fifty.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from worker_core.api.problems import busy

Item = TypeVar("Item")
Answer = TypeVar("Answer")

LARGEST = 100
MOST_WAITING = 5000


class Together(Generic[Item, Answer]):
    """Calls ``work`` in a thread with all that gathered, one batch at a time, in order.

    ``work`` answers for each item in its place, with an exception for one that failed alone; what
    it raises, all of its batch get.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Item]], Sequence[Answer | Exception]],
        *,
        largest: int = LARGEST,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._work = work
        self._largest = largest
        self._most = most_waiting
        self._waiting: deque[tuple[Item, asyncio.Future[Answer]]] = deque()
        self._running: asyncio.Task[None] | None = None

    async def __call__(self, item: Item) -> Answer:
        """The answer for one item.

        Raises:
            Problem: too much waits already; nothing was done.
        """
        if len(self._waiting) >= self._most:
            raise busy("Too many requests wait here already. Try again in a moment.", 1)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        # A client that goes away takes nothing out of a batch that is being written.
        return await asyncio.shield(future)

    async def _run(self) -> None:
        try:
            while self._waiting:
                count = min(len(self._waiting), self._largest)
                await self._do([self._waiting.popleft() for _ in range(count)])
        finally:
            self._running = None

    async def _do(self, batch: list[tuple[Item, "asyncio.Future[Answer]"]]) -> None:
        try:
            answers: Sequence[Answer | Exception] = await asyncio.to_thread(
                self._work, [item for item, _ in batch]
            )
        except Exception as error:  # noqa: BLE001 - it is raised where it was asked for
            answers = [error] * len(batch)
        for (_, future), answer in zip(batch, answers, strict=True):
            if isinstance(answer, Exception):
                future.set_exception(answer)
                # Nobody may be left who looks at it.
                future.exception()
            else:
                future.set_result(answer)
