"""Tasks of the queue ``model_training``."""

from worker_core.tasks.base import register_unavailable

register_unavailable("model_training")
