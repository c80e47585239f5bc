"""What is started by itself: looking at it, and changing it."""

from collections.abc import Mapping
from typing import Any

from desktop_app.services.blocking import Blocking
from desktop_app.services.commands import must_be_allowed
from worker_core.operations import schedule
from worker_core.operations.schedule import ScheduleEntry
from worker_core.operations.submit import Submission
from worker_core.settings import current
from worker_core.storage import ScheduleEdit


class Schedule:
    """The schedule in the database of the connection in use.

    Every method raises OperationError, with words for the user, when it cannot do its part.
    """

    def __init__(self, blocking: Blocking) -> None:
        self._blocking = blocking

    @property
    def timezone(self) -> str:
        """The time zone of entries that name none."""
        return current().timezone

    @property
    def exchange(self) -> str:
        """The exchange whose hours are kept, by its ISO 10383 code."""
        return current().exchange

    @property
    def of_the_workers(self) -> bool:
        """Whether this is the schedule of the workers that are looked at. Without the address of
        their database it is the one of this computer."""
        return current().ledger

    async def entries(self) -> tuple[ScheduleEntry, ...]:
        """All entries, by name."""
        return await self._blocking.run(schedule.entries)

    async def add(self, name: str, edit: ScheduleEdit, *, enabled: bool = True) -> ScheduleEntry:
        must_be_allowed()
        return await self._blocking.run(schedule.add, name, edit, enabled=enabled)

    async def edit(self, name: str, changes: Mapping[str, Any]) -> ScheduleEntry:
        """Change fields of ``ScheduleEdit``."""
        must_be_allowed()
        return await self._blocking.run(schedule.edit, name, changes)

    async def reset(self, name: str) -> ScheduleEntry:
        """Give a built-in entry back what it came with."""
        must_be_allowed()
        return await self._blocking.run(schedule.reset, name)

    async def switch(self, name: str, *, on: bool) -> ScheduleEntry:
        must_be_allowed()
        return await self._blocking.run(schedule.enable if on else schedule.disable, name)

    async def remove(self, name: str) -> None:
        must_be_allowed()
        await self._blocking.run(schedule.remove, name)

    async def forget_missed(self, name: str) -> ScheduleEntry:
        """Count missed runs from nothing again."""
        must_be_allowed()
        return await self._blocking.run(schedule.forget_missed, name)

    async def run_now(self, name: str) -> Submission:
        must_be_allowed()
        return await self._blocking.run(schedule.run_now, name)


def edit_of(entry: ScheduleEntry) -> ScheduleEdit:
    """What an entry was made of. A time zone that is that of the settings counts as not named."""
    return ScheduleEdit(
        entry.task,
        entry.arguments,
        entry.kind,
        entry.expression,
        None if entry.timezone == current().timezone else entry.timezone,
        entry.market_hours,
        entry.expires_s,
    )
