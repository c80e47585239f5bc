"""Whether the system is well: readings of it in, findings with what they mean and what to do out.

Plain values only. `worker_core.operations.health` takes the readings.
"""

from worker_core.health.findings import Finding, Severity
from worker_core.health.limits import Limits
from worker_core.health.report import HealthReport, assess

__all__ = ["Finding", "HealthReport", "Limits", "Severity", "assess"]
