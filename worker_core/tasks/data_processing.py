"""Tasks of the queue ``data_processing``."""

from worker_core.tasks import financial_reports  # noqa: F401 - its import registers
from worker_core.tasks.base import register_unavailable

register_unavailable("data_processing")
