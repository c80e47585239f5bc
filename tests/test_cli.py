"""The command line: what it lists, what it refuses, and how ``afi up`` starts and ends."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from worker_core.catalog import TASKS

NOWHERE = "redis://:very-secret@127.0.0.1:1/0"


def environment(folder: Path, **more: str) -> dict[str, str]:
    own = {name: v for name, v in os.environ.items() if not name.startswith(("CELERY_", "AFI_"))}
    return own | {
        "AFI_DATA_DIR": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        **more,
    }


def afi(folder: Path, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "worker_core", *words],
        env=environment(folder, **more),
        capture_output=True,
        text=True,
        check=False,
    )


def test_tasks_lists_all_thirty_two_with_what_they_take(tmp_path: Path) -> None:
    answer = afi(tmp_path, "tasks", "--json")
    rows = json.loads(answer.stdout)
    assert len(rows) == 32
    assert all(row["arguments"]["type"] == "object" for row in rows)
    assert [row["name"] for row in rows if row["unavailable"] is None] == [
        spec.name for spec in TASKS.values() if spec.unavailable is None
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("enqueue", "document_processing.proces_document"), "Did you mean"),
        (("enqueue", "document_processing.process_document", "{}"), "document"),
        (("enqueue", "document_processing.process_document", "nonsense"), "not JSON"),
        (("enqueue", "document_processing.process_document", "[1]"), "JSON object"),
        (("worker", "--queues", "nope"), "no queue"),
        (("no-such-command",), "No such command"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    answer = afi(tmp_path, *words)
    assert answer.returncode in {1, 2}
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr


def test_without_a_broker_a_task_is_kept_and_the_broker_named_without_its_password(
    tmp_path: Path,
) -> None:
    arguments = json.dumps({"document": "0" * 64})
    name = "sentiment_analysis.analyze_document_sentiment"
    answer = afi(tmp_path, "enqueue", name, arguments, CELERY_BROKER_URL=NOWHERE)
    assert answer.returncode == 0
    assert answer.stdout.strip()
    assert "127.0.0.1:1" in answer.stderr
    assert "delivered when the broker is back" in answer.stderr
    assert "very-secret" not in answer.stderr


def test_settings_shows_addresses_without_their_passwords(tmp_path: Path) -> None:
    answer = afi(tmp_path, "settings", CELERY_BROKER_URL=NOWHERE)
    assert answer.returncode == 0
    assert "CELERY_BROKER_URL = redis://127.0.0.1:1/0" in answer.stdout
    assert "very-secret" not in answer.stdout


def test_an_unusable_setting_is_a_sentence_not_a_traceback(tmp_path: Path) -> None:
    answer = afi(tmp_path, "settings", CELERY_TIMEZONE="Nowhere")
    assert answer.returncode == 1
    assert "CELERY_TIMEZONE" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    ("package", "said"),
    [
        ("pydantic_core", "libpart.so.7: cannot open shared object file: No such file"),
        ("sqlalchemy", "libpart.so.7: cannot open shared object file: No such file"),
    ],
)
def test_a_library_that_cannot_be_loaded_is_a_sentence_and_a_remedy(
    tmp_path: Path, package: str, said: str
) -> None:
    fake = tmp_path / package
    fake.mkdir()
    (fake / "__init__.py").write_text(f"raise ImportError({said!r})")
    answer = afi(tmp_path, "documents", "list", PYTHONPATH=str(tmp_path))
    assert answer.returncode == 1
    assert said in answer.stderr
    assert "Install the system's package that brings libpart.so.7" in answer.stderr
    assert "afi doctor" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_worker_says_that_its_data_folder_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    answer = afi(tmp_path, "worker")
    assert answer.returncode == 1
    assert "AFI_DATA_DIR" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.slow
def test_up_runs_until_it_is_told_to_end_and_leaves_nothing(tmp_path: Path) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "worker_core", "up"],
        env=environment(tmp_path, AFI_WORKER_CONCURRENCY="1"),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    said = []
    for line in running.stdout:
        said.append(line.split(" (")[0])
        if "Ctrl+C" in line:
            break
    names = ("broker", "worker", "forecasting", "training", "beat")
    assert said[:-1] == [f"{name}: running" for name in names]
    started = psutil.Process(running.pid).children(recursive=True)
    assert len(started) >= 8
    running.send_signal(signal.SIGTERM)
    assert running.wait(timeout=120) == 0
    running.stdout.close()
    _, alive = psutil.wait_procs(started, timeout=30)
    assert alive == []
