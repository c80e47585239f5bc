"""Kinds of worker, and what they load before their first task."""

import gc
import importlib.util
import itertools
import logging
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from worker_core.catalog import QUEUES
from worker_core.preload import freeze, preload
from worker_core.profiles import (
    ANALYTICS,
    FORECASTS,
    LIBRARIES,
    PROFILES,
    STORAGE,
    TOGETHER,
    libraries,
    processors,
    serving,
)
from worker_core.settings import Settings

HEAVY = {"pandas", "scipy", "sklearn", "statsmodels", "arch", "exchange_calendars"}


def test_the_workers_of_one_computer_serve_every_queue_once_between_them() -> None:
    served = {name: PROFILES[name].queues for name in TOGETHER}
    assert sorted(itertools.chain(*served.values())) == sorted(QUEUES)
    assert served["forecasting"] == ("forecasting",)
    assert served["training"] == ("model_training",)


def test_every_queue_has_its_libraries_and_all_of_them_can_be_imported() -> None:
    assert set(LIBRARIES) == set(QUEUES)
    for name in {*STORAGE, *(name for names in LIBRARIES.values() for name in names)}:
        assert importlib.util.find_spec(name), name


def test_how_many_tasks_a_kind_of_worker_runs_at_a_time() -> None:
    settings = Settings(worker_concurrency=7)
    assert {name: one.concurrency(settings) for name, one in PROFILES.items()} == {
        "default": 7,
        "documents": processors(),
        "forecasting": min(7, processors()),
        "training": 1,
    }
    assert PROFILES["forecasting"].concurrency(Settings(worker_concurrency=1)) == 1


def test_each_kind_of_worker_has_a_name_of_its_own() -> None:
    assert len({profile.hostname for profile in PROFILES.values()}) == len(PROFILES)


def test_queues_that_are_left_out_are_answered_with_the_profiles_that_serve_them() -> None:
    assert [one.name for one in serving(["model_training"])] == ["training"]
    assert [one.name for one in serving(["forecasting"])] == ["forecasting"]
    assert [one.name for one in serving(["monitoring"])] == ["default"]
    assert [one.name for one in serving(QUEUES)] == ["default", "forecasting", "training"]
    assert serving([]) == ()


def test_a_queue_without_a_task_that_can_be_run_loads_nothing_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(LIBRARIES, "document_processing", ANALYTICS)
    assert libraries(["document_processing"]) == (*STORAGE, *ANALYTICS)
    monkeypatch.setattr("worker_core.profiles.TASKS", {})
    assert libraries(["document_processing"]) == STORAGE


def loaded_for(queues: tuple[str, ...]) -> set[str]:
    """The heavy libraries in a worker's main process before its first child is forked."""
    code = (
        "import sys\n"
        "from worker_core.celery import app\n"
        "from worker_core.preload import preload\n"
        "from worker_core.profiles import libraries\n"
        "app.loader.import_default_modules()\n"
        f"preload(libraries({queues!r}))\n"
        "print(*{name.partition('.')[0] for name in sys.modules})\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return HEAVY & set(run.stdout.split())


def test_who_waits_for_a_document_does_not_wait_for_the_libraries_of_forecasts() -> None:
    assert loaded_for(PROFILES["default"].queues) == set()


def test_whoever_serves_forecasts_loads_their_libraries_before_its_first_task() -> None:
    for queues in (PROFILES["forecasting"].queues, QUEUES):
        assert set(FORECASTS) <= set(libraries(queues))


def test_a_library_that_is_missing_is_named_and_the_others_are_loaded(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO):
        preload(["no_such_library", "json"])
    assert "no_such_library could not be loaded" in caplog.text
    assert "Loaded 1 modules" in caplog.text


@pytest.fixture
def _thaw() -> Iterator[None]:
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("_thaw")
def test_what_is_frozen_is_out_of_sight_of_garbage_collection() -> None:
    marker = [object()]
    assert any(one is marker for one in gc.get_objects())
    freeze()
    assert gc.get_freeze_count() > 0
    assert not any(one is marker for one in gc.get_objects())


def test_the_command_line_loads_no_celery_to_show_its_help() -> None:
    code = (
        "import sys\nfrom worker_core.cli import cli\n"
        "cli(['worker', '--help'], standalone_mode=False)\n"
        "sys.exit(bool({'celery', 'redis', 'pandas'} & set(sys.modules)))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], env=os.environ, capture_output=True, text=True, check=False
    )
    assert shown.returncode == 0, shown.stderr
    for words in ("SIGTERM", "SIGQUIT", "AFI_SOFT_STOP_S", f"[{'|'.join(PROFILES)}]"):
        assert words in shown.stdout
