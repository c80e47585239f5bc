"""Tasks of the queue ``monitoring``."""

# Importing them registers their tasks.
from worker_core.tasks import health, performance, result_cleanup  # noqa: F401 - see above
from worker_core.tasks.base import register_unavailable

register_unavailable("monitoring")
