"""Tasks of the queue ``monitoring``."""

from worker_core.tasks.base import register_unavailable

register_unavailable("monitoring")
