"""Tasks of the queue ``model_training``."""

from worker_core.tasks import price_training
from worker_core.tasks.base import register_unavailable

__all__ = ["price_training"]

register_unavailable("model_training")
