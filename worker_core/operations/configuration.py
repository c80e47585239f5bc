"""Celery's configuration: one mapping for workers, the scheduler and clients.

The reliability settings were measured together. The two that matter most: ``socket_timeout``,
without which a worker hangs for ever on a half-open connection, and late acknowledgement, with
which a killed worker's task runs again.
"""

import time
from typing import Any

from worker_core.catalog import QUEUES, TASKS
from worker_core.operations.connection import broker_url, result_backend_url
from worker_core.operations.journal import ENTRIES_KEY
from worker_core.settings import Settings

# The steps that a priority is rounded down to; each is a list of its own beside the queue.
PRIORITY_STEPS = (0, 3, 6, 9)
# Served after 0 to 2 and before 6 to 9, so that there is room on both sides.
DEFAULT_PRIORITY = 5
# Where tasks go that the catalog does not know, such as Celery's own.
DEFAULT_QUEUE = "monitoring"
ENQUEUED_AT = "afi_enqueued_at"


def celery_configuration(settings: Settings) -> dict[str, Any]:
    """Celery's settings by their lower-case names."""
    from kombu import Exchange, Queue

    return {
        "broker_url": broker_url(settings),
        "result_backend": result_backend_url(settings),
        # Messages
        "task_serializer": settings.task_serializer,
        "result_serializer": settings.result_serializer,
        "event_serializer": "json",
        "accept_content": ["json"],
        "result_accept_content": ["json"],
        "enable_utc": True,
        "timezone": settings.timezone,
        "beat_scheduler": "worker_core.schedule.beat:TableScheduler",
        # Queues
        "task_queues": [Queue(name, Exchange(name), routing_key=name) for name in QUEUES],
        "task_routes": {spec.name: {"queue": spec.queue} for spec in TASKS.values()},
        "task_default_queue": DEFAULT_QUEUE,
        "task_default_priority": DEFAULT_PRIORITY,
        # The broker
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": {
            "visibility_timeout": settings.visibility_timeout_s,
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 1,
            "socket_timeout": 10,
            "socket_connect_timeout": 5,
            "socket_keepalive": True,
            "health_check_interval": 10,
            "priority_steps": list(PRIORITY_STEPS),
            "global_keyprefix": settings.key_prefix,
        },
        # Results
        "result_backend_transport_options": {"global_keyprefix": settings.key_prefix},
        "redis_socket_timeout": 10,
        "redis_socket_connect_timeout": 5,
        "redis_socket_keepalive": True,
        "result_backend_always_retry": True,
        "result_expires": settings.result_expires_s,
        "result_extended": True,
        # Tasks
        "task_acks_late": settings.task_acks_late,
        "task_reject_on_worker_lost": True,
        "task_track_started": True,
        "task_send_sent_event": True,
        ENTRIES_KEY: settings.journal_events,
        # Workers
        "worker_concurrency": settings.worker_concurrency,
        "worker_prefetch_multiplier": settings.worker_prefetch_multiplier,
        "worker_max_tasks_per_child": settings.worker_max_tasks_per_child,
        "worker_max_memory_per_child": settings.worker_max_memory_mb * 1024,  # KiB
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "worker_deduplicate_successful_tasks": True,
        "worker_soft_shutdown_timeout": settings.soft_stop_s,
        "worker_send_task_events": True,
        "worker_hijack_root_logger": False,
    }


def client_configuration(settings: Settings) -> dict[str, Any]:
    """The same for a process that only submits: it gives up at once instead of trying on."""
    values = celery_configuration(settings)
    return values | {
        "task_publish_retry": False,
        "broker_connection_retry": False,
        "broker_transport_options": values["broker_transport_options"]
        | {"max_retries": 0, "socket_connect_timeout": 1, "socket_timeout": 1},
    }


def stamp_enqueue_time(headers: dict[str, Any] | None = None, **_: Any) -> None:
    """Receiver of ``before_task_publish``: messages themselves do not say when they were sent.

    The header ``afi_enqueued_at`` holds unix seconds.
    """
    if headers is not None:
        headers[ENQUEUED_AT] = time.time()
