"""What a worker does that was started without a word more."""

import pytest

from tests.faults.system import System
from tests.limits.conftest import AFI, CELERY, start
from worker_core.operations.workers import inspect

pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]


@pytest.mark.parametrize("command", [AFI, CELERY], ids=["afi", "celery"])
def test_a_worker_runs_four_tasks_reserves_as_many_and_acknowledges_late(
    lone: System, command: tuple[str, ...]
) -> None:
    start(lone, *command)
    (stats,) = inspect("stats", settings=lone.settings).values()
    assert stats["pool"]["max-concurrency"] == 4
    assert len(stats["pool"]["processes"]) == 4
    assert stats["pool"]["max-tasks-per-child"] == 1000
    assert stats["prefetch_count"] == 4
    (configuration,) = inspect("conf", settings=lone.settings).values()
    assert configuration["task_acks_late"] is True
    assert configuration["worker_prefetch_multiplier"] == 1
    assert configuration["worker_max_memory_per_child"] == 1024 * 1024
    assert configuration["result_expires"] == 86_400
