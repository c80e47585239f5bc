"""Tasks of the queue ``forecasting``."""

from worker_core.tasks.base import register_unavailable

register_unavailable("forecasting")
