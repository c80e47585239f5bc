"""Tasks that kept ending their worker: looking at them, letting them try again."""

from worker_core.operations import results
from worker_core.operations.connection import broker_url, client, reaching, result_backend_url
from worker_core.operations.delivery import deliver
from worker_core.operations.errors import NotInQuarantine
from worker_core.operations.guard import Guard
from worker_core.operations.ledger import ledger
from worker_core.settings import Settings, current
from worker_core.storage import TaskRecord


def listed(settings: Settings | None = None) -> tuple[TaskRecord, ...]:
    """The tasks in quarantine, the latest first.

    Raises:
        LedgerUnavailable: the database cannot be read.
    """
    with ledger(settings) as tasks:
        return tasks.quarantined()


def release(task_id: str, *, settings: Settings | None = None) -> TaskRecord:
    """Send the task again under its own id, with all its attempts before it.

    Raises:
        NotInQuarantine: it is not there.
        BrokerUnreachable, BrokerRefused: it stays in quarantine.
        LedgerUnavailable: the database cannot be used.
    """
    settings = settings or current()
    url, store_url = broker_url(settings), result_backend_url(settings)
    with ledger(settings) as tasks:
        record = tasks.get(task_id)
        if record is None or record.state != "quarantined":
            raise NotInQuarantine(
                f"The task {task_id} is not in quarantine.",
                "“afi quarantine list” shows what is.",
            )
        with reaching(url), client(url) as redis:
            redis.ping()
            with reaching(store_url), client(store_url) as store:
                store.delete(results.stored_key(results.KEY + task_id, settings.key_prefix))
            released = tasks.release(task_id) or record
            Guard(redis, settings).clear(task_id)
        after = [one for one in tasks.follow_ups(task_id) if one.state == "blocked"]
        # From here on the sweeper would deliver it too.
        deliver(released, after, settings=settings)
        tasks.published([task_id])
        return tasks.get(task_id) or released
