"""What stands in for the broker, and how a test waits for what was begun."""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any

from desktop_app.ui.background import Background
from worker_core import catalog
from worker_core.operations.submit import Submission
from worker_core.storage import NamedRecord

Scenario = Coroutine[Any, Any, None]

# A task that the tests of this page take for one that does not run yet.
UNAVAILABLE = "forecasting.generate_stock_forecast"


class SenderDouble:
    """Takes tasks as a broker would. ``gate`` holds them back; ``error`` refuses the next."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.error: Exception | None = None
        self.known = frozenset[str]()

    async def enqueue(self, name: str, arguments: Mapping[str, Any]) -> Submission:
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        self.sent.append((name, dict(arguments)))
        return Submission(f"id-{len(self.sent)}", name, catalog.TASKS[name].queue)

    async def call(self, name: str, call: Mapping[str, Any]) -> Submission:
        self.sent.append((name, dict(call)))
        return Submission(f"id-{len(self.sent)}", name, str(call.get("queue")))

    async def registered(self) -> frozenset[str]:
        return self.known


class NamesDouble:
    """A store that knows nothing."""

    async def find(self, _kind: str, _typed: str) -> tuple[NamedRecord, ...]:
        return ()


async def idle(background: Background) -> None:
    """Until nothing is under way."""
    ended = asyncio.Event()
    background.busy_changed.connect(ended.set)
    while background.busy:
        ended.clear()
        await asyncio.wait_for(ended.wait(), 30)
