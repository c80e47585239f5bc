"""Cancelling a task of the ledger, wherever it is by now."""

from typing import Literal

from worker_core.operations.connection import broker_url, client, reaching
from worker_core.operations.control import cancel, revoke
from worker_core.operations.followed import ENDED, Look
from worker_core.operations.ledger import ledger
from worker_core.operations.removal import settle_removed
from worker_core.settings import Settings, current

Stopped = Literal["ended already", "never sent", "removed", "told to stop", "cancelled"]


def stop(look: Look, *, settings: Settings | None = None) -> Stopped:
    """Keep a task from running, or end it where it runs; what follows it is skipped.

    One that waits is taken out of its queue, or let fall by the worker that has it. One that runs
    is ended by its worker, if that has a pool which can.

    Raises:
        LedgerUnavailable: the database does not answer.
        BrokerUnreachable, BrokerRefused: nobody could be told.
    """
    settings = settings or current()
    record, state = look.record, look.state
    if state in ENDED:
        return "ended already"
    if state == "waiting":
        # The broker does not have it: the sweep leaves alone what is cancelled.
        with ledger(settings) as tasks:
            tasks.cancel([record.id])
        return "never sent"
    if state == "running":
        revoke(record.id, terminate=True, settings=settings)
        return "told to stop"
    if cancel(record.id, record.queue, settings=settings) == "removed":
        return "removed"
    # Held by a worker, waiting for its parent or its time: its marks let it fall when it comes.
    url = broker_url(settings)
    with reaching(url), client(url) as redis:
        settle_removed(redis, settings, [record.id])
    return "cancelled"
