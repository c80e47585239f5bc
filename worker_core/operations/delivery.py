"""From the ledger to the broker: a task is written down first, and sent with that id."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from worker_core.operations.client import connected, send
from worker_core.operations.configuration import DEFAULT_PRIORITY
from worker_core.operations.errors import BrokerRefused, BrokerUnreachable
from worker_core.operations.ledger import ledger
from worker_core.settings import Settings, current
from worker_core.storage import NewTask, StorageError, TaskRecord


def enqueue(
    task: NewTask, follow_ups: Sequence[NewTask] = (), *, settings: Settings | None = None
) -> tuple[TaskRecord, tuple[TaskRecord, ...], BrokerUnreachable | BrokerRefused | None]:
    """Write a task down with those that follow its success, then send it.

    Answers what the ledger has: the first one's where this is a second submission with one key,
    which is not sent again. The last value says why the broker does not have the task; it will
    get it from the sweeper then.

    Raises:
        LedgerUnavailable: nothing was written, nothing sent.
    """
    settings = settings or current()
    with ledger(settings) as tasks:
        record, is_new = tasks.add(task, follow_ups)
        after = tasks.follow_ups(record.id) if follow_ups else ()
        if not is_new:
            return record, after, None
        # A quick worker has it begun, or even ended, before this can be noted.
        at = datetime.now(UTC)
        try:
            deliver(record, after, settings=settings)
        except (BrokerUnreachable, BrokerRefused) as error:
            return record, after, error
        # It is sent: what cannot be noted now, the sweep finds out.
        with suppress(StorageError):
            tasks.published([record.id], at)
    return record, after, None


def deliver(
    record: TaskRecord,
    follow_ups: Sequence[TaskRecord] = (),
    *,
    retries: int | None = None,
    settings: Settings | None = None,
) -> None:
    """Send the message of a task in the ledger, with its follow-ups as a canvas behind it.

    Raises:
        BrokerUnreachable, BrokerRefused: it was not sent.
    """
    retries = record.retries if retries is None else retries
    left = (record.next_at - datetime.now(UTC)).total_seconds() if record.next_at else 0.0
    countdown = left if left > 0 else None
    if not follow_ups:
        send(
            record.name,
            (),
            record.arguments,
            queue=record.queue,
            task_id=record.id,
            headers=record.headers,
            countdown=countdown,
            retries=retries,
            settings=settings,
        )
        return
    with connected(settings) as (app, connection):
        from celery import chain, group

        def signature(of: TaskRecord, **options: Any) -> Any:
            return app.signature(
                of.name,
                kwargs=of.arguments,
                immutable=True,
                options={
                    "task_id": of.id,
                    "queue": of.queue,
                    # The first one's are given below.
                    **({"headers": of.headers} if of.headers and of is not record else {}),
                    **options,
                },
            )

        first = signature(record, retries=retries)
        chain(first, group([signature(one) for one in follow_ups]), app=app).apply_async(
            connection=connection,
            headers=record.headers,
            priority=DEFAULT_PRIORITY,
            countdown=countdown,
            retry=False,
        )
