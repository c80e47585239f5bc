"""What importing the package costs."""

import json
import subprocess
import sys

import pytest

CLIENTS = {"redis", "celery", "kombu", "psutil", "sqlalchemy"}
ANALYTICS = {"pandas", "numpy", "sklearn", "scipy", "statsmodels"}


def loaded_by(statement: str) -> set[str]:
    code = f"{statement}\nimport sys, json\nprint(json.dumps(list(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    return set(json.loads(answer.stdout))


def test_the_package_itself_loads_no_client_and_no_analytics() -> None:
    assert not loaded_by("import worker_core.operations") & (CLIENTS | ANALYTICS)


@pytest.mark.parametrize(
    "module",
    ["broker", "cluster", "connection", "control", "queues", "results", "schedule", "submit"],
)
def test_a_module_loads_its_clients_only_when_it_is_used(module: str) -> None:
    loaded = loaded_by(f"import worker_core.operations.{module}")
    assert not loaded & (CLIENTS | ANALYTICS)


def test_the_watchdog_loads_a_small_part_of_the_standard_library_alone() -> None:
    loaded = loaded_by("import worker_core.operations.launch")
    assert not loaded & {"asyncio", "logging", "pydantic", "socket", "typing_extensions"}
