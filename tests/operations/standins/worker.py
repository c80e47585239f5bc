"""A real Celery worker with the project's configuration and tasks that only tell what they got."""

import sys
import time
from typing import Any

from celery import Celery
from celery.signals import before_task_publish

from worker_core.operations.configuration import celery_configuration, stamp_enqueue_time
from worker_core.operations.journal import EVENTS
from worker_core.settings import current

app = Celery("standin", set_as_current=False, events=EVENTS)
app.conf.update(celery_configuration(current()))
before_task_publish.connect(stamp_enqueue_time, dispatch_uid="afi-enqueue-time")


def told(task: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
    if kwargs.get("filename") == "damaged.pdf":
        raise ValueError("damaged")
    request = task.request
    return {
        "args": list(args),
        "kwargs": kwargs,
        "parent": request.parent_id,
        "root": request.root_id,
        "enqueued_at": request.get("afi_enqueued_at"),
        "case": request.get("x_case"),
    }


def sleep(seconds: float) -> None:
    time.sleep(seconds)


for name in (
    "document_processing.process_document",
    "document_processing.generate_document_summary",
    "sentiment_analysis.analyze_document_sentiment",
    "data_processing.data_quality_check",
    "foreign.echo",
):
    app.task(told, bind=True, name=name)
app.task(sleep, name="foreign.sleep")


if __name__ == "__main__":
    app.worker_main(
        [
            "worker",
            f"--hostname={sys.argv[1]}",
            "--pool=prefork",
            "--concurrency=2",
            "--without-mingle",
            "--without-gossip",
            "--task-events",
            "--loglevel=INFO",
        ]
    )
