"""Submissions of many users at once: written together, sent together, each with its own answer."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from worker_core.arguments import TaskArguments
from worker_core.operations.delivery import deliver
from worker_core.operations.errors import (
    BrokerRefused,
    BrokerUnreachable,
    KeyReused,
)
from worker_core.operations.ledger import stored
from worker_core.operations.pipelined import Sender
from worker_core.operations.submit import DELIVERED_LATER, Submission, prepared
from worker_core.settings import Settings, current
from worker_core.storage import AuditEntry, Claim, Intake, NewTask, StorageError, Taken
from worker_core.storage.cleaning import storable_json


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a submission; not ``is_new`` where its key was known."""

    submission: Submission
    is_new: bool


class Gateway:
    """Takes submissions to the settings' ledger and broker. Any number of threads may share it."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or current()
        self._sender = Sender(self._settings)

    def submit_all(self, intakes: Sequence[Intake]) -> list[Accepted | KeyReused]:
        """Write all of them in one transaction, then send them; what became of each, in order.

        Without a broker it answers within about two seconds, and they are delivered later.

        Raises:
            LedgerUnavailable: nothing was written, nothing sent.
        """
        with stored(self._settings) as storage:
            taken = storage.owned_tasks.add_all(intakes)
            at = datetime.now(UTC)
            problems = self._deliver([one for one in taken if one.is_new])
            sent = [one.record.id for one in taken if one.is_new and one.record.id not in problems]
            # They are sent: what cannot be noted now, the sweep finds out.
            with suppress(StorageError):
                storage.owned_tasks.published(sent, at)
        return [
            _answer(intake, one, problems.get(one.record.id))
            for intake, one in zip(intakes, taken, strict=True)
        ]

    def close(self) -> None:
        """Give its connection back."""
        self._sender.close()

    def _deliver(self, taken: Sequence[Taken]) -> dict[str, str]:
        """Send them; for those that the broker may not have, the reason by their ids."""
        problems: dict[str, str] = {}
        alone = [one.record for one in taken if not one.follow_ups]
        try:
            self._sender.send(alone)
        except (BrokerUnreachable, BrokerRefused) as error:
            problems |= dict.fromkeys((record.id for record in alone), str(error))
        trouble = next(iter(problems.values()), None)
        for one in taken:
            if not one.follow_ups:
                continue
            if trouble is None:
                try:
                    deliver(one.record, one.follow_ups, settings=self._settings)
                except (BrokerUnreachable, BrokerRefused) as error:
                    # The next one would wait as long for the same answer.
                    trouble = str(error)
            if trouble is not None:
                problems[one.record.id] = trouble
        return problems


def intake(
    name: str,
    arguments: Mapping[str, Any] | TaskArguments,
    *,
    owner: str,
    headers: Mapping[str, Any],
    idempotency_key: str | None = None,
    audit: AuditEntry | None = None,
    document: Claim | None = None,
) -> Intake:
    """A checked submission of the catalog's task ``name``; what follows the processing of a
    document follows it here too.

    Raises:
        UnknownTask, TaskUnavailable, InvalidArguments: as `worker_core.operations.submit.submit`.
    """
    task, after = prepared(
        name, arguments, headers=headers, owner=owner, idempotency_key=idempotency_key
    )
    return Intake(task, after, audit, document)


def _answer(intake: Intake, taken: Taken, problem: str | None) -> Accepted | KeyReused:
    record = taken.record
    if not taken.is_new and not _same(intake.task, taken):
        return KeyReused(
            "This idempotency key was used for another submission.",
            "Repeat exactly what was sent with it, or choose a new key.",
        )
    submission = Submission(
        record.id,
        record.name,
        record.queue,
        tuple(one.id for one in taken.follow_ups),
        delivered=problem is None and (taken.is_new or record.state != "waiting"),
        problem=None if problem is None else f"{problem} {DELIVERED_LATER}",
    )
    return Accepted(submission, taken.is_new)


def _same(task: NewTask, taken: Taken) -> bool:
    known = taken.record
    return (task.name, storable_json(task.arguments)) == (known.name, known.arguments)
