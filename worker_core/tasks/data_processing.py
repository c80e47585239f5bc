"""Tasks of the queue ``data_processing``."""

from worker_core.tasks import cleanup, market_data  # noqa: F401 - importing them registers tasks
from worker_core.tasks.base import register_unavailable

register_unavailable("data_processing")
