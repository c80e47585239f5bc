"""How long tasks wait and run, as a task."""

from dataclasses import asdict

from worker_core import settings
from worker_core.arguments import PerformanceMonitoring
from worker_core.operations import performance
from worker_core.tasks.base import Result, Run, catalog_task


@catalog_task("monitoring.performance_monitoring")
def performance_monitoring(_run: Run, arguments: PerformanceMonitoring) -> Result:
    values = settings.current()
    done = performance.measure(arguments.minutes, settings=values)
    return {
        "start": done.start.isoformat(),
        "end": done.end.isoformat(),
        "windows": done.windows,
        "tasks": done.tasks,
        "by_task": [
            asdict(one) for one in performance.by_task(done.start, done.end, settings=values)
        ],
        "by_queue": [
            asdict(one) for one in performance.by_queue(done.start, done.end, settings=values)
        ],
    }
