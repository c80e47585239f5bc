"""The chain from a stored file to its result, with a real broker, worker and scheduler."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from worker_core.catalog import QUEUES, TASKS
from worker_core.selftest.domains import TRIED
from worker_core.selftest.steps import line, own_folder, timed


@pytest.mark.slow
def test_the_selftest_reports_every_step_and_leaves_nothing_behind(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "worker_core", "selftest", "--quick", "--json"],
        env=os.environ | {"XDG_CONFIG_HOME": str(tmp_path), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(answer.stdout.splitlines()[-1])
    assert report["ok"], report
    assert answer.returncode == 0
    names = [step["name"] for step in report["steps"]]
    assert names == ["broker", "worker", "beat", "submit", "result", "stop"]
    assert all(set(step) == {"name", "ok", "seconds", "message"} for step in report["steps"])
    assert not list(tmp_path.glob("afi-selftest-*"))


def test_a_task_of_each_domain_is_tried_with_arguments_that_it_takes() -> None:
    for _, name, arguments in TRIED:
        spec = TASKS[name]
        assert spec.unavailable is None
        spec.arguments.model_validate(dict(arguments))
    assert {TASKS[name].queue for _, name, _ in TRIED} == set(QUEUES) - {"document_processing"}


def test_a_step_that_fails_is_told_in_its_words_and_how_long_it_took() -> None:
    def fail() -> str:
        raise RuntimeError("no such thing")

    step = timed("x", fail)
    assert (step["name"], step["ok"], step["message"]) == (
        "x",
        False,
        "RuntimeError: no such thing",
    )
    assert line(step).startswith("FAILED x ")


def test_the_users_own_settings_stand_again_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://mine:6379/0")
    monkeypatch.delenv("AFI_DATA_DIR", raising=False)
    with own_folder() as values:
        assert values.broker_url is None
        assert values.data_dir.is_dir()
    assert os.environ["CELERY_BROKER_URL"] == "redis://mine:6379/0"
    assert "AFI_DATA_DIR" not in os.environ
    assert not values.data_dir.exists()
