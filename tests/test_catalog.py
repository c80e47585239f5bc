"""The catalog is the one list of queues and tasks, and everything derives from it."""

import subprocess
import sys

import pytest

from worker_core import catalog

HEAVY = {"pandas", "sklearn", "statsmodels", "numpy", "scipy", "celery", "PySide6"}


def test_there_are_seven_queues_and_thirty_two_tasks() -> None:
    assert len(catalog.QUEUES) == 7
    assert len(catalog.TASKS) == 32


def test_a_task_is_named_after_its_queue() -> None:
    assert {spec.queue for spec in catalog.TASKS.values()} == set(catalog.QUEUES)
    assert all(name == spec.name for name, spec in catalog.TASKS.items())


def test_every_argument_says_what_it_is() -> None:
    for spec in catalog.TASKS.values():
        for name, field in spec.arguments.model_fields.items():
            assert field.description, f"{spec.name} {name}"


def test_limits_leave_time_to_tidy_up() -> None:
    for spec in catalog.TASKS.values():
        assert 0 < spec.soft_time_limit < spec.time_limit


def test_training_and_market_data_are_rarer_than_the_rest() -> None:
    assert {s.rate_limit for s in catalog.TASKS.values() if s.queue == "model_training"} == {"10/h"}
    assert catalog.task("data_processing.update_market_data").rate_limit == "20/m"
    assert catalog.task("forecasting.generate_stock_forecast").rate_limit == "100/m"


def test_an_unknown_name_is_answered_with_the_nearest_ones() -> None:
    with pytest.raises(catalog.UnknownTask, match=r"document_processing\.process_document"):
        catalog.task("document_processing.proces_document")


def test_importing_the_catalog_the_settings_or_operations_loads_nothing_heavy() -> None:
    code = (
        "import sys, worker_core.catalog, worker_core.settings, worker_core.operations;"
        f"print(sorted({HEAVY!r} & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert answer.stdout.strip() == "[]"
