"""Tasks of the queue ``monitoring``."""

# Importing them registers their tasks.
from worker_core.tasks import (  # noqa: F401 - see above
    alert_processing,
    health,
    performance,
    reports,
    result_cleanup,
    warming,
)
from worker_core.tasks.base import register_unavailable

register_unavailable("monitoring")
