"""The Celery application: ``celery -A worker_core …`` finds it here."""

from typing import Any

from celery import Celery
from celery.signals import setup_logging

from worker_core import settings
from worker_core.catalog import QUEUES
from worker_core.logs import configure_logging
from worker_core.operations.configuration import celery_configuration
from worker_core.schedule import beat_schedule

app = Celery("afi-desk", include=[f"worker_core.tasks.{queue}" for queue in QUEUES])
app.conf.update(celery_configuration(settings.current()))
app.conf.beat_schedule = beat_schedule()


@setup_logging.connect  # type: ignore[untyped-decorator]  # celery carries no types
def _log_as_the_rest_does(loglevel: int | str | None = None, **_: Any) -> None:
    configure_logging(loglevel or settings.current().log_level)
