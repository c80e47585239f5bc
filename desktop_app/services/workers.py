"""The workers, asked directly: what they do, what they hold, and what they are told to do."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from desktop_app.services.blocking import Blocking
from desktop_app.services.commands import must_be_allowed
from worker_core.operations import worker_control, worker_survey
from worker_core.operations.worker_answers import Answer
from worker_core.operations.worker_survey import Details, Glance

OnAnswer = Callable[[Answer], Any]

_CHANGES_NOTHING = frozenset({"heartbeat", "ping"})


class Workers:
    """Asks the workers of the broker that the settings name. Each call raises OperationError, with
    words for the user, when the broker cannot be asked."""

    def __init__(self, blocking: Blocking) -> None:
        self._blocking = blocking

    async def survey(self) -> Mapping[str, Glance]:
        """What each worker that answers does now, by its name."""
        return await self._blocking.run(worker_survey.survey)

    async def details(self, node: str) -> Details:
        """All that one worker tells of itself."""
        return await self._blocking.run(worker_survey.details, node)

    async def ask(
        self,
        command: str,
        arguments: Mapping[str, object],
        nodes: Sequence[str],
        on_answer: OnAnswer,
    ) -> None:
        """Give a command to these workers; ``on_answer`` is called in the loop's thread for each
        answer as it arrives, and for those that stayed silent."""
        if command not in _CHANGES_NOTHING:
            must_be_allowed()
        loop = asyncio.get_running_loop()

        def collect() -> None:
            for answer in worker_control.ask(command, arguments, nodes):
                loop.call_soon_threadsafe(on_answer, answer)

        await self._blocking.run(collect)
