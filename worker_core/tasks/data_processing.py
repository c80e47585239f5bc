"""Tasks of the queue ``data_processing``."""

# Importing them registers their tasks.
from worker_core.tasks import cleanup, financial_reports, market_data  # noqa: F401 - see above
from worker_core.tasks.base import register_unavailable

register_unavailable("data_processing")
