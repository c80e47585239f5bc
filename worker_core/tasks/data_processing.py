"""Tasks of the queue ``data_processing``."""

from worker_core.tasks import market_data  # noqa: F401 - importing it registers its tasks
from worker_core.tasks.base import register_unavailable

register_unavailable("data_processing")
