"""The Celery application: ``celery -A worker_core …`` finds it here."""

from typing import Any

from celery import Celery
from celery.concurrency import get_implementation
from celery.signals import (
    before_task_publish,
    celeryd_after_setup,
    setup_logging,
    worker_init,
    worker_process_init,
    worker_process_shutdown,
    worker_ready,
    worker_shutdown,
)

from worker_core import preload, profiles, settings, telemetry
from worker_core.catalog import QUEUES
from worker_core.logs import configure_logging
from worker_core.operations.configuration import celery_configuration, stamp_enqueue_time
from worker_core.operations.journal import EVENTS
from worker_core.operations.launch import die_with_parent

app = Celery(
    "afi-desk",
    include=[f"worker_core.tasks.{module}" for module in (*QUEUES, "upkeep")],
    events=EVENTS,
)
app.conf.update(celery_configuration(settings.current()))

# A message holds no time of its own; without one nobody could tell how long it has waited.
before_task_publish.connect(stamp_enqueue_time, dispatch_uid="afi-enqueue-time")


@setup_logging.connect  # type: ignore[untyped-decorator]  # celery carries no types
def _log_as_the_rest_does(loglevel: int | str | None = None, **_: Any) -> None:
    values = settings.current()
    configure_logging(loglevel or values.log_level, values.log_format)
    from worker_core.tasks import logged

    logged.install()


@celeryd_after_setup.connect  # type: ignore[untyped-decorator]
def _load_what_its_tasks_need(instance: Any, **_: Any) -> None:
    """In the worker's main process, before its pool is started."""
    if settings.current().worker_preload:
        preload.preload(profiles.libraries(app.amqp.queues.consume_from))
        if get_implementation(instance.pool_cls).__module__.endswith("prefork"):
            preload.freeze()


@worker_process_init.connect  # type: ignore[untyped-decorator]
def _go_with_the_worker(**_: Any) -> None:
    die_with_parent()
    telemetry.start("afi-worker")


@worker_ready.connect  # type: ignore[untyped-decorator]
def _trace_threads(sender: Any = None, **_: Any) -> None:
    """A pool without processes of its own says of none that it begins."""
    if "prefork" not in type(getattr(sender, "pool", None)).__module__:
        telemetry.start("afi-worker")


@worker_shutdown.connect  # type: ignore[untyped-decorator]
@worker_process_shutdown.connect  # type: ignore[untyped-decorator]
def _send_last_traces(**_: Any) -> None:
    telemetry.stop()


@worker_init.connect  # type: ignore[untyped-decorator]
def _know_our_commands(**_: Any) -> None:
    from worker_core import remote  # noqa: F401 - its import registers; nothing but a worker needs it
