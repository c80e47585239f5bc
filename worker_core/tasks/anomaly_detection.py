"""Tasks of the queue ``anomaly_detection``."""

from worker_core.tasks.base import register_unavailable

register_unavailable("anomaly_detection")
