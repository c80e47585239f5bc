"""A request as the routes see it: who asks, and what serves them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import Header, Path
from starlette.requests import Request

from worker_core.api.context import Passage, passage
from worker_core.api.guard import Caller, forbidden
from worker_core.api.problems import not_found
from worker_core.api.services import Services
from worker_core.operations.followed import Look
from worker_core.storage import AuditEntry, Role, TaskRecord

TASK_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,155}")
BATCH: Final = "batch:"

TaskId = Annotated[
    str,
    Path(min_length=1, max_length=155, description="The id that a submission answered."),
]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=155,
        pattern=r"^[!-~]{1,155}$",
        description="A text of your own. The same submission with the same key is done once.",
    ),
]


@dataclass(frozen=True, slots=True)
class Call:
    """One request of somebody who was let in."""

    services: Services
    caller: Caller
    about: Passage

    def needs(self, role: Role) -> None:
        """Refuse callers of a lesser role.

        Raises:
            Problem: 403.
        """
        if not self.caller.may(role):
            allowed: tuple[Role, ...] = ("admin",) if role == "admin" else ("operator", "admin")
            raise forbidden(self.caller, allowed)

    def entry(self, action: str, outcome: str, subject: str = "", detail: str = "") -> AuditEntry:
        """For the audit log, by this caller."""
        return AuditEntry(
            datetime.now(UTC),
            action,
            outcome,
            actor=self.caller.owner,
            token=self.caller.token,
            subject=subject,
            address=self.about.address,
            request_id=self.about.request_id,
            detail=detail,
        )

    async def own(self, task_id: str, action: str) -> Look:
        """What is known of a task that the caller may see.

        What is another's and what never was are looked up, written down and refused alike.

        Raises:
            Problem: 404.
        """
        look = None
        if TASK_ID.fullmatch(task_id):
            look = await self.services.look(task_id)
        if look is not None and await self.is_own(look.record):
            self.about.task_id = look.record.id
            return look
        await self.services.note(self.entry(action, "not found", f"task {task_id}"))
        raise not_found()

    async def is_own(self, record: TaskRecord) -> bool:
        """Whether the caller may see the task: their own, an item of their batch, or any."""
        if self.caller.may("admin") or record.owner == self.caller.owner:
            return True
        if not record.owner.startswith(BATCH):
            return False
        # An item of a batch belongs to whoever handed over the batch.
        whole = await self.services.look(record.owner.removeprefix(BATCH))
        return whole is not None and whole.record.owner == self.caller.owner

    async def own_documents(self, hashes: Iterable[str], numbers: Iterable[int]) -> None:
        """Refuse documents that the caller never handed in.

        Raises:
            Problem: 404.
        """
        wanted, ids = set(hashes), set(numbers)
        if self.caller.may("admin") or not (wanted or ids):
            return
        owner = self.caller.owner
        missing = await self.services.read(
            lambda storage: (
                len(wanted - storage.owned_documents.owned(owner, wanted))
                + len(ids - storage.owned_documents.owned_ids(owner, ids))
            )
        )
        if missing:
            text = f"{missing} of {len(wanted) + len(ids)} documents"
            await self.services.note(self.entry("submit", "not found", text))
            raise not_found()


def call(request: Request) -> Call:
    """That of ``request``."""
    scope = request.scope
    services: Services = scope["app"].state.services
    return Call(services, scope["state"]["caller"], passage(scope))
